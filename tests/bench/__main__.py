"""What the gate costs, beside what it replaces: `python tests/bench [NAME …]`; medians and ratios of one run."""

from __future__ import annotations

import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "bench-demo"
version = "1.0.0"
description = "A demo"
readme = "README.md"
"""
BIN = Path(sys.executable).parent
TEN_PLACES = {
    "uv.lock": 'version = 1\n\n[[package]]\nname = "bench-demo"\nversion = "1.0.0"\nsource = { editable = "." }\n',
    "CITATION.cff": "cff-version: 1.2.0\nversion: 1.0.0\n",
    "docs/conf.py": 'release = "1.0.0"\nversion = "1.0.0"\n',
    "package.json": '{"name": "bench-demo", "version": "1.0.0"}\n',
    ".bumpversion.cfg": "[bumpversion]\ncurrent_version = 1.0.0\n",
    "tbump.toml": '[version]\ncurrent = "1.0.0"\n',
    "codemeta.json": '{"version": "1.0.0"}\n',
    "CHANGELOG.md": "# Changelog\n\n## [1.0.0] - 2026-11-22\n\n- All of it.\n",
}
"""With pyproject.toml and `__version__`, ten files that state the version."""


@dataclass(frozen=True)
class Ground:
    """A small hatchling project that is a repository, and two bare remotes, one of them behind the hook."""

    root: Path
    env: dict[str, str]

    def run(self, *words: str | Path, cwd: Path | None = None) -> None:
        """Run a program to its end; it must succeed."""
        done = subprocess.run(words, cwd=cwd or self.root, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")


def make_ground(folder: Path) -> Ground:
    """The project, committed and tagged."""
    home, root = folder / "home", folder / "project"
    home.mkdir()
    who = {f"GIT_{role}_{what}": "bench@localhost" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    caches = {"PIP_CACHE_DIR": str(folder / "pip"), "UV_CACHE_DIR": str(folder / "uv"), "UV_LINK_MODE": "copy"}
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    env = {
        **os.environ,
        **who,
        **caches,
        "HOME": str(home),
        "TMPDIR": str(folder),
        "PATH": path,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    (root / "src" / "bench_demo").mkdir(parents=True)
    (root / "src" / "bench_demo" / "__init__.py").write_text('__version__ = "1.0.0"\n')
    (root / "README.md").write_text("# Demo\n\nA small project.\n")
    (root / "pyproject.toml").write_text(PYPROJECT)
    ground = Ground(root, env)
    ground.run("git", "init", "-q", "-b", "main", ".")
    ground.run("git", "add", ".")
    ground.run("git", "commit", "-qm", "first")
    ground.run("git", "tag", "-a", "-m", "v1.0.0", "v1.0.0")
    for name in ("plain", "guarded"):
        ground.run("git", "init", "-q", "--bare", folder / f"{name}.git", cwd=folder)
        ground.run("git", "remote", "add", name, folder / f"{name}.git")
    return ground


def paired(rounds: int, *acts: Callable[[], None]) -> list[list[float]]:
    """Seconds of each act, taken in turn, so that a busy moment of the machine meets them all."""
    seconds: list[list[float]] = [[] for _ in acts]
    for _ in range(rounds):
        for act, taken in zip(acts, seconds, strict=True):
            began = time.perf_counter()
            act()
            taken.append(time.perf_counter() - began)
    return seconds


def row(name: str, seconds: list[float], base: list[float] | None = None) -> None:
    """A line of the table: median, least and most, and the ratio to the base."""
    median = statistics.median(seconds)
    ratio = f"{median / statistics.median(base):6.2f} x" if base else ""
    more = f"{(median - statistics.median(base)) * 1000:+8.1f} ms" if base else ""
    print(f"  {name:<52} {median:8.3f} s  ({min(seconds):.3f} to {max(seconds):.3f})  {ratio}  {more}")


def branch_push(ground: Ground) -> None:
    """`git push` of a branch with the hook and without."""

    def push(remote: str, *words: str) -> Callable[[], None]:
        count = [0]

        def act() -> None:
            count[0] += 1
            ground.run("git", "push", "-q", *words, remote, f"HEAD:refs/heads/b{count[0]}")

        return act

    ground.run("tagward", "install")
    plain, guarded = paired(41, push("plain", "--no-verify"), push("guarded"))
    print("a branch push")
    row("git push --no-verify", plain)
    row("git push, through the hook", guarded, plain)


def gate(ground: Ground) -> None:
    """The gate on a small project against the same steps by hand, with the installers' caches warm."""
    folder = ground.root.parent

    def by_hand() -> None:
        work = folder / "by-hand"
        shutil.rmtree(work, ignore_errors=True)
        ground.run("git", "clone", "-q", "-b", "v1.0.0", ground.root, work, cwd=folder)
        ground.run(sys.executable, "-m", "build", cwd=work)
        files = sorted((work / "dist").iterdir())
        ground.run(sys.executable, "-m", "twine", "check", *files, cwd=work)
        ground.run(sys.executable, "-m", "venv", work / "venv", cwd=work)
        ground.run(
            work / "venv/bin/pip", "install", "-q", next(file for file in files if file.suffix == ".whl"), cwd=work
        )
        ground.run(work / "venv/bin/python", "-c", "import bench_demo", cwd=folder)

    def check() -> None:
        ground.run("tagward", "check", "v1.0.0", "--again", "-q")

    by_hand()
    check()
    hand, ours = paired(5, by_hand, check)
    print("the gate on a small hatchling project, caches warm")
    row("build, twine check, venv, pip install, import", hand)
    row("tagward check --again", ours, hand)


