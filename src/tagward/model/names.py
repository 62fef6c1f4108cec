"""Names of projects as indexes compare them."""

from __future__ import annotations

import re

_RUN = re.compile(r"[-_.]+")
_SAME = str.maketrans({"l": "1", "i": "1", "o": "0", "-": "", "_": "", ".": ""})
_TAGWARD = re.compile(r"(?<![\w.-])tagward(?:\[[^\]]*\])?\s*==\s*([\w.!+-]+)")
MAX_LOOKALIKES = 8


def normalize(name: str) -> str:
    """A project's name as indexes compare it (PEP 503, "Normalized Names").

    `packaging` has the same, behind imports that cost more than a whole run of the fast checks may.
    """
    return _RUN.sub("-", name).lower()


def tagwards_in(text: str) -> list[str]:
    """The versions of tagward that a requirement, or a command that installs some, asks for (`tagward==1.0`)."""
    return _TAGWARD.findall(text)


def alike(name: str) -> str:
    """A project's name as PyPI compares a new one: without its separators, and with what looks like a digit as one."""
    return name.lower().translate(_SAME)


def lookalikes(name: str) -> tuple[str, ...]:
    """A handful of other normalized names that are alike to PyPI's eye, the likeliest to exist first.

    All of them are too many to ask for; these are the name without its separators, and with each letter or digit that
    has a double replaced throughout.
    """
    plain = normalize(name)
    bare = plain.replace("-", "")
    doubles = (("1", "l"), ("1", "i"), ("l", "1"), ("i", "1"), ("l", "i"), ("i", "l"), ("0", "o"), ("o", "0"))
    found = [bare, *(base.replace(one, other) for base in (plain, bare) for one, other in doubles)]
    return tuple(dict.fromkeys(one for one in found if one != plain))[:MAX_LOOKALIKES]
