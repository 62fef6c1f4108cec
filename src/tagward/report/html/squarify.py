"""Where the rectangles of a treemap go: squarified, so that areas can be compared by eye.

The algorithm is that of Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000): rows are laid along the shorter side
of what is left, and a row takes another rectangle for as long as that makes its rectangles squarer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Box(NamedTuple):
    """A rectangle: its left upper corner, its width and its height."""

    x: float
    y: float
    width: float
    height: float


def squarified(sizes: Sequence[float], box: Box) -> list[Box]:
    """A rectangle in `box` for each size, with an area in proportion to it; together they fill the box.

    Args:
        sizes: positive numbers, the largest first.
        box: of any unit.
    """
    boxes: list[Box] = []
    left = sum(sizes)
    at = 0
    while at < len(sizes):
        side = min(box.width, box.height)
        scale = box.width * box.height / left
        end, area = at + 1, sizes[at] * scale
        worst = _worst(sizes[at] * scale, sizes[at] * scale, area, side)
        while end < len(sizes):
            more = area + sizes[end] * scale
            worse = _worst(sizes[at] * scale, sizes[end] * scale, more, side)
            if worse > worst:
                break
            end, area, worst = end + 1, more, worse
        row = sizes[at:end]
        boxes += _row([size * scale for size in row], area, box)
        depth = area / side
        box = (
            Box(box.x + depth, box.y, max(box.width - depth, 0.0), box.height)
            if box.width >= box.height
            else Box(box.x, box.y + depth, box.width, max(box.height - depth, 0.0))
        )
        left, at = left - sum(row), end
        if at < len(sizes) and not (left > 0 and box.width > 0 and box.height > 0):
            return [*boxes, *[Box(box.x, box.y, 0.0, 0.0)] * (len(sizes) - at)]  # too small for floating point
    return boxes


def _worst(largest: float, smallest: float, area: float, side: float) -> float:
    """The worst ratio of sides in a row along a side."""
    return max(side * side * largest / (area * area), area * area / (side * side * smallest))


def _row(areas: Sequence[float], area: float, box: Box) -> list[Box]:
    boxes, along = [], 0.0
    for one in areas:
        if box.width >= box.height:
            length = box.height * one / area
            boxes.append(Box(box.x, box.y + along, area / box.height, length))
        else:
            length = box.width * one / area
            boxes.append(Box(box.x + along, box.y, length, area / box.width))
        along += length
    return boxes
