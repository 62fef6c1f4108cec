"""Which of the tags on a commit `git describe` names."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagward.model.prediction import TagAtCommit

MAX_GLOB = 200


@dataclass(frozen=True, slots=True)
class Describe:
    """The options of a `git describe` that decide which tag it names.

    Attributes:
        match: globs of which a tag must match one; empty: every tag.
        exclude: globs of which it must match none.
        lightweight: whether lightweight tags count (`--tags`).
    """

    match: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    lightweight: bool = True

    def sees(self, tag: TagAtCommit) -> bool:
        """Whether this command looks at a tag."""
        if not tag.annotated and not self.lightweight:
            return False
        wanted = not self.match or any(_matches(glob, tag.name) for glob in self.match)
        return wanted and not any(_matches(glob, tag.name) for glob in self.exclude)

    def order(self, tags: Iterable[TagAtCommit]) -> list[TagAtCommit]:
        """The tags it sees, the one it names first.

        An annotated tag wins over a lightweight one; the newest annotated one wins; of equals, and of lightweight ones,
        the first by name (git 2.39, builtin/describe.c, `replace_name`; measured).
        """
        by_name = sorted(
            (tag for tag in tags if self.sees(tag)), key=lambda tag: tag.name.encode(errors="surrogateescape")
        )
        return sorted(by_name, key=lambda tag: (not tag.annotated, -tag.timestamp if tag.annotated else 0))


def _matches(glob: str, name: str) -> bool:
    # A glob of git matches over slashes here, as `fnmatch` does.
    return len(glob) <= MAX_GLOB and fnmatchcase(name, re.sub(r"\[\[:digit:\]\]", "[0-9]", glob))


def describe_of(command: object) -> Describe | None:
    """The options in a configured describe command, text or list; None where it is none."""
    try:
        words = shlex.split(command) if isinstance(command, str) else command
    except ValueError:
        return None
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words) or "describe" not in words:
        return None
    options = [str(word) for word in words]
    return Describe(
        _values(options, "--match"), _values(options, "--exclude"), "--tags" in options or "--all" in options
    )


def _values(words: Sequence[str], option: str) -> tuple[str, ...]:
    found = [word.partition("=")[2] for word in words if word.startswith(f"{option}=")]
    found += [words[index + 1] for index, word in enumerate(words[:-1]) if word == option]
    return tuple(found)
