"""What the search for secrets says of real files: `python tests/secrets/survey_secrets.py FOLDER...`.

Archives in the folders are read as the gate reads them, and everything else as a tree. An error outside tests and
documentation has to be a true secret; the command ends with 1 where there is any, so that somebody looks.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path

from tagward.model.secrets import Hit
from tagward.secrets.paths import LIKELY
from tagward.secrets.rules import POSSIBLE
from tagward.tools.artifacts import read_artifact
from tagward.tools.secret_search import SecretSearch, outcome

BUDGET = 1 << 40


def _files(folder: Path) -> list[str]:
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in {".git", "__pycache__"}]
        found += [str((Path(place) / name).relative_to(folder)) for name in names]
    return sorted(found)


def main(folders: list[str]) -> int:
    """Search, print, and count."""
    began, known = time.monotonic(), dict[bytes, tuple[Hit, ...]]()
    searches = []
    for folder in map(Path, folders):
        paths = _files(folder)
        archives = [path for path in paths if path.endswith((".whl", ".tar.gz"))]
        searches.append(SecretSearch("", known, BUDGET).read(folder, [path for path in paths if path not in archives]))
        for path in archives:
            one = SecretSearch(Path(path).name, known, BUDGET)
            read_artifact(folder / path, one.visit)
            searches.append(one)
    search = outcome(searches, {})
    size = sum(BUDGET - one.budget for one in searches)
    sys.stdout.write(f"{search.files} files, {size / 1e6:.0f} MB, {time.monotonic() - began:.1f} s\n")
    for secret in sorted(search.secrets, key=lambda one: one.code):
        rest = f" and {len(secret.sightings) - 1} more" if len(secret.sightings) > 1 else ""
        sys.stdout.write(f"{secret.code} {secret.what}: {secret.sightings[0]}{rest} ({secret.note or 'certain'})\n")
    counts = sorted(Counter(one.code for one in search.secrets).items())
    sys.stdout.write(", ".join(f"{code}: {count}" for code, count in counts) + "\n")
    return int(any(one.code not in {LIKELY, POSSIBLE} for one in search.secrets))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