def second_push(ground: Ground) -> None:
    """The push of a tag that has passed, with the hook and without."""
    ground.run("tagward", "install")
    ground.run("tagward", "check", "v1.0.0", "-q")

    def push(remote: str, *words: str) -> Callable[[], None]:
        def act() -> None:
            ground.run("git", "push", "-q", *words, remote, "v1.0.0")

        return act

    def delete(remote: str) -> Callable[[], None]:
        def act() -> None:
            ground.run("git", "push", "-q", "--no-verify", "--delete", remote, "v1.0.0")

        return act

    plain, _, guarded, _ = paired(15, push("plain", "--no-verify"), delete("plain"), push("guarded"), delete("guarded"))
    print("the second push of a judged tag")
    row("git push --no-verify", plain)
    row("git push, remembered", guarded, plain)


def memory(ground: Ground) -> None:
    """The largest process of a whole gate."""
    ground.run("tagward", "check", "v1.0.0", "--again", "-q")
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    peaks = []
    for words in (("tagward", "check", "v1.0.0", "--again", "-q"), (sys.executable, "-m", "build", "-o", "out")):
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            cwd=ground.root,
            env=ground.env,
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stdout.split()[-1]) / 1024)
    print("peak memory of the largest process")
    print(f"  {'tagward check --again':<52} {peaks[0]:6.0f} MiB")
    print(f"  {'python -m build alone':<52} {peaks[1]:6.0f} MiB  {peaks[0] / peaks[1]:6.2f} x")


def fast(ground: Ground) -> None:
    """The fast checks of the commit hook, on a project that states its version ten times, against an empty Python."""
    for path, text in TEN_PLACES.items():
        file = ground.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    ground.run("git", "add", ".")

    def nothing() -> None:
        ground.run(sys.executable, "-c", "pass")

    def check() -> None:
        ground.run("tagward", "check", "--fast", "-q")

    empty, ours = paired(21, nothing, check)
    print("the fast checks")
    row("python -c pass", empty)
    row("tagward check --fast", ours, empty)


def tags(ground: Ground) -> None:
    """`versions --all-tags` with ever more tags, and one git process that reads as many files."""
    print("versions --all-tags")
    for count in (1, 100, 1_000, 10_000):
        root = ground.root.parent / f"tags-{count}"
        ground.run("git", "init", "-q", "-b", "main", root, cwd=ground.root.parent)
        stream = "".join(_tagged_commit(number) for number in range(count))
        subprocess.run(["git", "fast-import", "--quiet"], cwd=root, env=ground.env, input=stream.encode(), check=True)
        names = "".join(f"v0.{number}.0:pyproject.toml\n" for number in range(count)).encode()

        def read(root: Path = root) -> None:
            ground.run("tagward", "versions", "--all-tags", cwd=root)

        def git(root: Path = root, names: bytes = names) -> None:
            subprocess.run(
                ["git", "cat-file", "--batch"],
                cwd=root,
                env=ground.env,
                input=names,
                stdout=subprocess.DEVNULL,
                check=True,
            )

        plain, ours = paired(3, git, read)
        row(f"{count} tags: git cat-file --batch of every file", plain)
        row(f"{count} tags: tagward versions --all-tags", ours, plain)
        print(f"  {'':<52} {statistics.median(ours) * 1000 / count:8.3f} ms a tag, start-up included")


