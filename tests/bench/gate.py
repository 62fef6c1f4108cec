"""The whole gate on a small project: its time and its largest process."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from frame import Row, paired

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ground import Ground

PEAK = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
)


def gate(ground: Ground) -> Iterator[Row]:
    """The gate on a small project against the same steps by hand, with the installers' caches warm."""
    folder = ground.folder

    def by_hand() -> None:
        work = folder / "by-hand"
        shutil.rmtree(work, ignore_errors=True)
        ground.run("git", "clone", "-q", "-b", "v1.0.0", ground.root, work, cwd=folder)
        ground.run(sys.executable, "-m", "build", cwd=work)
        files = sorted((work / "dist").iterdir())
        ground.run(sys.executable, "-m", "twine", "check", *files, cwd=work)
        ground.run(sys.executable, "-m", "venv", work / "venv", cwd=work)
        wheel = next(file for file in files if file.suffix == ".whl")
        ground.run(work / "venv/bin/pip", "install", "-q", wheel, cwd=work)
        ground.run(work / "venv/bin/python", "-c", "import bench_demo", cwd=folder)

    def check() -> None:
        ground.run("tagward", "check", "v1.0.0", "--again", "-q")

    by_hand()
    check()
    hand, ours = paired(5, by_hand, check)
    row = Row("build, twine check, venv, pip install, import; the whole gate on a small hatchling project", hand, ours)
    yield Row(row.what, hand, ours, f"{row.ratio:.2f} ×")


def memory(ground: Ground) -> Iterator[Row]:
    """The largest process of a whole gate."""
    check = ("tagward", "check", "v1.0.0", "--again", "-q")
    ground.run(*check)
    ours, build = (
        float(ground.run(sys.executable, "-c", PEAK, *words).split()[-1])
        for words in (check, (sys.executable, "-m", "build", "-o", "out"))
    )
    row = Row("largest process: `python -m build` alone; the whole gate", build, ours, unit="MiB")
    yield Row(row.what, build, ours, f"{row.ratio:.2f} ×", "MiB")
