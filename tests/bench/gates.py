"""The gate on a small pure-Python project, for each backend: `python tests/bench/gates.py [BACKEND …] [--rounds N]`.

Each row is one run, its sides taken in turn; the table is Markdown. The index that the gate asks is one on this
machine, which has the project and no release of it, because what a network adds is the network's; what builds need
comes from wherever pip is configured to take it, on all sides alike.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BACKENDS = {
    "hatchling": ("hatchling", "hatchling.build"),
    "setuptools": ("setuptools>=77", "setuptools.build_meta"),
    "flit": ("flit_core>=3.12", "flit_core.buildapi"),
    "poetry": ("poetry-core>=2", "poetry.core.masonry.api"),
    "pdm": ("pdm-backend", "pdm.backend"),
    "uv_build": ("uv_build>=0.8", "uv_build"),
}
PYPROJECT = """\
[build-system]
requires = ["{requires}"]
build-backend = "{backend}"

[project]
name = "bench-demo"
version = "1.0.0"
description = "A demo"
readme = "README.md"
requires-python = ">=3.9"
"""
HOOKS = """\
import os, sys, tarfile
from importlib import import_module
backend = import_module(sys.argv[1])
out = os.path.abspath(sys.argv[2])
os.chdir("project")
backend.get_requires_for_build_sdist({})
sdist = backend.build_sdist(out)
with tarfile.open(os.path.join(out, sdist)) as archive:
    archive.extractall(out, filter="data")
os.chdir(os.path.join(out, sdist.removesuffix(".tar.gz")))
backend.get_requires_for_build_wheel({})
print(backend.build_wheel(out))
"""
"""The backend's own two hooks in one process, as cheap as they can be called."""

BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Row:
    """Seconds (medians) and mebibytes of one backend.

    Attributes:
        hand: the seed's steps by hand with pip, the installers' caches warm.
        fresh: the gate with nothing kept but those caches.
        kept: the gate with its build environment kept.
        floor: the backend's two hooks, one empty environment, the install and the import.
        first_hand: by hand with cold caches.
        first: the gate with cold caches.
        hand_memory: the largest process by hand.
        memory: the largest process of the gate.
        processor: by hand, fresh and kept in seconds of processor time, which a busy machine changes less.
    """

    backend: str
    hand: float
    fresh: float
    kept: float
    floor: float
    first_hand: float
    first: float
    hand_memory: float
    memory: float
    processor: tuple[float, float, float]


