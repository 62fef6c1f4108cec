"""YAML from outside as plain values: tables, lists and texts, of bounded size."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import yaml

MAX_LENGTH = 1 << 18
MAX_EXPANDED = 4 << 20
"""So many characters and values may a document come to when every alias is written out."""
_TAGS = {None, *(f"tag:yaml.org,2002:{kind}" for kind in ("map", "seq", "str"))}


class YamlError(ValueError):
    """The text is no YAML that tagward reads."""


def load(text: str | bytes) -> object:
    """Read a document as it is written: scalars stay texts, `1.10` is not 1.1 and `on` is not true.

    Aliases and merge keys count; other tags than those of tables, lists and texts are refused, since PyYAML's own
    readers of them raise whatever they meet (`!!int ""`, `!!bool x`), and take quadratic time for `1:1:1:…`.

    Raises:
        YamlError: it is no YAML, or nested or sized, with every alias written out, beyond what is read.
    """
    import yaml  # noqa: PLC0415  # few commands read YAML

    if len(text) > MAX_LENGTH:
        raise YamlError(f"it has more than {MAX_LENGTH} characters")
    try:
        loader = _loader()(text)
        node = loader.get_single_node()
        if node is None:
            return None
        if _expanded(node, {}) > MAX_EXPANDED:
            raise YamlError("its aliases come to more than is read")
        return loader.construct_document(node)
    except (yaml.YAMLError, RecursionError, ValueError, MemoryError) as failure:
        raise YamlError(str(failure) or type(failure).__name__) from None


@cache
def _loader() -> type[yaml.SafeLoader]:
    import yaml  # noqa: PLC0415  # see load

    class Plain(yaml.SafeLoader):
        """The safe loader without what makes other values of texts."""

        yaml_implicit_resolvers = {"<": yaml.SafeLoader.yaml_implicit_resolvers["<"]}  # noqa: RUF012  # PyYAML's form
        yaml_constructors = {  # noqa: RUF012  # see above
            tag: make for tag, make in yaml.SafeLoader.yaml_constructors.items() if tag in _TAGS
        }

    return Plain


def _expanded(node: yaml.Node, known: dict[int, int]) -> int:
    """What a node comes to with every alias in it written out."""
    if id(node) not in known:
        known[id(node)] = MAX_EXPANDED + 1  # for a node that holds itself
        if isinstance(node.value, str):
            known[id(node)] = 1 + len(node.value)
        else:
            parts = (part for item in node.value for part in (item if isinstance(item, tuple) else (item,)))
            known[id(node)] = 1 + sum(_expanded(part, known) for part in parts)
    return known[id(node)]
