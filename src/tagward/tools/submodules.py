"""Submodules in the scratch copy: filled without a network where the release's workflow fills them, else left empty."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tagward.tools.run import Completed

    Ask = Callable[..., Completed]

_CHECKOUT = re.compile(r"\buses:\s*['\"]?actions/checkout\b")
_FILLS = re.compile(r"^\s*(?:-\s*)?submodules:\s*['\"]?(?:true|recursive)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Submodule:
    """A submodule as `.gitmodules` names it (gitmodules(5))."""

    name: str
    path: str


def fill_submodules(root: Path, common_dir: Path, ask: Ask) -> tuple[str, ...]:
    """Check out the submodules of a fresh checkout, from the clones that the user has of them; what was left empty.

    Args:
        root: the checkout.
        common_dir: the user's git directory, which has their clones in `modules/`.
        ask: runs git in the checkout.
    """
    submodules = tuple(_submodules(root, ask))
    if not submodules:
        return ()
    if _left_empty_by_workflow(root):
        return tuple(
            f"submodule {submodule.path} is left empty, as actions/checkout does without `submodules:`"
            for submodule in submodules
        )
    return tuple(note for submodule in submodules for note in _fill(submodule, root, common_dir, ask))


def _fill(submodule: Submodule, root: Path, common_dir: Path, ask: Ask) -> Iterator[str]:
    clone = common_dir / "modules" / submodule.name
    left = f"submodule {submodule.path} is left empty: "
    if ".." in submodule.name.split("/") or submodule.name.startswith("/") or not (clone / "HEAD").is_file():
        yield left + f"there is no clone of it here (git submodule update --init {submodule.path})"
        return
    key = f"submodule.{submodule.name}"
    ask("config", "--", f"{key}.url", os.fspath(clone))
    ask("config", "--", f"{key}.active", "true")
    # The protocol of local paths is off for submodules by default (git-config(1), protocol.allow).
    done = ask("-c", "protocol.file.allow=always", "submodule", "-q", "update", "--checkout", "--", submodule.path)
    if done.status:
        yield left + " ".join(done.error.split())
    elif (root / submodule.path / ".gitmodules").is_file():
        yield f"submodules inside submodule {submodule.path} are left empty"


def _submodules(root: Path, ask: Ask) -> Iterator[Submodule]:
    if (root / ".gitmodules").is_symlink() or not (root / ".gitmodules").is_file():
        return
    listed = ask("config", "-z", "--file", ".gitmodules", "--get-regexp", r"^submodule\..*\.path$").text
    recorded = set(_gitlinks(ask("ls-files", "-z", "--stage").text.split("\0")))
    for record in listed.split("\0"):
        key, _, path = record.partition("\n")
        if path in recorded:
            yield Submodule(key.removeprefix("submodule.").removesuffix(".path"), path)


def _gitlinks(records: Sequence[str]) -> Iterator[str]:
    for record in records:
        meta, _, path = record.partition("\t")
        if meta.startswith("160000 "):
            yield path


def _left_empty_by_workflow(root: Path) -> bool:
    """Whether workflows check the project out, and none asks for submodules."""
    texts = [
        path.read_text("utf-8", "replace")
        for path in sorted((root / ".github" / "workflows").glob("*.y*ml"))
        if path.is_file() and not path.is_symlink()
    ]
    return any(map(_CHECKOUT.search, texts)) and not any(map(_FILLS.search, texts))
