"""Runs in a process of its own: renders descriptions as PyPI does, and writes what came of each.

Called as `python -I _render.py SECONDS BYTES EXPECTED`, with a list of `[renderer, text]` as JSON on standard input. A
description is text from outside, and there are some that cost a renderer minutes or its life, so that the process has
limits on its time and memory, and each text ends in a line of its own on standard output.
"""

import contextlib
import importlib
import io
import json
import os
import re
import sys


def _limit(seconds: int, size: int) -> None:
    try:
        import resource  # noqa: PLC0415  # not on every system
    except ImportError:
        return
    for kind, value in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, size), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (wanted, hard))
        except (OSError, ValueError):
            continue  # a system that cannot limit it has the time limit of the parent


MAX_HTML = 300_000
"""A longer page is judged, and not handed on to be shown."""
_OUTWARD = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that control a terminal or turn the direction of a text."""


def _render(kind: str, text: str) -> tuple[str | None, str]:
    """What is shown, and what the renderer says."""
    if kind == "text/markdown":
        from readme_renderer import markdown  # noqa: PLC0415  # only what is asked for

        return markdown.render(text), ""
    from readme_renderer import rst  # noqa: PLC0415  # only what is asked for

    # readme-renderer 46 shows a lone title; that of PyPI (45) drops it, and may be left with nothing.
    rst.SETTINGS.update(doctitle_xform=True, sectsubtitle_xform=True, initial_header_level=2)
    said = io.StringIO()
    return rst.render(text, stream=said), said.getvalue()


def _inert(page: str) -> str:
    """The page without pictures, classes, names and fields: what is left has only the look of where it is shown."""
    import nh3  # noqa: PLC0415  # what readme-renderer cleans with; loaded already

    kept = nh3.clean(
        page,
        tags=(nh3.ALLOWED_TAGS - {"area", "article", "aside", "center", "footer", "header", "map", "nav"})
        | {"summary"},
        clean_content_tags={"script", "style"},
        attributes={"a": {"href"}, "img": {"alt"}, "ol": {"start"}, "td": {"colspan", "rowspan"}},
        attribute_filter=lambda _, name, value: None if name == "href" and not _OUTWARD.match(value) else value,
        link_rel="noopener noreferrer nofollow",
        url_schemes={"http", "https", "mailto"},
    )
    return _INVISIBLE.sub("\N{REPLACEMENT CHARACTER}", kept) if len(kept) <= MAX_HTML else ""


def main() -> None:
    """Render what stands on standard input."""
    _limit(int(sys.argv[1]), int(sys.argv[2]))
    expected = {"text/markdown": "markdown", "text/x-rst": "rst"}.get(sys.argv[3])
    if expected:
        with contextlib.suppress(Exception):  # then it fails below, and is told
            importlib.import_module(f"readme_renderer.{expected}")
    for kind, text in json.load(sys.stdin):
        try:
            shown, said = _render(kind, text)
            answer = ("nothing", said, "") if shown is None else ("shown", said, _inert(shown))
        except MemoryError:
            answer = ("unfinished", "it takes too much memory", "")
        except Exception as failure:  # noqa: BLE001  # whatever the renderer dies of here, PyPI's dies of as well
            answer = ("crashed", type(failure).__name__, "")
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
    os._exit(0)  # to take the modules apart takes as long as to render
