"""Git LFS in the scratch copy: real content or a refusal, never a build of pointer text (git-lfs(1))."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tagward.tools.git import GitRepository

_POINTER = b"version https://git-lfs"
_POINTER_SIZE = 1024  # a pointer is shorter (git-lfs, docs/spec.md)


def lfs_settings(environment: Mapping[str, str], repository: GitRepository) -> tuple[tuple[str, str], ...]:
    """The settings that let a checkout fill in the content, from what the repository has already.

    git-lfs finds that beside the borrowed objects (git-lfs-config(5), "Alternates"). Naming the user's storage instead
    would let a build that runs `git status` write there.

    Args:
        environment: of the git processes.
        repository: the user's, whose `lfs.storage` is found by no other way.
    """
    if not shutil.which("git-lfs", path=environment.get("PATH")):
        return ()
    stated = repository.ask("config", "--type=path", "--get", "lfs.storage", check=False).text.removesuffix("\n")
    storage = repository.common_dir / stated if stated else None
    return (
        ("filter.lfs.smudge", "git-lfs smudge -- %f"),
        ("filter.lfs.clean", "git-lfs clean -- %f"),
        ("filter.lfs.process", "git-lfs filter-process"),
        ("filter.lfs.required", "true"),
        *((("lfs.storage", os.fspath(storage)),) if storage else ()),
    )


def refuse_pointers(root: Path, paths: Iterable[str]) -> None:
    """Refuse files that should hold content and hold the text that stands for it.

    Args:
        root: the checkout.
        paths: the files in it that `.gitattributes` give to LFS.

    Raises:
        CannotJudge: there are such files.
    """
    pointers = [path for path in paths if _is_pointer(root / path)]
    if pointers:
        raise missing_content(f"{pointers[0]} is only a pointer" + (", like others" if pointers[1:] else ""))


def missing_content(detail: str) -> CannotJudge:
    """The error for LFS files without their content."""
    return CannotJudge(
        "files in Git LFS are not there",
        why=detail,
        fixes=("install git-lfs", "git lfs fetch --all"),
    )


def _is_pointer(path: Path) -> bool:
    try:
        if path.is_symlink() or path.stat().st_size > _POINTER_SIZE:
            return False
        return path.read_bytes().startswith(_POINTER)
    except OSError:
        return False
