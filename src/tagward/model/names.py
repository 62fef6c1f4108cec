"""Names of projects as indexes compare them."""

from __future__ import annotations

import re

_RUN = re.compile(r"[-_.]+")


def normalize(name: str) -> str:
    """A project's name as indexes compare it (PEP 503, "Normalized Names").

    `packaging` has the same, behind imports that cost more than a whole run of the fast checks may.
    """
    return _RUN.sub("-", name).lower()
