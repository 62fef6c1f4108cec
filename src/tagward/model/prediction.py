"""What git's tags make of the version of a commit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TagAtCommit:
    """A tag that points at the commit.

    Attributes:
        name: without `refs/tags/`.
        annotated: whether it is a tag object.
        timestamp: when it was made, in seconds; 0 for a lightweight tag.
    """

    name: str
    annotated: bool = False
    timestamp: int = 0


@dataclass(frozen=True, slots=True)
class Prediction:
    """What would be built.

    Attributes:
        version: the version; None where the build fails or counts from another commit's tag, or where only it decides.
        tag: the tag that wins; empty where none does.
        reason: what happens, as a sentence.
        remedy: the setting or step that mends a wrong outcome; empty where nothing is wrong.
    """

    version: str | None
    tag: str
    reason: str
    remedy: str
