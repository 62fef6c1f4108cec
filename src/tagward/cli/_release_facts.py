"""Everything that a release is planned on, read and never changed."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.model.plan import BumpPlan
from tagward.model.refs import TAGS
from tagward.model.release import Hub, ReleaseFacts
from tagward.model.setup import Remote
from tagward.model.tagnames import tag_for, version_by_form
from tagward.model.versions import Unreadable
from tagward.plans.bump import plan_bump
from tagward.plans.tags import forms_of, rules_of
from tagward.sources import survey
from tagward.sources.files import Files
from tagward.sources.named import read_named
from tagward.survey import PYPROJECT, rules
from tagward.tools.delivery import known_receipt
from tagward.tools.gh import silence_of_gh
from tagward.tools.index_state import Inquiry
from tagward.tools.publishers import uploads
from tagward.tools.release import commit_habits, remote_of, remote_seen, working_state
from tagward.tools.setup import WORKFLOWS
from tagward.workflows.lenient import look_at
from tagward.workflows.outlook import pushed, released
from tagward.workflows.triggers import starts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.version import Version

    from tagward.model.config import Config
    from tagward.model.versions import Tree
    from tagward.tools.git import GitRepository

PUBLIC = "github.com"


def release_facts(repository: GitRepository, version: Version, folder: str) -> ReleaseFacts:
    """What there is, here, on the remote, on the index and on GitHub.

    Raises:
        ConfigError: nothing can be released from here, or nothing says what.
        CannotJudge: git or the remote does not answer.
    """
    if repository.top is None:
        raise ConfigError("a release needs a working tree, and this repository has none", fixes=("cd into a clone",))
    working = working_state(repository)
    if not working.head:
        raise ConfigError("there is no commit to release", fixes=("git commit",))
    tree = repository.tree(working.head)
    config = rules(tree, PYPROJECT)
    own = rules_of(config, folder, f"tagward release {version}")
    found = survey(tree, own.path)
    tags = dict(repository.tags())
    forms = forms_of(config, own, found.name or "", tags)
    tag = tag_for(version, forms[0], tags)
    remote, branch = remote_of(repository, working.branch)
    if not remote:
        raise ConfigError("this repository has no remote to release to", fixes=("git remote add origin ADDRESS",))
    receipt = known_receipt(repository.common_dir, tag)
    declared = found.source.declaration
    facts = ReleaseFacts(
        project=found.name or "the project",
        version=version,
        tag=tag,
        stated=str((declared and declared.version) or ""),
        folder=own.path,
        working=working,
        remote=remote_seen(repository, remote, branch, tag, working.head),
        tag_here=tags.get(tag, ""),
        judged=receipt.oid if receipt and receipt.tag == tag else "",
        bump=BumpPlan((), (), ()),
        habits=commit_habits(repository, *_before(tags, forms), str(version)),
        hub=_hub(repository, remote, tree, tag, version),
    )
    if facts.sent:
        return facts
    index = Inquiry().ask(found.name, version) if found.name else None
    return replace(facts, bump=bump(tree, config, version, own.path), index=index)


def bump(tree: Tree, config: Config, version: Version, folder: str) -> BumpPlan:
    """What sets the version in a tree."""
    named = list(read_named(Files(tree), config.version_files, []))
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    return plan_bump(tree, version, today, folder, named)


def _before(tags: dict[str, str], forms: tuple[str, ...]) -> tuple[str, str]:
    """The newest release tag that is there, and its version as text; empty without one."""
    known = [(version, tag) for tag in tags for form in forms[:1] if (version := version_by_form(tag, form))]
    return (max(known)[1], str(max(known)[0])) if known else ("", "")


def _hub(repository: GitRepository, remote: str, tree: Tree, tag: str, version: Version) -> Hub | None:
    place = Remote.of(repository.remote_url(remote))
    if place is None:
        return None
    if place.is_public_github:
        place = replace(place, host=PUBLIC)  # it may have been an alias of the SSH configuration
    workflow, event = next(_started(tree, tag, version), ("", ""))
    silence = silence_of_gh(place.host)
    return Hub(place, workflow, event, gh=not silence, silence=silence)


def _started(tree: Tree, tag: str, version: Version) -> Iterator[tuple[str, str]]:
    """The workflows that publish and that the push of the tag or its GitHub release starts, each with that event."""
    events = (*pushed((TAGS + tag,), ""), *released(tag, "", prerelease=version.is_prerelease))
    for path in sorted(path for path in tree.paths() if path.startswith(f"{WORKFLOWS}/")):
        with contextlib.suppress(ConfigError, Unreadable):  # GitHub cannot read it either
            data = tree.read(path) or b""
            if not path.endswith((".yml", ".yaml")) or not uploads(data):
                continue
            workflow = look_at(data, path)
            yield from ((path, event.name) for event in events if starts(workflow, event))
