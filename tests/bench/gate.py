"""The whole gate on a small project of each backend, against the same steps by hand; `gates.py` measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frame import Row
from gates import BACKENDS, gates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ground import Ground

ROUNDS = 3


def gate(_ground: Ground) -> Iterator[Row]:
    """Build, twine check, venv, pip install and import by hand; the gate with more and more that is kept."""
    for backend in BACKENDS:
        (one,) = gates(ROUNDS, [backend])
        for what, hand, ours, more in (
            ("the steps by hand; the gate, nothing kept but the installers' caches", one.hand, one.fresh, ""),
            (
                "the same; the gate, environments kept",
                one.hand,
                one.kept,
                f", {one.kept / one.floor:.1f} × the floor ({one.floor:.2f} s)",
            ),
            ("the first run of a machine, by hand; the gate", one.first_hand, one.first, ""),
        ):
            yield Row(f"{backend}: {what}", hand, ours, f"1/{hand / ours:.1f}{more}")
        yield Row(f"{backend}: largest process", one.hand_memory, one.memory, f"{one.memory:.0f} MiB", "MiB")
