"""Names, archives, TOML and project files that mean harm: `python tests/faults/hostile.py [refs archives toml documents]`.

Each is pushed, read or checked by the real command: refused, or rightly let through; nothing of it is executed, no file
appears, no raw control or bidi character is printed, and a child that needs more than its memory and time fails.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from broken_artifacts import CASES
from conftest import _Knowing
from fault_ground import TAGWARD, Place, template
from hostile_archives import archives
from hostile_documents import invalid_toml, pyprojects, workflows
from hostile_refs import names, reads_as_a_release
from push_support import traces

from tagward import _toml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEMORY = 1 << 30
CPU_SECONDS = 60
WALL = 120


def bounded() -> None:
    """What a child may take."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def run(place: Place, *words: str | bytes, stdin: bytes = b"") -> tuple[int, str]:
    """Run a command in the project, within bounds; what it said."""
    try:
        done = subprocess.run(
            words,
            cwd=place.root,
            env=place.environ,
            input=stdin,
            capture_output=True,
            preexec_fn=bounded,
            check=False,
            timeout=WALL,
        )
    except subprocess.TimeoutExpired:
        return -1, f"not done in {WALL} s"
    return done.returncode, (done.stdout + done.stderr).decode(errors="surrogateescape")


def raw(said: str) -> list[str]:
    """Characters that a terminal would obey or hide, line feeds aside."""
    kinds = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return sorted({ascii(one) for one in said if unicodedata.category(one) in kinds and one not in "\n\t"})


def faults(place: Place, status: int, said: str, before: object, expected: tuple[int, ...]) -> list[str]:
    """What did not hold."""
    wrong = [f"exit {status} is not in {expected}"] if status not in expected else []
    if "Traceback" in said or "tagward broke" in said:
        wrong.append("it broke")
    if found := raw(said):
        wrong.append(f"raw on the terminal: {' '.join(found)}")
    if traces(place.root) != before:
        wrong.append("the repository changed")
    if pwned := [
        str(path) for path in place.folder.rglob("pwned") if not {".git", "remote.git"}.intersection(path.parts)
    ]:
        wrong.append(f"a file appeared: {pwned}")
    if left := list(place.tmp.iterdir()):
        wrong.append(f"left behind: {[path.name for path in left]}")
    return wrong


def push(place: Place, name: bytes) -> tuple[str, list[str]]:
    """Push a tag of this name, or where git lets nobody, hand its line to the hook; how it ended, and what is wrong."""
    ref = b"refs/tags/" + name
    oid = place.git("rev-parse", "HEAD")
    words = [os.fsencode(word) for word in ("git", "update-ref")]
    made = (
        None
        if b"\0" in name
        else subprocess.run(
            [*words, ref, oid.encode()], cwd=place.root, env=place.environ, capture_output=True, check=False
        )
    )
    lenient = reads_as_a_release(name)
    if made is None or made.returncode:
        before = traces(place.root)
        line = b"%s %s %s %s\n" % (ref, oid.encode(), ref, b"0" * 40)
        status, said = run(place, *TAGWARD, "pre-push", "origin", "url", stdin=line)
        return "git refuses it; so does the hook" if status else "git refuses it; the hook reads no release", faults(
            place, status, said, before, (1, 2, 3) if lenient else (0, 1, 2, 3)
        )
    before = traces(place.root)
    refspec = ref + b":" + ref
    status, said = run(place, "git", "push", "-q", "origin", refspec)
    ours = said.partition("error: failed to push")[0]
    wrong = faults(place, status, ours, before, (1,) if lenient else (0, 1))
    for folder in (place.root, place.folder / "remote.git"):
        subprocess.run([*words, b"-d", ref], cwd=folder, env=place.environ, capture_output=True, check=False)
    return "stopped" if status else "let through as no release", wrong


def judge(place: Place, file: str, make: Callable[[], bytes], expected: tuple[int, ...]) -> tuple[str, list[str]]:
    """Check a file."""
    folder = place.folder / "given"
    folder.mkdir(exist_ok=True)
    path = folder / file.replace("/", "_")
    path.write_bytes(make())
    before = traces(place.root)
    status, said = run(place, *TAGWARD, "check", str(path))
    path.unlink()
    return "refused" if status else "rightly read", faults(place, status, said, before, expected)


def read(place: Place, path: str, data: bytes, words: tuple[str, ...]) -> tuple[str, list[str]]:
    """Let a command read a file of the project."""
    file = place.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = file.read_bytes() if file.exists() else None
    file.write_bytes(data)
    subprocess.run(["git", "add", path], cwd=place.root, env=place.environ, check=True, capture_output=True)
    before = traces(place.root)
    status, said = run(place, *TAGWARD, *words)
    wrong = faults(place, status, said, before, (0, 1, 2, 3))
    if kept is None:
        file.unlink()
    else:
        file.write_bytes(kept)
    return "refused" if status else "rightly read", wrong


