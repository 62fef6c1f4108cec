"""What is in an archive: as areas for the eye, and as a table for everybody."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup

from tagward.report.html.fill import fill, fold, joined
from tagward.report.html.squarify import Box, squarified
from tagward.report.words import plural, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagward.report.files import Packed

WIDTH, HEIGHT = 1060.0, 400.0
"""Nominal size in px: it decides about proportions and what is merged; the page stretches it to its own width."""
HEAD, EDGE = 20.0, 2.0
"""Room that the name of a folder takes, and the edge around what is in it."""
MIN_AREA = 800.0
"""Smaller siblings are merged, in px²."""
MAX_DEPTH = 8
MAX_ROWS = 500
_COMPILED = (".so", ".pyd", ".dll", ".dylib", ".a", ".lib", ".exe", ".o", ".node", ".wasm", ".pyc")
_METADATA = (".dist-info", ".egg-info")


@dataclass(slots=True)
class _Node:
    """A folder, or a file (`file` is set), or several siblings in one (neither has a name of its own)."""

    path: str
    size: int = 0
    count: int = 0
    new: int = 0
    file: Packed | None = None
    below: dict[str, _Node] = field(default_factory=dict)


def contents(files: Sequence[Packed], what: str) -> Markup:
    """The treemap and the table of one archive."""
    if not files:
        return Markup("")
    root = _tree(files)
    label = f"Treemap of the {what}: {plural(len(files), 'file')}, {size(root.size)}; the table below says the same"
    inside = _inside(root, Box(0, 0, WIDTH, HEIGHT), 0)
    picture = fill('<div class="map" role="img" aria-label="{}">{}</div>', label, inside)
    return joined([picture, _table(files)])


def _tree(files: Sequence[Packed]) -> _Node:
    root = _Node("")
    for one in files:
        parts = [part for part in one.path.split("/") if part] or [one.path]
        node = root
        for depth, part in enumerate([*parts[:-1][:MAX_DEPTH], "/".join(parts[min(len(parts) - 1, MAX_DEPTH) :])]):
            _add(node, one)
            path = f"{node.path}/{part}".lstrip("/") if depth else part
            node = node.below.setdefault(part, _Node(path))
        _add(node, one)
        node.file = one
    return root


def _add(node: _Node, one: Packed) -> None:
    node.size += one.size
    node.count += 1
    node.new += one.change == "new"


def _inside(node: _Node, box: Box, depth: int) -> Markup:
    """The children of a folder, laid into its box; what is too small to be seen is merged."""
    children = sorted(
        ((name, _straight(child)) for name, child in node.below.items() if child.size),
        key=lambda entry: (-entry[1].size, entry[0]),
    )
    total = sum(child.size for _, child in children)
    if not total or box.width <= 0 or box.height <= 0:
        return Markup("")
    area = box.width * box.height / total
    shown = [child for _, child in children if child.size * area >= MIN_AREA]
    small = [child for _, child in children if child.size * area < MIN_AREA]
    if small:
        rest = _Node(node.path, sum(one.size for one in small), sum(one.count for one in small))
        rest.new = sum(one.new for one in small)
        shown = sorted([*shown, rest], key=lambda one: -one.size)
    boxes = squarified([float(one.size) for one in shown], Box(0, 0, box.width, box.height))
    return joined([_box(one, node, at, box, depth) for one, at in zip(shown, boxes, strict=True)])


def _straight(node: _Node) -> _Node:
    """A folder that holds nothing but a folder is shown as one with it."""
    while node.file is None and len(node.below) == 1 and (child := next(iter(node.below.values()))).file is None:
        node = child
    return node


def _box(node: _Node, parent: _Node, at: Box, around: Box, depth: int) -> Markup:
    place = fill(
        "left:{}%;top:{}%;width:{}%;height:{}%",
        _share(at.x, around.width),
        _share(at.y, around.height),
        _share(at.width, around.width),
        _share(at.height, around.height),
    )
    name = node.path.removeprefix(f"{parent.path}/") if parent.path else node.path
    if node.file is not None:
        told = " ".join(part for part in (node.path, size(node.size), node.file.change.replace("same", "")) if part)
        kind = _kind(node.path) + (" new" if node.file.change == "new" else "")
        return _leaf(kind, place, told, name, size(node.size))
    if not node.below:
        told = f"{plural(node.count, 'file')}, {size(node.size)}"
        more = f" in {node.path}" if node.path else ""
        new = f", {node.new} new" if node.new else ""
        return _leaf("rest new" if node.new else "rest", place, told + more + new, told, "")
    inner = Box(0, 0, at.width - 2 * EDGE, at.height - HEAD - EDGE)
    return fill(
        '<div class="box dir{}" style="{}" title="{}"><p><i></i><b>{}</b><span>{}</span></p><div>{}</div></div>',
        " d2" if depth % 2 else "",
        place,
        f"{node.path}/ {plural(node.count, 'file')}, {size(node.size)}",
        f"{name}/",
        size(node.size),
        _inside(node, inner, depth + 1),
    )


def _leaf(kind: str, place: Markup, told: str, name: str, amount: str) -> Markup:
    return fill(
        '<div class="box {}" style="{}" title="{}"><p><i></i><b>{}</b><span>{}</span></p></div>',
        kind,
        place,
        told,
        name,
        amount,
    )


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.2f}".rstrip("0").rstrip(".")


def _kind(path: str) -> str:
    top = path.partition("/")[0]
    if top.endswith(_METADATA) or path in {"PKG-INFO", "pyproject.toml"}:
        return "meta"
    return "compiled" if path.lower().endswith(_COMPILED) or ".so." in path.rpartition("/")[2] else "plain"


def _table(files: Sequence[Packed]) -> Markup:
    shown = sorted(sorted(files, key=lambda one: -one.size)[:MAX_ROWS], key=lambda one: one.path)
    known = any(one.change for one in shown)
    rows = [
        fill('<tr><td>{}</td><td class="number">{}</td>{}</tr>', one.path, size(one.size), _changed(one, known=known))
        for one in shown
    ]
    left = len(files) - len(shown)
    head = fill(
        '<tr><th scope="col">file</th><th scope="col" class="number">size</th>{}</tr>',
        Markup('<th scope="col">change</th>') if known else "",
    )
    more = fill("<p>The {} smaller ones are left out here.</p>", f"{left:,}") if left else Markup("")
    title = f"the {MAX_ROWS} largest of {len(files):,} files" if left else plural(len(files), "file")
    body = fill('<table class="files"><thead>{}</thead><tbody>{}</tbody></table>{}', head, joined(rows), more)
    return fold(fill("{} as a table", title), body)


def _changed(one: Packed, *, known: bool) -> Markup:
    word = one.change if one.change in {"new", "changed"} else ""
    return fill('<td><span class="{0}">{0}</span></td>', word) if known else Markup("")
