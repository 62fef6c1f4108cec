"""What can be done beside the gate: processes that import, resolve and unpack before it is their turn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagward import _toml
from tagward.tools.installers import make_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from tagward.tools.build import Builder
    from tagward.tools.run import Started


@dataclass(slots=True)
class Helpers:
    """The helpers of one candidate; none of them runs code of the project before it is told to.

    Attributes:
        builder: builds the sdist and the wheel.
        variables: those of everything that runs none of the project's code.
        stack: ends them all.
        twine: waits for files.
        renderer: waits for descriptions.
        environment: the fresh environment for the wheel, once it is there.
    """

    builder: Builder
    variables: Mapping[str, str]
    stack: ExitStack
    _ready: list[tuple[Started, Started, Future[None]]] = field(default_factory=list)

    def prepare_build(self, pyproject: Mapping[str, object]) -> None:
        """Begin with the environment of the build, which takes longest."""
        more = {}
        if "backend-path" in _toml.table(pyproject, "build-system"):
            # The backend is imported from the tree, and would find its own bytecode there and pack it. For all others
            # bytecode saves a third of the time.
            more["PYTHONDONTWRITEBYTECODE"] = "1"
        self.builder.prepare(pyproject, more)

    def prepare(self, pyproject: Mapping[str, object], environment: Path) -> None:
        """Begin with everything else, beside the build.

        Args:
            pyproject: the project's.
            environment: the folder for the fresh environment of the wheel.
        """
        from tagward.tools import rendering, twine  # noqa: PLC0415  # when the build has begun

        readme = str(_toml.table(pyproject, "project").get("readme"))
        beside = self.stack.enter_context(ThreadPoolExecutor(1))
        made = beside.submit(make_environment, environment, self.builder.uv, self.builder.env)
        asked = twine.start(self.variables)
        self.stack.callback(asked.stop)
        renderer = rendering.start(self.variables, "text/x-rst" if ".rst" in readme else "text/markdown")
        self.stack.callback(renderer.stop)
        self._ready.append((asked, renderer, made))

    @property
    def twine(self) -> Started:
        """It waits for files."""
        return self._ready[0][0]

    @property
    def renderer(self) -> Started:
        """It waits for descriptions."""
        return self._ready[0][1]

    def await_environment(self) -> None:
        """Wait until the fresh environment is there.

        Raises:
            CannotJudge: the disk did not take it.
        """
        self._ready[0][2].result()


@contextmanager
def helpers(builder: Builder, variables: Mapping[str, str]) -> Iterator[Helpers]:
    """Helpers that are gone with the context, whatever happens in it."""
    with ExitStack() as stack:
        stack.callback(builder.stop)
        yield Helpers(builder, variables, stack)
        builder.finish()
