"""The actions that our workflows use: one table of versions, commits and inputs; tests hold every use against it.

Commits, not tags, because tags of actions have been moved onto other code (GitHub documentation, "Security hardening:
using third-party actions"). The inputs are those of `action.yml` at the pinned commit: GitHub itself, and every linter
where an action is pinned by commit, lets a misspelt input pass.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pin:
    """An action at one commit.

    Attributes:
        action: `owner/name`.
        version: the tag that names the commit, as the comment beside the pin says it.
        commit: the full object id.
        inputs: what `with:` may set.
    """

    action: str
    version: str
    commit: str
    inputs: frozenset[str]

    def __str__(self) -> str:
        """What stands after `uses:`."""
        return f"{self.action}@{self.commit} # {self.version}"


PINS = {
    pin.action: pin
    for pin in (
        Pin(
            "actions/checkout",
            "v7.0.1",
            "3d3c42e5aac5ba805825da76410c181273ba90b1",
            frozenset({"repository", "ref", "path", "fetch-depth", "fetch-tags", "persist-credentials"}),
        ),
        Pin(
            "actions/setup-python",
            "v7.0.0",
            "5fda3b95a4ea91299a34e894583c3862153e4b97",
            frozenset({"python-version", "allow-prereleases"}),
        ),
        Pin(
            "actions/upload-artifact",
            "v7.0.1",
            "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a",
            frozenset({"name", "path", "if-no-files-found", "retention-days"}),
        ),
        Pin(
            "actions/download-artifact",
            "v8.0.1",
            "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c",
            frozenset({"name", "path"}),
        ),
        Pin(
            "pypa/gh-action-pypi-publish",
            "v1.14.2",
            "dc37677b2e1c63e2034f94d8a5b11f265b73ba33",
            frozenset({"packages-dir", "repository-url", "attestations", "print-hash", "verbose"}),
        ),
    )
}
"""By action. Of each action's inputs only those stand here that a release workflow has a use for."""
