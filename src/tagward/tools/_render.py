"""Runs in a process of its own: renders descriptions as PyPI does, and writes what came of each.

Called as `python -I _render.py SECONDS BYTES`, with a list of `[renderer, text]` as JSON on standard input. A
description is text from outside, and there are some that cost a renderer minutes or its life, so that the process has
limits on its time and memory, and each text ends in a line of its own on standard output.
"""

import io
import json
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


def _render(kind: str, text: str) -> tuple[bool, str]:
    """Whether something is shown, and what the renderer says."""
    if kind == "text/markdown":
        from readme_renderer import markdown  # noqa: PLC0415  # only what is asked for

        return markdown.render(text) is not None, ""
    from readme_renderer import rst  # noqa: PLC0415  # only what is asked for

    # readme-renderer 46 shows a lone title; that of PyPI (45) drops it, and may be left with nothing.
    rst.SETTINGS.update(doctitle_xform=True, sectsubtitle_xform=True, initial_header_level=2)
    said = io.StringIO()
    return rst.render(text, stream=said) is not None, said.getvalue()


def main() -> None:
    """Render what stands on standard input."""
    _limit(int(sys.argv[1]), int(sys.argv[2]))
    for kind, text in json.load(sys.stdin):
        try:
            shown, said = _render(kind, text)
            answer = ("shown" if shown else "nothing", said)
        except MemoryError:
            answer = ("unfinished", "it takes too much memory")
        except Exception as failure:  # noqa: BLE001  # whatever the renderer dies of here, PyPI's dies of as well
            answer = ("crashed", type(failure).__name__)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
