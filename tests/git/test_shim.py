"""The shim alone: fed as git feeds it, in every shell at hand, and started by real pushes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hooks_support import FOREIGN, ROOT, SHIM, Repo, World, executable

from tagward.model.hooks import Role
from tagward.tools import hook_file

if TYPE_CHECKING:
    from collections.abc import Mapping

pytest_plugins = ["hooks_support"]

SHELLS = {"dash": ["dash"], "bash": ["bash"], "bash-posix": ["bash", "--posix"], "busybox": ["busybox", "sh"]}
OID, ZERO, LONG, LONG_ZERO = b"a" * 40, b"0" * 40, b"b" * 64, b"0" * 64
BRANCH = b"refs/heads/main " + OID + b" refs/heads/main " + ZERO + b"\n"
TAG = b"refs/tags/v1.0.0 " + OID + b" refs/tags/v1.0.0 " + ZERO + b"\n"

RECORDER = """\
#!/bin/sh
[ "$2" != -c ] || exit {probe}
printf '%s\\n' "$@" > '{log}.argv'
echo "$PPID" > '{log}.parent'
PATH=/usr/bin:/bin
cat > '{log}'
exit {status}
"""


class Bench:
    """A shim whose interpreter writes down what it is handed."""

    def __init__(self, folder: Path, shell: list[str]) -> None:
        self.folder = folder
        self.shell = shell
        self.log = folder / "heard"
        self.python = self.interpreter()
        self.shim = folder / "pre-push"
        self.write()

    def interpreter(self, name: str = "it's a python é", *, status: int = 0, probe: int = 0) -> Path:
        text = RECORDER.format(log=self.log, status=status, probe=probe)
        return executable(self.folder / name, text)

    def write(self, python: str | None = None, chain: str = "") -> None:
        text = hook_file.render(Role.HOOKDIR, str(self.python) if python is None else python, chain)
        self.shim.write_bytes(text)
        self.shim.chmod(0o755)

    def feed(
        self, data: bytes, *words: str, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        program = shutil.which(self.shell[0])
        assert program
        argv = [program, *self.shell[1:], str(self.shim), *(words or ("origin", "../remote.git"))]
        env = {"PATH": "/usr/bin:/bin"} if env is None else env
        return subprocess.run(argv, input=data, env=dict(env), capture_output=True, timeout=20, check=False)

    @property
    def heard(self) -> bytes | None:
        return self.log.read_bytes() if self.log.exists() else None


@pytest.fixture(params=SHELLS)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    shell = SHELLS[request.param]
    if not shutil.which(shell[0]):
        pytest.skip(f"no {shell[0]} here")
    return Bench(tmp_path, shell)


def test_107_shim_is_plain_and_executable() -> None:
    data = SHIM.read_bytes()

    assert data.startswith(b"#!/bin/sh\n")
    assert b"\r" not in data
    assert data.isascii()
    assert data.endswith(b"\n")
    assert hook_file.MARKER in data.splitlines()
    assert SHIM.stat().st_mode & 0o777 == 0o755


def test_107_shim_is_read_by_every_shell(bench: Bench) -> None:
    done = subprocess.run([*bench.shell, "-n", str(SHIM)], capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")


def test_107_only_the_three_settings_differ_from_the_source() -> None:
    made = hook_file.render(Role.CONFIG, "/a b/it's/é/python", "x").split(b"\n")
    kept = SHIM.read_bytes().split(b"\n")
    differing = [(old, new) for old, new in zip(kept, made, strict=True) if old != new]

    assert differing == [
        (b"role='hookdir'", b"role='config'"),
        (b"py=''", "py='/a b/it'\\''s/é/python'".encode()),
        (b"chain=''", b"chain='x'"),
    ]


def test_107_wheel_carries_the_same_bytes(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    clone.mkdir()
    shutil.copy(ROOT / "pyproject.toml", clone)
    shutil.copytree(ROOT / "hooks", clone / "hooks")
    shutil.copytree(ROOT / "src", clone / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "LICENSE"):
        (clone / name).write_text("of no importance here\n")
    build = [sys.executable, "-I", "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=clone, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        carried = archive.read("tagward/hooks/pre-push")
        archive.extractall(tmp_path / "site")
    found = _source_from(tmp_path / "site")

    assert carried == SHIM.read_bytes()
    assert found == SHIM.read_bytes()
    assert _source_from(ROOT / "src") == SHIM.read_bytes()


def _source_from(site: Path) -> bytes:
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r})\n"
        "from tagward.tools import hook_file\n"
        f"assert hook_file.__file__.startswith({str(site)!r})\n"
        "sys.stdout.buffer.write(hook_file.source())"
    )
    return subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=True).stdout


def test_12_empty_input_ends_at_once(bench: Bench) -> None:
    done = bench.feed(b"")

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert bench.heard is None


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(BRANCH, id="one-branch"),
        pytest.param(BRANCH * 5000, id="5000-branches"),
        pytest.param(b"refs/tags/v1 " + OID + b" refs/heads/x " + ZERO + b"\n", id="tag-to-branch"),
        pytest.param(BRANCH + b"(delete) " + ZERO + b" refs/heads/old " + OID + b"\n", id="branch-gone"),
    ],
)
def test_13_branches_start_nothing_and_many_of_them_only_cat(bench: Bench, data: bytes) -> None:
    only_cat = bench.folder / "bin"
    only_cat.mkdir()
    executable(only_cat / "cat", f"#!/bin/sh\necho cat >> '{bench.folder}/started'\nexec /bin/cat\n")
    done = bench.feed(data, env={"PATH": str(only_cat)})

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert bench.heard is None
    if bench.shell[0] != "busybox":  # it has a cat of its own
        assert (bench.folder / "started").exists() == (data.count(b"\n") >= 20)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(TAG, id="one"),
        pytest.param(BRANCH + TAG + BRANCH, id="between-branches"),
        pytest.param(b"HEAD^{/fix the} " + OID + b" refs/tags/v1 " + ZERO + b"\n", id="spaces-in-the-local-side"),
        pytest.param(b"(delete) " + ZERO + b" refs/tags/x " + OID + b"\n", id="deletion"),
        pytest.param(b"refs/tags/v1 " + LONG + b" refs/tags/v1 " + LONG_ZERO + b"\n", id="sha256"),
        pytest.param(TAG.removesuffix(b"\n"), id="no-line-end"),
        pytest.param(TAG.replace(b"v1.0.0", b"v1\xff\xc3\x81\xc2\x9b") * 3, id="not-utf-8"),
        pytest.param(TAG.replace(b"v1.0.0", b"a$(touch${IFS}pwned)`id`;\"q'\\x&ok*") * 3, id="shell-words"),
        pytest.param(TAG.replace(b"v1.0.0", bytes(sorted(set(range(1, 256)) - {10}))), id="every-byte"),
        pytest.param((BRANCH + TAG) * 5000, id="10000-lines"),
        pytest.param(BRANCH * 19 + TAG, id="20-lines"),
        pytest.param(BRANCH * 20 + TAG.removesuffix(b"\n"), id="21-lines-no-line-end"),
        pytest.param(BRANCH * 19 + TAG.removesuffix(b"\n"), id="20-lines-no-line-end"),
    ],
)
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_39_every_byte_arrives(bench: Bench, data: bytes, locale: str) -> None:
    done = bench.feed(data, env={"PATH": "/usr/bin:/bin", "LC_ALL": locale})

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert bench.heard == data.removesuffix(b"\n") + b"\n"
    assert not list(bench.folder.rglob("pwned"))


def test_hands_over_remote_and_address(bench: Bench) -> None:
    bench.feed(TAG, "my remote", "https://u:p@h/a b?c=$(id)&d='e'")

    assert Path(f"{bench.log}.argv").read_text().splitlines() == [
        *("-I", "-m", "tagward", "pre-push", "--role=hookdir", "--"),
        *("my remote", "https://u:p@h/a b?c=$(id)&d='e'"),
    ]


def test_73_judge_is_a_child_of_git_itself(bench: Bench) -> None:
    bench.feed(TAG)

    assert int(Path(f"{bench.log}.parent").read_text()) == os.getpid()


@pytest.mark.parametrize("status", [1, 2, 3, 130])
def test_the_judge_has_the_last_word(bench: Bench, status: int) -> None:
    bench.interpreter(bench.python.name, status=status)

    assert bench.feed(TAG).returncode == status


@pytest.mark.parametrize("how", ["deleted", "dangling", "folder", "not-executable", "without-tagward"])
def test_100_without_python_tags_stay_and_the_rest_goes(bench: Bench, how: str) -> None:
    _break(bench, how)
    made, gone = bench.feed(BRANCH + TAG), bench.feed(b"(delete) " + ZERO + b" refs/tags/v1.0.0 " + OID + b"\n")
    other, branch = bench.feed(b"(delete) " + ZERO + b" refs/tags/nightly " + OID + b"\n"), bench.feed(BRANCH)
    unnumbered = bench.feed(b"nightly " + OID + b" refs/tags/nightly " + ZERO + b"\n")

    assert [done.returncode for done in (made, gone, unnumbered, other, branch)] == [1, 1, 1, 0, 0]
    assert b"nobody can check the tag(s) v1.0.0\n" in made.stderr
    assert b"tagward install" in made.stderr
    assert b"--no-verify" in made.stderr
    assert str(bench.python).encode() in made.stderr
    assert (other.stderr, branch.stderr) == (b"", b"")
    assert {done.stdout for done in (made, gone, unnumbered, other, branch)} == {b""}


def _break(bench: Bench, how: str) -> None:
    if how == "without-tagward":
        bench.interpreter(bench.python.name, probe=1)
        return
    bench.python.unlink()
    match how:
        case "dangling":
            bench.python.symlink_to("/nowhere/python")
        case "folder":
            bench.python.mkdir()
        case "not-executable":
            bench.python.write_text("#!/bin/sh\n")
        case _:
            assert how == "deleted"


def test_100_without_python_sha256_zeros_are_deletions(bench: Bench) -> None:
    bench.python.unlink()

    assert bench.feed(b"(delete) " + LONG_ZERO + b" refs/tags/nightly " + LONG + b"\n").returncode == 0
    assert bench.feed(b"refs/tags/x " + LONG + b" refs/tags/x " + LONG_ZERO + b"\n").returncode == 1


def test_100_without_python_the_text_stays_short_and_harmless(bench: Bench) -> None:
    bench.python.unlink()
    names = [b"v1", b"v2\xc2\x9b31m", b"v3\x1b[31m", b"v4$(id)", b"v5", b"v6", b"v7"]
    done = bench.feed(b"".join(TAG.replace(b"v1.0.0", name) for name in names))
    hidden = b"(a name not shown)"

    assert b" ".join([b"v1", hidden, hidden, hidden, b"v5", b"and 2 more\n"]) in done.stderr
    assert b"\x1b" not in done.stderr
    assert b"\x9b" not in done.stderr


def test_100_without_python_another_tagward_on_path_judges(bench: Bench) -> None:
    bench.python.unlink()
    folder = bench.folder / "bin"
    folder.mkdir()
    executable(
        folder / "tagward", RECORDER.format(log=bench.log, status=3, probe=0).replace('$2" != -c', '$1" != --version')
    )
    done = bench.feed(TAG, env={"PATH": f"{folder}:/usr/bin:/bin"})

    assert done.returncode == 3
    assert done.stdout == b""
    assert bench.heard == TAG
    assert Path(f"{bench.log}.argv").read_text().splitlines()[:3] == ["pre-push", "--role=hookdir", "--"]


def test_100_a_broken_tagward_on_path_is_no_pass(bench: Bench) -> None:
    bench.python.unlink()
    folder = bench.folder / "bin"
    folder.mkdir()
    executable(folder / "tagward", "#!/nowhere/python\n")
    done = bench.feed(TAG, env={"PATH": f"{folder}:/usr/bin:/bin"})

    assert done.returncode == 1
    assert b"nobody can check" in done.stderr


def test_101_chained_hook_runs_first_with_the_same_input(bench: Bench) -> None:
    executable(bench.folder / "other", FOREIGN.format(log=bench.folder / "foreign"))
    bench.write(chain="other")
    data = BRANCH + TAG.replace(b"v1", b"v1\xff")
    bench.feed(data, "a b", "c'd")

    assert (bench.folder / "foreign").read_bytes() == data
    assert (bench.folder / "foreign.argv").read_text().splitlines() == ["a b", "c'd"]
    assert bench.heard == data


@pytest.mark.parametrize("data", [b"", BRANCH, TAG], ids=["empty", "branch", "tag"])
def test_101_chained_hook_runs_without_python_too(bench: Bench, data: bytes) -> None:
    executable(bench.folder / "other", FOREIGN.format(log=bench.folder / "foreign"))
    bench.write("/nowhere/python", chain="other")
    done = bench.feed(data)

    assert (bench.folder / "foreign").read_bytes() == data
    assert done.returncode == (1 if data == TAG else 0)


def test_81_failure_of_the_chained_hook_stops_the_push(bench: Bench) -> None:
    executable(bench.folder / "other", "#!/bin/sh\nexit 7\n")
    bench.write(chain="other")

    assert bench.feed(BRANCH).returncode == 1
    assert bench.feed(TAG).returncode == 1
    assert bench.heard is None


@pytest.mark.parametrize("mode", [0o644, None], ids=["not-executable", "gone"])
def test_101_chained_hook_that_git_would_not_run_is_passed_over(bench: Bench, mode: int | None) -> None:
    if mode:
        (bench.folder / "other").write_text("#!/bin/sh\nexit 7\n")
        (bench.folder / "other").chmod(mode)
    bench.write(chain="other")

    assert bench.feed(TAG).returncode == 0
    assert bench.heard == TAG


@pytest.mark.parametrize("env", [{}, {"PATH": ""}, {"PATH": "/nowhere"}], ids=["no-PATH", "empty-PATH", "wrong-PATH"])
def test_103_needs_no_environment(bench: Bench, env: Mapping[str, str]) -> None:
    data = BRANCH + TAG.replace(b"v1", b"v1\xff") + b"HEAD^{/a b\\c} " + OID + b" refs/tags/v2 " + ZERO
    done = bench.feed(data, env=env)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert bench.heard == data + b"\n"


def test_103_without_python_and_path_it_still_refuses(bench: Bench) -> None:
    bench.python.unlink()

    assert bench.feed(TAG, env={"PATH": "/nowhere"}).returncode == 1
    assert bench.feed(BRANCH, env={"PATH": "/nowhere"}).returncode == 0


def test_104_files_of_the_repository_are_not_imported(any_git: World) -> None:
    repo = any_git.repo()
    venv.create(any_git.root / "venv", with_pip=False)
    (site,) = (any_git.root / "venv" / "lib").glob("python*/site-packages")
    (site / "tagward").mkdir()
    (site / "tagward" / "__init__.py").write_text("__version__ = '0.1.0'\n")
    heard = any_git.root / "heard"
    (site / "tagward" / "__main__.py").write_text(
        f"import json, sys\nif sys.argv[1:] == ['--version']:\n    print('tagward 0.1.0')\n    sys.exit()\n"
        f"open({str(heard)!r}, 'w').write(json.dumps(sys.argv[1:]))\n"
    )
    for name in ("json.py", "tagward.py", "sys.py", "sitecustomize.py"):
        (repo.path / name).write_text("raise SystemExit('imported from the repository')\n")
    repo.judge = any_git.root / "venv" / "bin" / "python"
    repo.install()
    repo.git("tag", "v1")
    done = repo.push("origin", "v1", env={"PYTHONPATH": str(repo.path)})

    assert done.status == 0, done.err
    assert heard.exists()


def test_26_pushes_to_an_address_name_it_twice(repo: Repo) -> None:
    repo.install()
    repo.git("tag", "v1")
    for address in ("../remote.git", repo.remote.as_uri()):
        repo.push(address, "v1")
        repo.push(address, ":refs/tags/v1")
        made, gone = repo.judged()

        assert made.argv[5:] == ("--", address, address)
        assert made.refs == gone.refs == ["refs/tags/v1"]


def test_32_no_verify_passes_the_hook(repo: Repo) -> None:
    repo.install()
    repo.git("tag", "v1-bad")
    refused = repo.push("origin", "v1-bad")
    there = repo.tags_there()
    passed = repo.push("--no-verify", "origin", "v1-bad")

    assert (refused.status, there) == (1, set())
    assert (passed.status, repo.tags_there()) == (0, {"v1-bad"})


def test_33_porcelain_has_only_gits_own_lines(repo: Repo) -> None:
    repo.install()
    repo.git("tag", "v1")
    done = repo.push("--porcelain", "origin", "v1")

    assert done.out.splitlines() == ["To ../remote.git", "*\trefs/tags/v1:refs/tags/v1\t[new tag]", "Done"]


def test_33_refusals_print_nothing_on_stdout_either(repo: Repo) -> None:
    repo.install()
    repo.git("tag", "v1")
    repo.judge.unlink()
    done = repo.push("--porcelain", "origin", "v1")

    assert (done.status, done.out) == (1, "")
    assert "nobody can check the tag(s) v1\n" in done.err


def test_34_quiet_pushes_stay_quiet(repo: Repo) -> None:
    repo.install()
    repo.git("tag", "v1")
    done = repo.push("-q", "origin", "main", "v1")

    assert (done.status, done.out, done.err) == (0, "", "")


def test_12_nothing_to_push_is_no_work(repo: Repo) -> None:
    repo.install()
    repo.git("tag", "v1")
    repo.push("--tags", "origin")
    repo.calls()
    done = repo.push("--tags", "origin")

    assert (done.status, done.err) == (0, "Everything up-to-date\n")
    assert repo.calls() == []


def test_100_pushes_end_when_the_environment_is_gone(repo: Repo) -> None:
    repo.install()
    repo.git("tag", "v1")
    repo.git("tag", "nightly")
    repo.push("--no-verify", "origin", "nightly")
    repo.judge.unlink()

    assert repo.push("origin", "v1").status == 1
    assert repo.push("origin", "main").status == 0
    assert repo.push("origin", ":nightly").status == 0
    assert repo.tags_there() == set()


@pytest.mark.parametrize("has_venv", [True, False], ids=["own-venv", "tagward-on-PATH"])
def test_a_clone_of_tagward_uses_the_hook_as_it_stands(any_git: World, *, has_venv: bool) -> None:
    repo = any_git.repo()
    (repo.path / "hooks").mkdir()
    shutil.copy(SHIM, repo.path / "hooks")
    repo.git("config", "core.hooksPath", "hooks")
    repo.git("tag", "v1")
    without = repo.push("origin", "v1")
    if has_venv:
        (repo.path / ".venv" / "bin").mkdir(parents=True)
        (repo.path / ".venv" / "bin" / "python").symlink_to(repo.judge)
    else:
        executable(any_git.tools / "tagward", f"#!/bin/sh\nexec '{repo.judge}' -I -m tagward \"$@\"\n")
    within = repo.push("origin", "v1")

    assert (without.status, within.status) == (1, 0)
    assert [call.role for call in repo.judged()] == ["hookdir"]