Act = tuple[str, "Callable[[Place], tuple[str, list[str]]]"]


def refs() -> Iterator[Act]:
    """Pushes of tags."""
    for name in names():
        yield ascii(name), partial(push, name=name)


def all_archives() -> Iterator[Act]:
    """Checks of files."""
    for case in CASES:
        file, data = case.broken()
        yield f"{case.rule}: {case.id}", partial(judge, file=file, make=partial(bytes, data), expected=(1, 2))
    for what, file, make in archives():
        yield what, partial(judge, file=file, make=make, expected=(0, 1))


def documents() -> Iterator[Act]:
    """Readings of project files and workflows."""
    for what, data in pyprojects():
        yield f"pyproject.toml: {what}", partial(read, path="pyproject.toml", data=data, words=("check", "--fast"))
    for what, data in workflows():
        where, words = ".github/workflows/x.yml", ("init", "--dry-run")
        yield f"workflow: {what}", partial(read, path=where, data=data, words=words)


def toml(more: Path | None = None) -> tuple[int, list[str]]:
    """Read all documents that are no TOML; how many, and which were taken for TOML or ended otherwise."""
    given = {ascii(data)[:60]: data for data in invalid_toml()}
    if more:
        listed = (more / "files-toml-1.1.0").read_text(encoding="utf-8").split()
        given |= {
            name: (more / name).read_bytes()
            for name in listed
            if name.startswith("invalid/") and name.endswith(".toml")
        }
    wrong = []
    for name, data in given.items():
        try:
            _toml.parse(_toml.decode(data))
        except _toml.TomlError:
            continue
        except BaseException as failure:  # noqa: BLE001  # that is the finding
            wrong.append(f"{name}: {failure!r}")
        else:
            wrong.append(f"{name}: taken for TOML")
    return len(given), wrong


PARTS: dict[str, Callable[[], Iterator[Act]]] = {"refs": refs, "archives": all_archives, "documents": documents}


def main() -> int:
    """Run what is named, or everything; 1 where anything did not hold."""
    parser = argparse.ArgumentParser(prog="python tests/faults/hostile.py", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, "toml", []], help="which (default: all)")
    parser.add_argument(
        "--toml-test", type=Path, metavar="DIR", help="the folder tests of the TOML test suite, as well"
    )
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="how many at once (default: %(default)s)")
    options = parser.parse_args()
    bad, counts, began = 0, Counter[str](), time.monotonic()
    if not options.parts or "toml" in options.parts:
        count, wrong = toml(options.toml_test)
        bad += len(wrong)
        counts["documents that are no TOML"] = count
        print(f"toml: {count} documents that are none, {len(wrong)} wrong" + "".join(f"\n  {one}" for one in wrong))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Knowing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    index = f"http://127.0.0.1:{server.server_address[1]}/simple/"
    for part, acts in PARTS.items():
        if options.parts and part not in options.parts:
            continue
        found = Counter[str]()
        with tempfile.TemporaryDirectory(prefix="hostile-") as name, ThreadPoolExecutor(options.jobs) as pool:
            grounds = [ground(Path(name) / str(number), index) for number in range(options.jobs)]

            def act(one: Act, grounds: list[Place] = grounds) -> tuple[str, str, list[str]]:
                place = grounds.pop()
                try:
                    return one[0], *one[1](place)
                finally:
                    grounds.append(place)

            for what, came, wrong in pool.map(act, acts()):
                found[came] += 1
                if wrong:
                    bad += 1
                    print(f"  {what[:100]}: {came}; {'; '.join(wrong)}", flush=True)
        print(
            f"{part}: {found.total()}; " + ", ".join(f"{count} {came}" for came, count in found.most_common()),
            flush=True,
        )
        counts[part] = found.total()
    whole = ", ".join(f"{count} {what}" for what, count in counts.items())
    print(f"{whole}: {bad} did not hold, in {time.monotonic() - began:.0f} s")
    return 1 if bad else 0


def ground(folder: Path, index: str) -> Place:
    """A project whose pushes are judged; its version is none that a hostile name has."""
    template(folder, index)
    place = Place(folder, index)
    text = (place.root / "pyproject.toml").read_text(encoding="utf-8")
    place.write("pyproject.toml", text.replace('"1.0.0"', '"4.5.6"'))
    place.git("commit", "-qam", "4.5.6")
    return place


if __name__ == "__main__":
    sys.exit(main())