class _Index(BaseHTTPRequestHandler):
    """Has every project, and no release of any (PEP 691)."""

    def do_GET(self) -> None:
        name = self.path.strip("/").rpartition("/")[2]
        body = json.dumps({"meta": {"api-version": "1.1"}, "name": name, "versions": [], "files": []}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server uses
        del format, args


@dataclass(frozen=True, slots=True)
class Ground:
    """A small project with a tag, and caches of its own."""

    folder: Path
    backend: str
    env: dict[str, str]

    @property
    def root(self) -> Path:
        """The repository."""
        return self.folder / "project"

    def run(self, *words: str | Path, cwd: Path | None = None) -> str:
        """Run a program to its end; it must succeed."""
        done = subprocess.run(
            words, cwd=cwd or self.folder, env=self.env, capture_output=True, text=True, check=False, timeout=600
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
        return done.stdout

    def forget(self, *caches: str) -> None:
        """Empty caches."""
        for name in caches:
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def hand(self) -> None:
        """The seed's steps."""
        work = self.folder / "by-hand"
        shutil.rmtree(work, ignore_errors=True)
        self.run("git", "clone", "-q", "-b", "v1.0.0", self.root, work)
        self.run(sys.executable, "-m", "build", cwd=work)
        files = sorted((work / "dist").iterdir())
        self.run(sys.executable, "-m", "twine", "check", *files, cwd=work)
        self.run(sys.executable, "-m", "venv", work / "venv", cwd=work)
        wheel = next(file for file in files if file.suffix == ".whl")
        self.run(work / "venv/bin/pip", "install", "-q", wheel, cwd=work)
        self.run(work / "venv/bin/python", "-c", "import bench_demo")

    def gate(self) -> None:
        """The gate, all checks."""
        self.run(BIN / "tagward", "check", "v1.0.0", "--again", "-q", cwd=self.root)

    def prepare_floor(self) -> None:
        """A build environment that is ready."""
        self.run(BIN / "uv", "venv", "-q", "-p", sys.executable, "ready")
        self.run(BIN / "uv", "pip", "install", "-q", "-p", "ready", BACKENDS[self.backend][0])
        (self.folder / "hooks.py").write_text(HOOKS)

    def floor(self) -> None:
        """What nobody can do without."""
        self.forget("floor")
        (self.folder / "floor").mkdir()
        python = self.folder / "ready/bin/python"
        path = f"PATH={python.parent}{os.pathsep}{os.environ['PATH']}"
        wheel = self.run("env", path, python, "hooks.py", BACKENDS[self.backend][1], "floor").split()[-1]
        self.run(BIN / "uv", "venv", "-q", "-p", sys.executable, "floor/env")
        self.run(BIN / "uv", "pip", "install", "-q", "--offline", "-p", "floor/env", f"floor/{wheel}")
        self.run(self.folder / "floor/env/bin/python", "-I", "-c", "import bench_demo")


def make_ground(folder: Path, backend: str, index: str) -> Ground:
    """The project, committed and tagged."""
    who = {f"GIT_{role}_{what}": "bench@localhost" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    env = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        **who,
        "GIT_CONFIG_NOSYSTEM": "1",
        "HOME": str(folder / "home"),
        "PIP_CACHE_DIR": str(folder / "pip"),
        "TAGWARD_CACHE": str(folder / "kept"),
        "TAGWARD_INDEX": index,
        "TMPDIR": str(folder),
        "UV_CACHE_DIR": str(folder / "uv"),
        "UV_LINK_MODE": "copy",
    }
    ground = Ground(folder, backend, env)
    (folder / "home").mkdir()
    (ground.root / "src/bench_demo").mkdir(parents=True)
    (ground.root / "src/bench_demo/__init__.py").write_text('"""A demo."""\n\n__version__ = "1.0.0"\n')
    (ground.root / "README.md").write_text("# Demo\n\nA small project.\n")
    requires, module = BACKENDS[backend]
    (ground.root / "pyproject.toml").write_text(PYPROJECT.format(requires=requires, backend=module))
    for words in (
        ("init", "-q", "-b", "main"),
        ("add", "."),
        ("commit", "-qm", "first"),
        ("tag", "-am", "x", "v1.0.0"),
    ):
        ground.run("git", *words, cwd=ground.root)
    return ground


def measure(ground: Ground, rounds: int) -> Row:
    """All sides of one backend."""
    acts: list[tuple[Callable[[], None], Callable[[], None]]] = [
        (lambda: ground.forget("pip"), ground.hand),
        (lambda: ground.forget("uv", "kept"), ground.gate),
        (_nothing, ground.hand),
        (lambda: ground.forget("kept"), ground.gate),
        (_nothing, ground.gate),
        (_nothing, ground.floor),
    ]
    seconds: list[list[float]] = [[] for _ in acts]
    processor: list[list[float]] = [[] for _ in acts]
    ground.prepare_floor()
    for number in range(rounds):
        for (before, act), taken, used in zip(acts, seconds, processor, strict=True):
            if number and act in (ground.hand, ground.gate) and before not in (_nothing, acts[3][0]):
                continue  # cold caches are filled over the network: once
            before()
            began, used_before = time.perf_counter(), _processor()
            act()
            taken.append(time.perf_counter() - began)
            used.append(_processor() - used_before)
    first_hand, first, hand, fresh, kept, floor = map(statistics.median, seconds)
    memory = _peak(ground.hand), _peak(ground.gate)
    work = (statistics.median(processor[2]), statistics.median(processor[3]), statistics.median(processor[4]))
    return Row(ground.backend, hand, fresh, kept, floor, first_hand, first, *memory, work)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _nothing() -> None:
    pass


def _peak(act: Callable[[], None]) -> float:
    """The resident size of the largest process that something starts, in a fork, whose children are counted alone."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        act()
        os.write(writing, b"%d" % resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as file:
        return int(file.read()) / 1024


@contextmanager
def empty_index() -> Iterator[str]:
    """The address of an index on this machine that has no release of anything."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Index)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/simple/"
    server.shutdown()
    server.server_close()


def gates(rounds: int, backends: list[str]) -> list[Row]:
    """Measure these backends, one after the other."""
    rows = []
    with empty_index() as index:
        for backend in backends:
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                rows.append(measure(make_ground(Path(folder).resolve(), backend, index), rounds))
    return rows


def table(rows: list[Row]) -> str:
    """Rows as Markdown."""
    titles = (
        *("backend", "by hand", "gate, nothing kept", "gate, kept", "floor"),
        *("first run: by hand", "gate", "processor time", "largest process"),
    )
    head = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    lines = (
        f"| {row.backend} | {row.hand:.2f} s | {row.fresh:.2f} s, 1/{row.hand / row.fresh:.1f} "
        f"| {row.kept:.2f} s, 1/{row.hand / row.kept:.1f} | {row.floor:.2f} s, {row.kept / row.floor:.1f} × "
        f"| {row.first_hand:.2f} s | {row.first:.2f} s, 1/{row.first_hand / row.first:.1f} "
        f"| {' · '.join(f'{one:.1f}' for one in row.processor)} s "
        f"| {row.memory:.0f} MiB (by hand {row.hand_memory:.0f}) |"
        for row in rows
    )
    return "\n".join([*head, *lines])


def main() -> None:
    """Measure what is named, or everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("backends", nargs="*", metavar="BACKEND")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(table(gates(options.rounds, options.backends or list(BACKENDS))))


if __name__ == "__main__":
    main()
