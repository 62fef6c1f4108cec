"""Every fault that a machine can have, one at a time, on a real repository: `python tests/faults/matrix.py [WORD …]`.

Of each case holds: no false PASS, no change to the repository, nothing left behind, no traceback, and a message that
names the cause. What this machine cannot do is skipped with its reason, and counted as that.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.server import ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from conftest import _Knowing
from fault_cases import cases
from fault_ground import Case, Held, hold, template


def main() -> int:
    """Run the cases whose text has one of the words; the status is 1 where anything did not hold."""
    parser = argparse.ArgumentParser(prog="python tests/faults/matrix.py", description=__doc__)
    parser.add_argument("words", nargs="*", metavar="WORD", help="only cases with one of these in them")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="how many at once (default: %(default)s)")
    parser.add_argument("--show", action="store_true", help="print what each case said")
    options = parser.parse_args()
    chosen = [case for case in cases() if not options.words or any(word in _title(case) for word in options.words)]
    found, began = Counter[str](), time.monotonic()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Knowing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    index = f"http://127.0.0.1:{server.server_address[1]}/simple/"
    with tempfile.TemporaryDirectory(prefix="matrix-") as name:
        folder = Path(name)
        whole = template(folder / "template", index)

        def held(numbered: tuple[int, Case]) -> Held:
            number, case = numbered
            place = folder / f"case{number}"
            try:
                return hold(case, whole, place, index)
            finally:
                shutil.rmtree(place, ignore_errors=True)

        with ThreadPoolExecutor(options.jobs) as pool:
            for came in pool.map(held, enumerate(chosen)):
                kind = "skipped" if came.skipped else "wrong" if came.wrong else "held"
                found[kind] += 1
                print(
                    f"{kind:<8}{_title(came.case)}: {came.skipped or '; '.join(came.wrong) or f'exit {came.status}'}",
                    flush=True,
                )
                if options.show or came.wrong:
                    print("".join(f"        | {line}\n" for line in came.said.splitlines()[-14:]), end="")
    counts = f"{found['held']} held, {found['wrong']} did not, {found['skipped']} skipped"
    print(f"{len(chosen)} cases: {counts}, in {time.monotonic() - began:.0f} s")
    return 1 if found["wrong"] or not found["held"] else 0


def _title(case: Case) -> str:
    return f"{case.fault}: {case.name} [{' '.join(case.words.split()[:3])}]"


if __name__ == "__main__":
    sys.exit(main())
