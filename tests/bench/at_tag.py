"""What the hook of `install --at-tag` costs: `git tag` itself, and a fetch that it has nothing to do with."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from frame import Row, paired
from ground import tagged_commit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ground import Ground

COUNTS, MANY = (1, 100, 1_000), 100


def at_tag(ground: Ground) -> Iterator[Row]:
    """A right tag with the hook and without; a fetch of ever more tags and branches with it and without."""

    def tag(name: str, *words: str) -> None:
        ground.run("git", *words, "tag", "-f", "-a", "-m", "x", name)

    ground.run("tagward", "install", "--at-tag")
    off = ("-c", "core.hooksPath=/dev/null")
    plain, ours = paired(21, partial(tag, "v1.0.0", *off), partial(tag, "v1.0.0"))
    row = Row("`git tag -a v1.0.0`, without the hook of `--at-tag` and with it", plain, ours)
    yield Row(row.what, plain, ours, f"{row.more:+.0f} ms")
    plain, ours = paired(21, partial(tag, "nightly", *off), partial(tag, "nightly"))
    row = Row("`git tag -a nightly`, which is no release, likewise", plain, ours)
    yield Row(row.what, plain, ours, f"{row.more:+.1f} ms")
    for count in COUNTS:
        there = ground.imported(f"there-{count}", (tagged_commit(number) for number in range(count)))
        here = replace(there, root=there.folder / "here")

        def fetch(*words: str, here: Ground = here, there: Ground = there) -> None:
            here.run("git", *words, "fetch", "-q", there.root, "+refs/tags/*:refs/tags/*")

        def anew(here: Ground = here) -> None:
            shutil.rmtree(here.root, ignore_errors=True)
            here.run("git", "init", "-q", here.root, cwd=here.folder)
            here.run("tagward", "install", "--at-tag")

        _, plain, _, ours = paired(1 if count > MANY else 3, anew, partial(fetch, *off), anew, fetch)
        row = Row(f"`git fetch` of {count:,} tags, likewise", plain, ours)
        said = f"{row.more / count:+.1f} ms a ref, no Python"
        yield Row(row.what, plain, ours, said, series="git fetch with --at-tag", size=count)
