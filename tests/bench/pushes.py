"""What the hook costs a push: of a branch, and of a tag that has passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frame import Row, paired

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ground import Ground


def branch_push(ground: Ground) -> Iterator[Row]:
    """`git push` of a branch with the hook and without."""
    ground.remote("plain"), ground.remote("guarded")
    ground.run("tagward", "install")

    def push(remote: str, *words: str) -> Callable[[], None]:
        count = [0]

        def act() -> None:
            count[0] += 1
            ground.run("git", "push", "-q", *words, remote, f"HEAD:refs/heads/b{count[0]}")

        return act

    plain, guarded = paired(101, push("plain", "--no-verify"), push("guarded"))
    row = Row("`git push` of a branch, without the hook and with it", plain, guarded)
    yield Row(row.what, plain, guarded, f"{row.ratio:.2f} ×, {row.more:+.1f} ms")


def remembered_push(ground: Ground) -> Iterator[Row]:
    """The push of a tag that has passed, with the hook and without."""
    ground.remote("plain"), ground.remote("guarded")
    ground.run("tagward", "install")
    ground.run("tagward", "check", "v1.0.0", "-q")

    def push(remote: str, *words: str) -> Callable[[], None]:
        def act() -> None:
            ground.run("git", "push", "-q", *words, remote, "v1.0.0")

        return act

    def delete(remote: str) -> Callable[[], None]:
        def act() -> None:
            ground.run("git", "push", "-q", "--no-verify", "--delete", remote, "v1.0.0")

        return act

    plain, _, guarded, _ = paired(21, push("plain", "--no-verify"), delete("plain"), push("guarded"), delete("guarded"))
    row = Row("push of a tag that has passed, without the hook and with it", plain, guarded)
    yield Row(row.what, plain, guarded, f"{row.more:+.0f} ms")
