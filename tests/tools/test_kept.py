"""Environments that are kept: what names them, what comes back, and what does not."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tarfile
import time
import venv
from pathlib import Path

import pytest

from tagward.tools import kept
from tagward.tools.kept import Files, Kept, cache_folder, key_of, paths_in, read_files

RESOLVED = f"demo==1.0 \\\n    --hash=sha256:{'0' * 64}\n"


@pytest.fixture
def store(tmp_path: Path) -> Kept:
    """An empty one."""
    found = Kept.of(str(tmp_path / "cache"))
    assert found is not None
    return found


@pytest.fixture
def uv(tmp_path: Path) -> Path:
    """A program that stands for uv."""
    path = tmp_path / "uv"
    path.write_bytes(b"one")
    return path


def only(store: Kept) -> Path:
    """The one file that is kept."""
    (path,) = store.folder.iterdir()
    return path


def test_the_same_makes_the_same_name(uv: Path) -> None:
    assert key_of(RESOLVED, uv, {"PIP_INDEX_URL": "a"}) == key_of(RESOLVED, uv, {"PIP_INDEX_URL": "a"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sys.version", "3.11.7 (another build)"),
        ("sys.base_prefix", "/another/python"),
        ("sys.executable", "/bin/sh"),
        ("sys.implementation", type(sys)("implementation")),
        ("sysconfig.get_platform", lambda: "linux-riscv64"),
        ("os.uname", lambda: os.uname_result(("Linux", "host", "6", "1", "riscv64"))),
        ("tagward.tools.kept.FORMAT", 2),
    ],
    ids=["version", "prefix", "interpreter", "implementation", "platform", "machine", "format"],
)
def test_another_python_or_machine_or_format_makes_another_name(
    uv: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    before = key_of(RESOLVED, uv, {})
    if name == "sys.implementation":
        value.cache_tag = "cpython-399"  # type: ignore[attr-defined]  # a module holds anything
    monkeypatch.setattr(name, value)

    assert key_of(RESOLVED, uv, {}) != before


@pytest.mark.parametrize(
    "resolved",
    [
        RESOLVED.replace("demo", "other"),
        RESOLVED.replace("1.0", "1.0.1"),
        RESOLVED.replace("0" * 64, "1" * 64),
        RESOLVED + RESOLVED.replace("demo", "more"),
        "",
    ],
    ids=["name", "version", "digest", "more", "nothing"],
)
def test_what_was_resolved_makes_another_name(uv: Path, resolved: str) -> None:
    assert key_of(resolved, uv, {}) != key_of(RESOLVED, uv, {})


@pytest.mark.parametrize(
    "name", ["PIP_INDEX_URL", "UV_DEFAULT_INDEX", "PIP_NO_INDEX", "UV_FIND_LINKS", "SSL_CERT_FILE"]
)
def test_a_setting_makes_another_name(uv: Path, name: str) -> None:
    assert len({key_of(RESOLVED, uv, settings) for settings in ({}, {name: "1"}, {name: "2"})}) == 3


def test_where_the_installers_keep_things_is_no_matter(uv: Path) -> None:
    assert key_of(RESOLVED, uv, {"UV_CACHE_DIR": "/a"}) == key_of(RESOLVED, uv, {"UV_CACHE_DIR": "/b"})


def test_another_uv_makes_another_name(uv: Path, tmp_path: Path) -> None:
    before = key_of(RESOLVED, uv, {})
    other = tmp_path / "bin" / "uv"
    other.parent.mkdir()
    other.write_bytes(b"one")
    os.utime(other, ns=(uv.stat().st_mtime_ns, uv.stat().st_mtime_ns))
    elsewhere = key_of(RESOLVED, other, {})
    uv.write_bytes(b"two!")

    assert len({before, elsewhere, key_of(RESOLVED, uv, {})}) == 3


def test_what_is_kept_comes_back(store: Kept, tmp_path: Path) -> None:
    files = Files({"lib/demo.py": b"x = 1\n", "bin/run": b"#!/bin/sh\n"}, {"bin/run"}, 1_700_000_000)

    store.keep("key", files)

    assert store.unpack("key", tmp_path / "env")
    assert paths_in(tmp_path / "env") == {"lib/demo.py", "bin/run"}
    assert (tmp_path / "env/lib/demo.py").read_bytes() == b"x = 1\n"
    assert (tmp_path / "env/lib/demo.py").stat().st_mtime == 1_700_000_000
    assert os.access(tmp_path / "env/bin/run", os.X_OK)
    assert not os.access(tmp_path / "env/lib/demo.py", os.X_OK)


def test_nothing_of_that_name_is_nothing(store: Kept, tmp_path: Path) -> None:
    store.keep("key", Files({"a": b""}))

    assert not store.unpack("ke", tmp_path / "env")
    assert not (tmp_path / "env").exists()


def test_what_is_damaged_is_thrown_away(store: Kept, tmp_path: Path) -> None:
    store.keep("key", Files({"a": b"good"}))
    path = only(store)
    path.write_bytes(path.read_bytes().replace(b"good", b"evil"))

    assert not store.unpack("key", tmp_path / "env")
    assert not (tmp_path / "env").exists()
    assert not path.exists()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("../outside", tarfile.REGTYPE), ("link", tarfile.SYMTYPE), ("pipe", tarfile.FIFOTYPE)],
    ids=["leaves", "link", "pipe"],
)
def test_nothing_leaves_the_environment(store: Kept, tmp_path: Path, name: str, kind: bytes) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for member in (tarfile.TarInfo("first"), tarfile.TarInfo(name)):
            member.type = kind if member.name == name else tarfile.REGTYPE
            member.linkname = str(tmp_path) if kind == tarfile.SYMTYPE else ""
            archive.addfile(member)
    whole = data.getvalue()
    (store.folder / f"key-{hashlib.sha256(whole).hexdigest()}.tar").write_bytes(whole)

    assert not store.unpack("key", tmp_path / "env")
    assert not (tmp_path / "env").exists()
    assert not (tmp_path / "outside").exists()
    assert not list(store.folder.iterdir())


def test_a_file_that_others_may_write_to_is_not_used(store: Kept, tmp_path: Path) -> None:
    store.keep("key", Files({"a": b""}))
    only(store).chmod(0o666)

    assert not store.unpack("key", tmp_path / "env")


def test_a_link_is_not_used(store: Kept, tmp_path: Path) -> None:
    store.keep("key", Files({"a": b""}))
    path = only(store)
    path.rename(tmp_path / path.name)
    path.symlink_to(tmp_path / path.name)

    assert not store.unpack("key", tmp_path / "env")


@pytest.mark.parametrize("which", ["cache", "cache/environments"])
def test_a_folder_that_others_may_write_to_is_not_used(tmp_path: Path, which: str) -> None:
    assert Kept.of(str(tmp_path / "cache"))
    (tmp_path / which).chmod(0o777)

    assert Kept.of(str(tmp_path / "cache")) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give folders away")
def test_a_folder_of_somebody_else_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    os.chown(tmp_path / "cache", 65534, 65534)

    assert Kept.of(str(tmp_path / "cache")) is None


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert Kept.of("") is None
    assert Kept.of(str(tmp_path / "file")) is None


def test_the_folder_is_that_of_the_user_or_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache_folder().is_relative_to(os.environ["HOME"])
    monkeypatch.setenv(kept.VARIABLE, "/somewhere/else")
    assert cache_folder() == Path("/somewhere/else")


def test_the_old_and_the_most_go(store: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, days in enumerate((40, 20, 10)):
        store.keep(f"k{number}", Files({"a": b"%d" % number}))
        newest = max(store.folder.iterdir(), key=lambda path: path.name)
        os.utime(newest, (time.time() - days * 86400,) * 2)
    monkeypatch.setattr(kept, "MOST_BYTES", 2 * only_size(store))

    store.keep("k3", Files({"a": b"3"}))

    assert sorted(path.name[:2] for path in store.folder.iterdir()) == ["k2", "k3"]


def only_size(store: Kept) -> int:
    """The size of one file; all of these are alike."""
    return next(store.folder.iterdir()).stat().st_size


def test_a_disk_that_takes_nothing_is_no_trouble(store: Kept) -> None:
    store.folder.rmdir()
    store.folder.write_text("")

    store.keep("key", Files({"a": b""}))


def test_use_keeps_it(store: Kept, tmp_path: Path) -> None:
    store.keep("key", Files({"a": b""}))
    os.utime(only(store), (1, 1))

    assert store.unpack("key", tmp_path / "env")
    assert time.time() - only(store).stat().st_mtime < 100


def test_more_than_plain_files_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read_files(tmp_path, {"a"}) == Files({}, set(), read_files(tmp_path, {"a"}).time)  # type: ignore[union-attr]
    monkeypatch.setattr(kept, "MAX_BYTES", 4)
    assert read_files(tmp_path, set()) is None
    (tmp_path / "b").symlink_to("a")
    assert read_files(tmp_path, {"a"}) is None


def test_python_takes_the_bytecode(store: Kept, tmp_path: Path) -> None:
    name = Path(f"lib/python3.{sys.version_info.minor}/site-packages/demo.py")
    cached = str(name.parent / f"__pycache__/demo.{sys.implementation.cache_tag}.pyc")
    files = Files({str(name): b"VALUE = 42\n"}, set(), 1_700_000_001)
    files.compile([cached, "lib/__pycache__/absent.cpython-311.pyc", "strange.pyc"])
    assert set(files.contents) == {str(name), cached}
    store.keep("key", files)
    venv.create(tmp_path / "env", symlinks=True)
    store.unpack("key", tmp_path / "env")

    words: list[str | Path] = [
        tmp_path / "env/bin/python",
        "-I",
        "-v",
        "-c",
        "import demo; print(demo.VALUE, demo.__file__)",
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=True)

    assert done.stdout == f"42 {tmp_path / 'env' / name}\n"
    assert f"matches {tmp_path / 'env' / name}" in done.stderr


def test_bytecode_is_taken_that_python_has_made_of_these_very_sources(tmp_path: Path) -> None:
    for name in ("same", "later", "longer", "stranger"):
        (tmp_path / f"{name}.py").write_text(f"NAME = {name!r}\n", encoding="utf-8")
    files = read_files(tmp_path, {"stranger.py"})
    assert files is not None
    os.utime(tmp_path / "later.py", (files.time + 2, files.time + 2))
    (tmp_path / "longer.py").write_text("NAME = 'longer still'\n", encoding="utf-8")
    os.utime(tmp_path / "longer.py", (files.time, files.time))
    imports = "import later, longer, same, stranger"
    words = [
        sys.executable,
        "-c",
        f"import sys; sys.dont_write_bytecode = False; sys.path = ['.', *sys.path]; {imports}",
    ]
    subprocess.run(words, cwd=tmp_path, check=True, env={**os.environ, "PYTHONPYCACHEPREFIX": ""})

    files.take(tmp_path)

    tag = sys.implementation.cache_tag
    assert set(files.contents) == {"same.py", "later.py", "longer.py", f"__pycache__/same.{tag}.pyc"}
    assert files.contents[f"__pycache__/same.{tag}.pyc"] == (tmp_path / f"__pycache__/same.{tag}.pyc").read_bytes()
