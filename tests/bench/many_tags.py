"""Many tags: reading them all, and pushing them all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from frame import Row, paired
from ground import tagged_commit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ground import Ground

COUNTS = (1, 100, 1_000, 10_000)


def all_tags(ground: Ground) -> Iterator[Row]:
    """`versions --all-tags` with ever more tags, and one git process that reads as many files."""
    for count in COUNTS:
        there = ground.imported(f"tags-{count}", "".join(tagged_commit(number) for number in range(count)))
        names = "".join(f"v0.{number}.0:pyproject.toml\n" for number in range(count)).encode()
        plain, ours = paired(
            3,
            partial(there.run, "git", "cat-file", "--batch", data=names),
            partial(there.run, "tagward", "versions", "--all-tags"),
        )
        what = f"one `git cat-file --batch` of {count:,} files; `tagward versions --all-tags` of as many tags"
        yield Row(what, plain, ours, f"{ours * 1000 / count:.2f} ms a tag", series="versions --all-tags", size=count)
