"""Byte mutants against two readings: `python tests/fuzz/archives.py --mutants 100000 --seed 1`.

Every mutant is read by tagward and by an independent reading: of a zip by `zip_table`, which is written from the table
of PyPI's rules, and of an sdist by Python's `tarfile` in the mode that PyPI uses. The verdicts have to agree, and
nothing may crash or hang. The exit status is the number of disagreements, at most 100.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import tarfile
import tempfile
import time
import zlib
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from archive_writer import SDIST_NAME
from mutants import bases, mutant
from zip_table import verdict

from tagward.acceptance.upload import judge
from tagward.model.artifact import Described, Rendered
from tagward.tools.artifacts import read_artifact

MAX_SECONDS = 5.0


def read_tar(path: Path) -> tuple[str, list[str]]:
    """How `tarfile` reads an sdist as PyPI does: refused or not, and its names."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            names = []
            for one in archive:
                if one.size < 0:
                    return "refused", []
                stream = archive.extractfile(one) if one.isfile() or one.type not in tarfile.SUPPORTED_TYPES else None
                while stream and stream.read(1 << 16):
                    pass
                names.append(one.name)
        with gzip.open(path) as whole:
            while whole.read(1 << 16):
                pass
    except (tarfile.TarError, EOFError, zlib.error, OSError, ValueError, RecursionError, OverflowError):
        return "refused", []
    return "", names


def compare(name: str, data: bytes, folder: Path) -> tuple[str, str]:
    """Both verdicts on one mutant."""
    path = folder / name
    path.write_bytes(data)
    artifact = read_artifact(path)
    judge(artifact, Described(Rendered.SHOWN))
    rules = [one.rule for one in artifact.refusals]
    if name == SDIST_NAME:
        broken = bool(artifact.fault or {"U-TAR-STREAM", "U-TAR-NOT-TAR"} & set(rules))
        theirs, names = read_tar(path)
        if broken and theirs == "" and "would unpack" in artifact.fault + "its headers alone":
            return "", ""  # our own bounds, which PyPI does not have
        ours = "refused" if broken else " ".join(map(repr, (member.name for member in artifact.members)))
        return ours, theirs or " ".join(map(repr, names))
    opened = next(
        (rule for rule in rules if artifact.fault and rule in {"U-ARCH-NOT-ZIP", "U-ARCH-BAD-ZIP", "U-ARCH-CRASH"}), ""
    )
    framing = next((rule for rule in rules if rule.startswith("U-ZIP-")), "")
    ours = framing or opened or ("too many" if "are read" in artifact.fault else "")
    return ours, verdict(data)


def main() -> int:
    """Make the mutants and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seen: Counter[str] = Counter()
    wrong, slowest = 0, 0.0
    own = bases()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name)
        for number in range(options.mutants):
            file, data = mutant(number, options.seed, own)
            began = time.perf_counter()
            ours, theirs = compare(file, data, folder)
            slowest = max(slowest, time.perf_counter() - began)
            seen[theirs if file != SDIST_NAME else f"sdist {'refused' if theirs == 'refused' else 'read'}"] += 1
            if ours != theirs:
                wrong += 1
                print(f"{number}: {file}: tagward says {ours or 'good'}, the other {theirs or 'good'}")
    for rule, count in sorted(seen.items()):
        print(f"{count:8}  {rule or 'good'}")
    print(f"{options.mutants} mutants, {wrong} disagreements, the slowest took {slowest * 1000:.0f} ms")
    return min(wrong + (slowest > MAX_SECONDS), 100)


if __name__ == "__main__":
    sys.exit(main())
