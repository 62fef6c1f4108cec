"""Any workflow as a value, whoever wrote it: what doctor asks about is read, and what is not known here is passed over.

`reading` refuses what it does not know, because its workflows are carried out; these are only looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.model.workflow import Concurrency, Defaults, Job, Step, Trigger, Workflow
from tagward.workflows.documents import Mapping, Node, Scalar, Sequence, read

if TYPE_CHECKING:
    from collections.abc import Iterator

_NONE: dict[str, Node] = {}


def look_at(data: bytes, origin: str) -> Workflow:
    """Read a workflow as far as it goes.

    Args:
        data: all of it.
        origin: what to call it in an error, as its path.

    Raises:
        ConfigError: it is no YAML, or more than a workflow needs, or says neither what starts it nor what it does.
    """
    root = _table(read(data, origin))
    for key in ("on", "jobs"):
        if key not in root:
            raise ConfigError(f"{origin}:1: this is no workflow: `{key}` is missing")
    jobs = root["jobs"]
    lines = jobs.lines if isinstance(jobs, Mapping) else {}
    return Workflow(
        origin=origin,
        name=_text(root.get("name")) or origin,
        triggers=tuple(_triggers(root["on"])),
        permissions=_permissions(root.get("permissions")),
        concurrency=_concurrency(root.get("concurrency")),
        env=_texts(root.get("env")),
        defaults=Defaults(),
        jobs=tuple(_job(name, _table(node), lines[name]) for name, node in _table(jobs).items()),
    )


def _table(node: Node | None) -> dict[str, Node]:
    return node.entries if isinstance(node, Mapping) else _NONE


def _text(node: Node | None) -> str:
    return "" if not isinstance(node, Scalar) or node.empty else node.text


def _texts(node: Node | None) -> dict[str, str]:
    return {key: _text(one) for key, one in _table(node).items()}


def _several(node: Node | None) -> tuple[str, ...]:
    if isinstance(node, Sequence):
        return tuple(_text(one) for one in node.items)
    return (_text(node),) if isinstance(node, Scalar) and not node.empty else ()


def _triggers(node: Node) -> Iterator[Trigger]:
    if not isinstance(node, Mapping):
        yield from (Trigger(event, {}, (), node.line) for event in _several(node))
        return
    for event, about in node.entries.items():
        filters = {key: _several(one) for key, one in _table(about).items() if not isinstance(one, Mapping)}
        yield Trigger(event, filters, (), node.lines[event])


def _permissions(node: Node | None) -> dict[str, str] | None:
    """What a token may; the words `read-all` and `write-all` are the level of the scope `*`."""
    if node is None:
        return None
    return _texts(node) if isinstance(node, Mapping) else {"*": _text(node).removesuffix("-all")}


def _concurrency(node: Node | None) -> Concurrency | None:
    if node is None:
        return None
    table = _table(node)
    return Concurrency(_text(node) or _text(table.get("group")), _text(table.get("cancel-in-progress")) or "false")


def _job(name: str, table: dict[str, Node], line: int) -> Job:
    environment = table.get("environment")
    steps = table.get("steps")
    return Job(
        id=name,
        name=_text(table.get("name")) or name,
        needs=_several(table.get("needs")),
        condition=_text(table.get("if")),
        runs_on=_text(table.get("runs-on")),
        permissions=_permissions(table.get("permissions")),
        environment=_text(environment) or _text(_table(environment).get("name")),
        address="",
        concurrency=_concurrency(table.get("concurrency")),
        outputs=_texts(table.get("outputs")),
        env=_texts(table.get("env")),
        defaults=Defaults(),
        matrix=None,
        minutes=_text(table.get("timeout-minutes")),
        steps=tuple(_step(one) for one in steps.items) if isinstance(steps, Sequence) else (),
        line=line,
        calls=_text(table.get("uses")),
    )


def _step(node: Node) -> Step:
    table = _table(node)
    return Step(
        id=_text(table.get("id")),
        name=_text(table.get("name")),
        condition=_text(table.get("if")),
        run=_text(table.get("run")),
        interpreter=_text(table.get("shell")),
        folder="",
        uses=_text(table.get("uses")),
        inputs=_texts(table.get("with")),
        env=_texts(table.get("env")),
        minutes="",
        tolerant=_text(table.get("continue-on-error")) or "false",
        line=node.line,
    )
