"""The plot: how cost grows with tags, files and projects; an SVG with logarithmic axes, written by hand."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frame import Row

WIDTH, HEIGHT = 640, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 200, 20, 50
COLOURS = ("#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#b8860b", "#444444")


def plot(rows: Sequence[Row]) -> str:
    """One line for each series, with what a user would do instead beside it, dashed."""
    points = [row for row in rows if row.series]
    names = list(dict.fromkeys(row.series for row in points))
    sizes = [row.size for row in points] or [1]
    costs = [cost for row in points for cost in (row.ours, row.base) if cost] or [1.0]
    across = (0, max(1, math.ceil(math.log10(max(sizes)))))
    low = math.floor(math.log10(min(costs)))
    up = (low, max(low + 1, math.ceil(math.log10(max(costs)))))

    def place(size: float, cost: float) -> str:
        x = LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(size) - across[0]) / (across[1] - across[0])
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log10(cost) - up[0]) / (up[1] - up[0])
        return f"{x:.1f},{y:.1f}"

    parts = []
    for power in range(across[0], across[1] + 1):
        x, foot = place(10**power, 10 ** up[0]).split(",")
        parts.append(f'<text x="{x}" y="{float(foot) + 18:.1f}" text-anchor="middle">{10**power:,}</text>')
    for power in range(up[0], up[1] + 1):
        y = place(1, 10**power).split(",")[1]
        parts.append(f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y}" dy="4" text-anchor="end">{10**power:g} s</text>')
    for count, name in enumerate(names):
        own = [row for row in points if row.series == name]
        colour = COLOURS[count % len(COLOURS)]
        ours = " ".join(place(row.size, row.ours) for row in own)
        base = " ".join(place(row.size, row.base) for row in own if row.base)
        parts.append(f'<polyline points="{ours}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<polyline points="{base}" fill="none" stroke="{colour}" stroke-dasharray="4 3"/>')
        line = TOP + 14 + 18 * count
        parts.append(f'<text x="{WIDTH - RIGHT + 10}" y="{line}" fill="{colour}">{escape(name)}</text>')
    middle = f"{(LEFT + WIDTH - RIGHT) / 2:.0f}"
    said = "how many (dashed: by hand, or without tagward)"
    parts.append(f'<text x="{middle}" y="{HEIGHT - 10}" text-anchor="middle">{said}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12">\n<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )
