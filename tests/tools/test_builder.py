"""One environment for both distributions, kept from build to build: it must never change what is built."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tagward.errors import CannotJudge
from tagward.model.refs import PushedRef
from tagward.tools.ahead import start, start_ahead
from tagward.tools.build import Builder, builders_in
from tagward.tools.environ import scratch_env
from tagward.tools.installers import find_installers

CORE = r"""
import json, os, sys, tarfile, io, zipfile
import helper
COUNT = []
def _note(hook):
    COUNT.append(hook)
    known = {"hook": hook, "count": len(COUNT), "mark": getattr(helper, "MARK", "clean"), "helper": helper.__file__}
    known |= {"umask": os.umask(0o022), "cwd": os.getcwd(), "pid": os.getpid()}
    with open(os.path.join(os.environ["HOME"], "notes"), "a") as file:
        file.write(json.dumps(known) + "\n")
    exec(_job().get(hook, ""), {"helper": helper})
def _job():
    return json.load(open("job.json"))
def get_requires_for_build_sdist(config_settings=None):
    _note("get_requires_for_build_sdist")
    return _job().get("sdist_requires", [])
def get_requires_for_build_wheel(config_settings=None):
    _note("get_requires_for_build_wheel")
    return _job().get("wheel_requires", [])
def build_sdist(folder, config_settings=None):
    _note("build_sdist")
    text = open("pyproject.toml").read().replace(*_job().get("replace", ["", ""]))
    files = {"PKG-INFO": "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n", "pyproject.toml": text}
    files["job.json"] = open("job.json").read()
    with tarfile.open(os.path.join(folder, "demo-1.0.tar.gz"), "w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo("demo-1.0/" + name)
            member.size = len(data.encode())
            archive.addfile(member, io.BytesIO(data.encode()))
    return "demo-1.0.tar.gz"
def build_wheel(folder, config_settings=None, metadata_directory=None):
    _note("build_wheel")
    zipfile.ZipFile(os.path.join(folder, "demo-1.0-py3-none-any.whl"), "w").close()
    return "demo-1.0-py3-none-any.whl"
"""
PYPROJECT = '[build-system]\nrequires = {requires}\nbuild-backend = "{backend}"\n'
HOOKS = ["get_requires_for_build_sdist", "build_sdist", "get_requires_for_build_wheel", "build_wheel"]
POISON = "open(helper.__file__, 'w').write('MARK = \"poisoned\"')"


def put_wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> None:
    """A wheel for the installers to find."""
    info = f"{name}-{version}.dist-info"
    every = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for member, text in every.items():
            wheel.writestr(member, text)
        wheel.writestr(f"{info}/RECORD", "".join(f"{member},,\n" for member in [*every, f"{info}/RECORD"]))


def put_core(folder: Path, version: str, mark: str) -> None:
    """The backend, in some version."""
    files = {"flit_core/__init__.py": "", "flit_core/buildapi.py": CORE, "helper.py": f"MARK = {mark!r}\n"}
    put_wheel(folder, "flit_core", version, files)


@dataclass
class Yard:
    """Builds of one project, and what its backend saw."""

    folder: Path
    job: dict[str, object] = field(default_factory=dict)
    requires: tuple[str, ...] = ("flit_core",)
    backend: str = "flit_core.buildapi"
    count: int = 0

    @property
    def cache(self) -> Path:
        """Where environments are kept."""
        return self.folder / "cache"

    def build(self, *, keeping: bool = True, ahead: bool = True, words: str = "log") -> list[dict[str, object]]:
        """Build, with its words going into a file; what each hook saw."""
        self.count += 1
        here = self.folder / f"build-{self.count}"
        for name in ("home", "project"):
            (here / name).mkdir(parents=True)
        pyproject = {"build-system": {"requires": list(self.requires), "build-backend": self.backend}}
        text = PYPROJECT.format(requires=json.dumps(self.requires), backend=self.backend)
        (here / "project/pyproject.toml").write_text(text)
        (here / "project/job.json").write_text(json.dumps(self.job))
        log, installers = here / words, find_installers()
        env = {**scratch_env(here / "home"), **installers.settings}
        builder = Builder(env, installers, here / "home", self.cache if keeping else None)
        try:
            if ahead:
                builder.prepare(pyproject, {})
            builder.begin(here / "project", here / "dist", log)
            failure = builder.result()
            builder.finish()
        finally:
            builder.stop()
        assert failure is None, log.read_text()
        assert {path.name for path in (here / "dist").iterdir()} == {"demo-1.0.tar.gz", "demo-1.0-py3-none-any.whl"}
        assert not list((here / "home").glob("build-env-?"))
        return [json.loads(line) for line in (here / "home/notes").read_text().splitlines()]

    def versions(self) -> dict[str, str]:
        """The build requirements that the last log names."""
        return builders_in((self.folder / f"build-{self.count}/log").read_text())

    def kept(self) -> list[Path]:
        """The environments that are kept."""
        return sorted((self.cache / "environments").glob("*.tar"))

    def guess(self) -> Path:
        """What will be unpacked first the next time."""
        (path,) = (self.cache / "environments").glob("*.last")
        return path


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """A project whose backend comes from a folder, under the name of one that minds no company."""
    links = tmp_path / "links"
    links.mkdir()
    put_core(links, "1.0", "clean")
    put_wheel(links, "strange", "1.0", {"strange.py": CORE, "helper.py": ""})
    for name in ("extra_one", "extra_two"):
        put_wheel(links, name, "1.0", {f"{name}.py": ""})
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(name)
    (tmp_path / "pip.conf").write_text(f"[global]\nno-index = true\nfind-links = {links}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    return Yard(tmp_path)


@pytest.mark.parametrize("ahead", [True, False], ids=["made ready", "at once"])
@pytest.mark.parametrize("keeping", [True, False], ids=["kept", "not kept"])
def test_the_hooks_are_called_in_order_each_in_a_fresh_process(yard: Yard, keeping: bool, ahead: bool) -> None:
    notes = yard.build(keeping=keeping, ahead=ahead)

    assert [note["hook"] for note in notes] == HOOKS
    assert [note["count"] for note in notes] == [1, 1, 1, 1]
    assert len({note["pid"] for note in notes}) == 4
    assert {note["umask"] for note in notes} == {0o022}
    assert [Path(str(note["cwd"])).name for note in notes] == ["project", "project", "demo-1.0", "demo-1.0"]
    assert yard.versions() == {"flit-core": "1.0"}


def test_a_backend_that_is_not_known_is_started_for_each_hook(yard: Yard) -> None:
    yard.requires, yard.backend = ("strange",), "strange"

    assert [(note["hook"], note["count"]) for note in yard.build()] == [(hook, 1) for hook in HOOKS]


def test_the_command_of_build_lives_in_our_environment(yard: Yard) -> None:
    # What is replaced in build has no public name: a version that renames it must not go unseen.
    notes = yard.build(keeping=False)

    assert len({str(note["helper"]) for note in notes}) == 1
    assert Path(str(notes[0]["helper"])).is_relative_to(yard.folder / "build-1/home/build-env-0")


def test_an_environment_is_kept_once_and_used_again(yard: Yard) -> None:
    yard.build()
    (first,) = yard.kept()
    os.utime(first, (1, 1))

    notes = yard.build()

    assert yard.kept() == [first]
    assert first.stat().st_mtime > 1
    assert str(notes[0]["helper"]).startswith(str(yard.folder / "build-2/home"))
    assert yard.versions() == {"flit-core": "1.0"}


def test_nothing_is_kept_where_nothing_may_be(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAGWARD_CACHE", str(yard.cache))

    yard.build(keeping=False)

    assert not yard.cache.exists()


def test_a_newer_version_is_found_although_an_older_one_is_kept(yard: Yard) -> None:
    yard.build()
    put_core(yard.folder / "links", "1.1", "newer")

    assert {note["mark"] for note in yard.build()} == {"newer"}
    assert yard.versions() == {"flit-core": "1.1"}
    assert len(yard.kept()) == 2


@pytest.mark.parametrize(
    "said", [b"", b"../" * 30, b"\xff" * 64, b"0" * 64, b"0" * 65], ids=["empty", "path", "bytes", "gone", "long"]
)
def test_a_guess_that_is_none_changes_nothing(yard: Yard, said: bytes) -> None:
    yard.build()
    right = yard.guess().read_bytes()
    yard.guess().write_bytes(said)

    assert {note["mark"] for note in yard.build()} == {"clean"}
    assert yard.guess().read_bytes() == right


def test_a_guess_at_what_others_require_is_thrown_away(yard: Yard) -> None:
    # As if the index had meanwhile begun to answer otherwise: what was unpacked and imported before is the wrong one.
    yard.build()
    own = yard.guess()
    put_core(yard.folder / "links", "1.1", "newer")
    yard.build()
    newer = own.read_bytes()
    (yard.folder / "links/flit_core-1.1-py3-none-any.whl").unlink()

    notes = yard.build()

    assert {note["mark"] for note in notes} == {"clean"}
    assert yard.versions() == {"flit-core": "1.0"}
    assert own.read_bytes() != newer


def test_what_is_not_to_be_had_any_more_is_not_taken_from_what_is_kept(yard: Yard) -> None:
    yard.build()
    (yard.folder / "links/flit_core-1.0-py3-none-any.whl").unlink()

    with pytest.raises(AssertionError) as caught:
        yard.build()

    assert "flit-core" in str(caught.value)


def test_other_bytes_under_the_same_version_are_not_those_that_are_kept(yard: Yard) -> None:
    yard.build()
    put_core(yard.folder / "links", "1.0", "other")

    assert {note["mark"] for note in yard.build()} == {"other"}


@pytest.mark.parametrize("hook", HOOKS)
def test_a_build_that_writes_into_its_environment_poisons_nothing(yard: Yard, hook: str) -> None:
    yard.job = {hook: POISON}
    first = {str(note["hook"]): note["mark"] for note in yard.build()}
    (entry,) = yard.kept()
    data = entry.read_bytes()
    yard.job = {}

    assert {note["mark"] for note in yard.build()} == {"clean"}
    assert entry.read_bytes() == data
    assert first["get_requires_for_build_wheel"] == "clean"


def test_a_damaged_environment_is_made_anew(yard: Yard) -> None:
    yard.build()
    (entry,) = yard.kept()
    entry.write_bytes(entry.read_bytes()[:-600] + b"x" * 600)

    assert {note["mark"] for note in yard.build()} == {"clean"}
    assert len(yard.kept()) == 1


def has(module: str, *, there: bool) -> str:
    """A line that fails where a module is not as it should be."""
    return f"import importlib.util as u; assert {'' if there else 'not '}u.find_spec('{module}')"


def test_what_the_sdist_asks_for_is_not_there_for_the_wheel(yard: Yard) -> None:
    yard.job = {
        "sdist_requires": ["extra_one"],
        "build_sdist": has("extra_one", there=True),
        "build_wheel": has("extra_one", there=False),
    }

    assert len(yard.build()) == 4


def test_what_the_wheel_asks_for_is_there(yard: Yard) -> None:
    yard.job = {
        "wheel_requires": ["extra_two"],
        "build_sdist": has("extra_two", there=False),
        "build_wheel": has("extra_two", there=True),
    }

    yard.build()
    yard.build()

    assert yard.versions() == {"flit-core": "1.0", "extra-two": "1.0"}


def test_an_sdist_with_other_requirements_than_the_project_gets_them(yard: Yard) -> None:
    yard.job = {
        "replace": ['["flit_core"]', '["flit_core", "extra_one"]'],
        "build_sdist": has("extra_one", there=False),
        "build_wheel": has("extra_one", there=True),
    }

    yard.build()
    yard.build()

    assert len(yard.kept()) == 2


def test_a_hook_that_fails_is_quoted_as_ever(yard: Yard) -> None:
    yard.job = {"build_wheel": "raise ValueError('no wheel today')"}

    with pytest.raises(AssertionError) as caught:
        yard.build()

    assert "ValueError: no wheel today" in str(caught.value)
    assert "ERROR Backend subprocess exited when trying to invoke build_wheel" in str(caught.value)


@pytest.mark.skipif(sys.platform != "linux", reason="it needs a disk that is always full")
def test_words_that_cannot_be_written_down_are_no_fault_of_the_release(yard: Yard) -> None:
    with pytest.raises(CannotJudge, match="cannot be written down: No space left on device"):
        yard.build(words="/dev/full")


@pytest.mark.skipif(sys.platform != "linux", reason="it needs a disk that is always full")
def test_what_drives_the_build_says_itself_that_its_words_are_lost(tmp_path: Path) -> None:
    installers, process = find_installers(), start()
    job = {"env": scratch_env(tmp_path), "home": str(tmp_path), "uv": str(installers.uv), "settings": {}, "kept": ""}
    process.tell(json.dumps({**job, "requires": [], "backend": ""}).encode())
    (tmp_path / "pyproject.toml").write_text("")
    process.tell(json.dumps({"words": ["--installer", "uv", str(tmp_path)], "log": "/dev/full"}).encode())
    try:
        assert process.hear() == b"No space left on device\n"
    finally:
        process.stop()


def test_what_is_started_ahead_ends_without_a_word_where_nothing_is_to_be_built() -> None:
    done = start().finish(60)

    assert (done.status, done.stdout, done.stderr) == (0, b"", b"")


def test_what_is_started_ahead_has_none_of_our_variables(monkeypatch: pytest.MonkeyPatch, yard: Yard) -> None:
    monkeypatch.setenv("SECRET", "s3cret")
    yard.job = {"build_sdist": "import os; assert 'SECRET' not in os.environ, os.environ"}

    assert len(yard.build()) == 4


def test_one_tag_alone_is_worth_a_start_ahead() -> None:
    tags = [PushedRef(f"refs/tags/v{number}", "1" * 40, f"refs/tags/v{number}", "0" * 40) for number in range(2)]
    deleted = PushedRef("(delete)", "0" * 40, "refs/tags/v1", "1" * 40)
    started = [
        start_ahead(refs, known) for refs, known in (([], []), (tags, []), (tags[:1], tags[:1]), ([deleted], []))
    ]
    (one,) = start_ahead(tags[:1], [])
    one.stop()

    assert started == [[], [], [], []]


def test_builds_at_the_same_time_do_not_meet(yard: Yard) -> None:
    yards = [Yard(yard.folder, {"build_sdist": POISON} if number % 2 else {}, count=number * 10) for number in range(4)]

    with ThreadPoolExecutor(4) as pool:
        notes = list(pool.map(Yard.build, yards))

    for seen in notes:
        assert {note["mark"] for note in seen if note["hook"] != "build_wheel"} == {"clean"}
    assert len({entry.name.partition("-")[0] for entry in yard.kept()}) == 1
