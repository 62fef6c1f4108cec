"""The release workflows as text: one source for tagward's own and for those that `tagward init` writes."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tagward import __version__
from tagward.workflows.pins import PINS

if TYPE_CHECKING:
    from jinja2 import Environment

RELEASE = "pypi-release.yml"
TEST = "test-pypi-release.yml"


class Publish(StrEnum):
    """How the workflow proves to PyPI who it is."""

    TOKEN = "token"  # noqa: S105  # the word, not a token
    TRUSTED = "trusted"


class Trigger(StrEnum):
    """What starts a release: one of them, never both, or two runs publish the same version."""

    RELEASE = "release"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Choices:
    """What differs between the workflows of two projects.

    Attributes:
        repository: `owner/name` on GitHub; empty where it is not known, and forks are told apart by GitHub then.
        patterns: glob patterns of the project's release tags, for the tag trigger.
        testpypi: publish to TestPyPI before PyPI.
        testpypi_address: where uploads to TestPyPI go (twine's own constant).
        python: the Python of the jobs that run tagward.
        here, there: what pip installs as tagward: in the gate, and in the jobs that have no checkout.
    """

    repository: str
    publish: Publish = Publish.TOKEN
    trigger: Trigger = Trigger.RELEASE
    patterns: tuple[str, ...] = ("v[0-9]*",)
    testpypi: bool = False
    testpypi_address: str = ""
    python: str = "3.11"
    here: str = f"tagward=={__version__}"
    there: str = f"tagward=={__version__}"


def render(name: str, choices: Choices) -> str:
    """The text of one workflow, `RELEASE` or `TEST`."""
    return (
        _environment()
        .get_template(name)
        .render(
            version=__version__,
            pins=PINS,
            guard=_guard(choices.repository),
            publish=choices.publish.value,
            trigger=choices.trigger.value,
            patterns="[" + ", ".join(f'"{pattern}"' for pattern in choices.patterns) + "]",
            testpypi=choices.testpypi,
            testpypi_address=choices.testpypi_address,
            python=choices.python,
            requirement_here=_word(choices.here),
            requirement_there=_word(choices.there),
        )
    )


def _guard(repository: str) -> str:
    """The condition under which a run is ours, and not that of a fork."""
    return f"github.repository == '{repository}'" if repository else "!github.event.repository.fork"


def _word(requirement: str) -> str:
    """A requirement as a word of the shell; a pattern of files stays one."""
    return requirement if "*" in requirement else shlex.quote(requirement)


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415  # only init renders workflows

    return Environment(
        loader=PackageLoader("tagward.workflows"),
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="[##",
        comment_end_string="##]",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # YAML, and every value is checked or quoted where it is made
    )
