"""PyPI's rules on a large wheel."""

from __future__ import annotations

import random
import statistics
import sys
import zipfile
from typing import TYPE_CHECKING

from frame import Row, paired

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ground import Ground

READ = """\
import os, resource, sys
from pathlib import Path
from tagward.acceptance.upload import judge
from tagward.tools.archives import read_distribution
from tagward.tools.rendering import describe
artifact = read_distribution(Path(sys.argv[1])).artifact
assert judge(artifact, *describe([artifact], dict(os.environ))) == ()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def archives(ground: Ground) -> Iterator[Row]:
    """PyPI's rules on a wheel of 10 MB with 2,000 members, against `twine check`, which reads its metadata alone."""
    path = _large_wheel(ground.folder / "bench_demo-1.0.0-py3-none-any.whl")
    said: list[float] = []
    theirs, own = paired(
        7,
        lambda: ground.run(sys.executable, "-m", "twine", "check", path),
        lambda: said.append(float(ground.run(sys.executable, "-c", READ, path))),
    )
    what = f"`twine check`; PyPI's rules on a wheel of {path.stat().st_size / 1e6:.1f} MB with 2,000 members"
    yield Row(what, theirs, own, f"{own / theirs:.2f} ×, {statistics.median(said):.0f} MiB")


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


def report(ground: Ground) -> Iterator[Row]:
    """The page of a wheel with 10,000 members, in a new Python that has read the wheel."""
    path = _large_wheel(ground.folder / "bench_demo-1.0.0-py3-none-any.whl", 10_000)
    said = [[float(number) for number in ground.run(sys.executable, "-c", REPORT, path).split()] for _ in range(5)]
    seconds, size, peak, more = zip(*said, strict=True)
    told = f"{statistics.median(size):.1f} MB; {max(peak):.0f} MiB, {max(more):.0f} of them for the page"
    yield Row("the report of a wheel with 10,000 members: import and render", None, statistics.median(seconds), told)


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
