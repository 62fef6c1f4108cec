"""What drives a build, started before anything else is imported: its own imports take a tenth of a gate."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.tools.environ import scratch_env
from tagward.tools.run import Started

if TYPE_CHECKING:
    from collections.abc import Collection

    from tagward.model.refs import PushedRef


def start() -> Started:
    """Start it; it waits for its orders, touches nothing before it has them, and ends with us."""
    words = [sys.executable, "-I", "-m", "tagward.tools._build"]
    return Started(words, env=scratch_env(Path(os.devnull)), cwd=Path(os.sep))


def start_ahead(refs: Collection[PushedRef], known: Collection[PushedRef]) -> list[Started]:
    """Start it where one tag is probably to be judged; several are, in processes that each start their own."""
    one = len(refs) == 1 and not known and not any(ref.deletes for ref in refs)
    return [start()] if one and os.name == "posix" else []
