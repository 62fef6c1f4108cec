"""The public modules of a wheel: which there are, and whether each of them imports in the fresh environment."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Protocol

    class Prober(Protocol):
        """What imports in a process of its own; see `tagward.tools.environment.Environment.probe_all`."""

        def probe_all(self, modules: Sequence[str], seconds: float, limit: float) -> list[dict[str, object]]:
            """What happened to each, in order, up to the one that ended the process or was not tried."""


MODULE_SECONDS = 10.0
WALK_SECONDS = 30.0
ASIDE = frozenset(
    {
        *("tests", "test", "testing", "conftest", "docs", "doc", "examples", "example"),
        *("benchmarks", "benchmark", "scripts", "tools"),
    }
)
"""Names of what is shipped beside a package, or within it, and is nobody's interface."""

_NOT_PUBLIC = (ASIDE - {"testing", "scripts", "tools"}) | {"__main__", "setup"}


def modules_of(members: Iterable[str]) -> dict[str, str]:
    """The Python modules among the members of a wheel: the dotted name of each, and its member.

    A file that no import statement can name, as a template in a folder of data, is none.
    """
    found = {}
    for member in members:
        parts = member.split("/")
        stem = parts[-1].removesuffix(".py")
        if stem == parts[-1] or parts[0].endswith((".dist-info", ".data")):
            continue
        names = parts[:-1] if stem == "__init__" else [*parts[:-1], stem]
        if names and all(name.isidentifier() for name in names):
            found[".".join(names)] = member
    return found


def public_modules(members: Iterable[str], packages: Sequence[str]) -> tuple[str, ...]:
    """The modules below these import packages that anybody may import, parents before children.

    A name with an underscore in front is private (PEP 8), and so is all below it; tests and examples are not for users,
    and importing `__main__` runs the program. A folder without `__init__` may hold anything.
    """
    found = modules_of(members)
    return tuple(
        sorted(
            name
            for name in found
            for package in packages
            if name.startswith(f"{package}.") and _is_public(name, package) and _is_in_packages(name, package, found)
        )
    )


def _is_public(name: str, package: str) -> bool:
    return not any(
        part.startswith(("_", "test_")) or part.endswith("_test") or part in _NOT_PUBLIC
        for part in name[len(package) + 1 :].split(".")
    )


def _is_in_packages(name: str, package: str, found: Mapping[str, str]) -> bool:
    above = name.rpartition(".")[0]
    while len(above) > len(package):
        if not found.get(above, "").endswith("/__init__.py"):
            return False
        above = above.rpartition(".")[0]
    return True


def try_modules(environment: Prober, modules: Sequence[str]) -> tuple[dict[str, dict[str, object]], str]:
    """Import modules in one process; in a new one after each that ends or blocks it.

    What fails for another reason than a module that is missing is tried once more in a process of its own, so that
    nothing is held against it that an earlier import did.

    Returns:
        What happened, by module; and what there was no time for, as a sentence, empty where there is nothing.
    """
    end = time.monotonic() + WALK_SECONDS
    said: dict[str, dict[str, object]] = {}
    rest = list(modules)
    while rest and time.monotonic() < end:
        answers = environment.probe_all(rest, MODULE_SECONDS, end - time.monotonic())
        said.update(zip(rest, answers, strict=False))
        done = rest[: len(answers)]
        broken = tuple(f"{name}." for name in done if "error" in said[name])
        rest = [name for name in rest[len(done) :] if not name.startswith(broken)]
        if not done:
            break
    for name, answer in list(said.items()):
        if "error" in answer and not answer.get("missing") and time.monotonic() < end:
            said[name] = (environment.probe_all([name], MODULE_SECONDS, end - time.monotonic()) or [answer])[0]
    left = f"{len(rest)} of {len(modules)} modules were not imported, {rest[0]} the first" if rest else ""
    return {name: answer for name, answer in said.items() if "skipped" not in answer}, left