def _tagged_commit(number: int) -> str:
    text = PYPROJECT.replace('"1.0.0"', f'"0.{number}.0"')
    return (
        f"commit refs/heads/main\ncommitter B <b@localhost> {1_700_000_000 + number} +0000\ndata 1\nx\n"
        f"M 644 inline pyproject.toml\ndata {len(text)}\n{text}\n"
        f"reset refs/tags/v0.{number}.0\nfrom refs/heads/main\n\n"
    )


READ = """\
import os, resource, sys, time
from pathlib import Path
from tagward.acceptance.upload import judge
from tagward.tools.archives import read_distribution
from tagward.tools.rendering import describe
began = time.perf_counter()
artifact = read_distribution(Path(sys.argv[1])).artifact
read = time.perf_counter()
assert judge(artifact, *describe([artifact], dict(os.environ))) == ()
print(read - began, time.perf_counter() - read, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def archives(ground: Ground) -> None:
    """PyPI's rules on a wheel of 10 MB with 2,000 members, against `twine check`, which reads its metadata alone."""
    path = _large_wheel(ground.root.parent / "bench_demo-1.0.0-py3-none-any.whl")
    said: list[list[float]] = []

    def ours() -> None:
        done = subprocess.run(
            [sys.executable, "-c", READ, path], env=ground.env, capture_output=True, text=True, check=True
        )
        said.append([float(number) for number in done.stdout.split()])

    def twine() -> None:
        ground.run(sys.executable, "-m", "twine", "check", path)

    theirs, own = paired(7, twine, ours)
    print(f"PyPI's rules on a wheel of {path.stat().st_size / 1e6:.1f} MB with 2,000 members")
    row("twine check (metadata and description)", theirs)
    row("read, render and judge everything, in a new Python", own, theirs)
    read, judged, memory = (statistics.median(column) for column in zip(*said, strict=True))
    print(f"  {'of which: one pass over the archive':<52} {read:8.3f} s")
    print(f"  {'of which: rendering in a child, and the rules':<52} {judged:8.3f} s")
    print(f"  {'peak memory':<52} {memory:8.0f} MiB")


REPORT = """\
import resource, sys, time
from pathlib import Path
from tagward.model.findings import Outcome
from tagward.model.record import Record, TagRecord
from tagward.tools.archives import read_distribution
read = read_distribution(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.perf_counter()
from tagward.report.html import render
page = render(Record("check", (TagRecord("v1.0.0", "1.0.0", "0" * 40, Outcome.PASSED, files=(read,)),)))
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(seconds, len(page.encode()) / 1e6, peak / 1024, (peak - before) / 1024)
"""


def report(ground: Ground) -> None:
    """The page of a wheel with 10,000 members."""
    path = _large_wheel(ground.root.parent / "bench_demo-1.0.0-py3-none-any.whl", 10_000)
    words: list[str | Path] = [sys.executable, "-c", REPORT, path]
    said = [subprocess.run(words, env=ground.env, capture_output=True, text=True, check=True) for _ in range(5)]
    seconds, size, peak, more = zip(*([float(number) for number in done.stdout.split()] for done in said), strict=True)
    print("the report of a wheel with 10,000 members")
    row("import and render, in a new Python that has read the wheel", list(seconds))
    print(f"  {'size of the page':<52} {statistics.median(size):8.2f} MB")
    print(f"  {'peak memory, and the part of it that is the page':<52} {max(peak):8.0f} MiB, {max(more):.0f} MiB")


def _large_wheel(path: Path, members: int = 2_000) -> Path:
    chance = random.Random(1)  # noqa: S311  # the same bytes every time
    info = "bench_demo-1.0.0.dist-info"
    files = {
        f"bench_demo/module_{number}.py": f"VALUE = {chance.randbytes(3_700).hex()!r}\n".encode()
        + chance.randbytes(1_400)
        for number in range(members - 3)
    }
    head = (
        "Metadata-Version: 2.4\nName: bench-demo\nVersion: 1.0.0\nDescription-Content-Type: text/markdown\n\n# Demo\n"
    )
    files[f"{info}/METADATA"] = head.encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"]).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, data in files.items():
            wheel.writestr(name, data)
    return path


BENCHES = {
    "branch-push": branch_push,
    "second-push": second_push,
    "fast": fast,
    "tags": tags,
    "gate": gate,
    "memory": memory,
    "archives": archives,
    "report": report,
}


def main() -> None:
    """Run what is named, or everything."""
    wanted = sys.argv[1:] or list(BENCHES)
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, {_git_version()}")
    for name in wanted:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            BENCHES[name](make_ground(Path(folder)))


def _git_version() -> str:
    return subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.strip()


main()
