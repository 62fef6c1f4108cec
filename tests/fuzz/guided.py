"""Search for input that a reader cannot take, guided by coverage: `python tests/fuzz/guided.py [READER…] --minutes 10`.

Without names the four targets share the minutes: the lines of a push, the files of a project, archives, workflows; any
other reader of `readers.py` can be named. Seeds and words are those of the tests. A failure is an exception that is not
the reader's own, a check that breaks, or an input that takes more than 5 s or 512 MiB; it is written into `--failures`,
once for each place. Needs atheris (the extra `fuzz`). The exit status is the number of failures, at most 100.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from readers import Reader

SECONDS, MEBIBYTES, LONGEST = 5, 512, 8192
COMMON = (" ", "\n", "\n  ", "\r", "\u2028", "\0")
_DONE = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_EDGES = re.compile(r"\bcov: (\d+)")


def fault_of(reader: Reader, data: bytes, folder: Path) -> str:
    """Where and by what a reader died of an input; empty where it did not."""
    try:
        reader.read(data, folder)
    except reader.own:
        return ""
    except Exception as failure:  # noqa: BLE001  # that is what is looked for
        frame = traceback.extract_tb(failure.__traceback__)[-1]
        said = "".join(traceback.format_exception_only(failure)).strip()[:300]
        return f"{Path(frame.filename).name}:{frame.lineno}: {said}"
    return ""


def search(name: str, options: list[str], failures: Path) -> None:
    """Be the process that searches; libFuzzer ends it."""
    import atheris  # noqa: PLC0415  # the extra `fuzz`

    with tempfile.TemporaryDirectory(prefix="fuzz-") as made, atheris.instrument_imports(include=["tagward"]):
        from readers import READERS  # noqa: PLC0415  # what it imports is instrumented

        reader, folder = READERS[name], Path(made)
        seen: set[str] = set()

        def one(data: bytes) -> None:
            fault = fault_of(reader, data, folder)
            place = ":".join(fault.split(":")[:3])
            if fault and place not in seen:
                seen.add(place)
                keep(name, data, failures)
                print(f"FAILURE {name}: {fault}", flush=True)

        atheris.Setup([name, *options], one)
        atheris.Fuzz()


def keep(name: str, data: bytes, failures: Path) -> Path:
    """Write an input down."""
    failures.mkdir(parents=True, exist_ok=True)
    path = failures / f"{name.replace(' ', '-')}-{hashlib.sha256(data).hexdigest()[:12]}"
    path.write_bytes(data)
    return path


def run(name: str, seconds: float, failures: Path) -> tuple[int, int, list[str]]:
    """Search in processes of their own, a new one where an input ended the last: executions, edges and failures."""
    from reader_texts import SEEDS, WORDS  # noqa: PLC0415  # not before the search, whose imports are instrumented

    executions, edges, found = 0, 0, []
    with tempfile.TemporaryDirectory(prefix="fuzz-") as made:
        corpus, words = Path(made, "corpus"), Path(made, "words")
        for seed in (b"", *SEEDS[name]):
            keep("seed", seed, corpus)
        listed = dict.fromkeys((*COMMON, *WORDS[name].split()))
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in listed))
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 1:
            options = [f"-dict={words}", f"-max_len={LONGEST}", f"-timeout={SECONDS}", f"-rss_limit_mb={MEBIBYTES}"]
            options += [f"-max_total_time={int(left)}", "-print_final_stats=1", f"-artifact_prefix={made}/ended-"]
            done = subprocess.run(
                [sys.executable, __file__, "--search", name, "--failures", failures, "--", *options, corpus],
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
            executions += sum(map(int, _DONE.findall(done.stderr)))
            edges = max(edges, *map(int, _EDGES.findall(done.stderr)), 0)
            found += [line for line in done.stdout.splitlines() if line.startswith("FAILURE ")]
            if not done.returncode:
                break
            ended = [keep(name, path.read_bytes(), failures) for path in Path(made).glob("ended-*")]
            last = next((line for line in done.stderr.splitlines() if "ERROR: libFuzzer" in line), "")
            found.append(f"FAILURE {name}: {last or done.stderr[-300:].strip()} {', '.join(map(str, ended))}")
            if not ended:
                break
            for path in Path(made).glob("ended-*"):
                path.unlink()
    return executions, edges, list(dict.fromkeys(found))


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode())


def main() -> int:
    """Search, and tell the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="READER")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--failures", type=Path, default=Path("fuzz-failures"))
    parser.add_argument("--search", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.search:
        search(options.search, options.names, options.failures)
    if find_spec("atheris") is None:
        parser.error("atheris is not there: pip install -e '.[fuzz]'")
    from readers import READERS, TARGETS  # noqa: PLC0415  # see run

    if unknown := set(options.names) - READERS.keys():
        parser.error(f"no reader is called {', '.join(sorted(unknown))}; there are {', '.join(READERS)}")
    names = options.names or list(TARGETS)
    counted: Counter[str] = Counter()
    for name in names:
        seconds = options.minutes * 60 / len(names)
        executions, edges, found = run(name, seconds, options.failures)
        counted[name] = len(found)
        print(
            f"{name}: {executions:,} executions in {seconds:.0f} s, {edges:,} edges, {len(found)} failures", flush=True
        )
        for line in found:
            print(f"  {line.removeprefix('FAILURE ')}", flush=True)
        if not executions:
            print(f"  {name} was not searched", flush=True)
            counted[name] += 1
    print(f"{counted.total()} failures" + (f", their inputs in {options.failures}" if counted.total() else ""))
    return min(counted.total(), 100)


if __name__ == "__main__":
    sys.exit(main())
