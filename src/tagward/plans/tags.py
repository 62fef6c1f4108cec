"""How the tags of each project are named: what the configuration does not say yet, as the tags that are there teach."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.model.config import ProjectRules
from tagward.model.tagnames import learned_forms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagward.model.config import Config
    from tagward.model.setup import ProjectFacts, Setup
    from tagward.plans.settings import Value

DEFAULT_FORM = "v{version}"
DEFAULT_FORM_OF_SEVERAL = "{name}-v{version}"


def rules_of(config: Config, folder: str, command: str) -> ProjectRules:
    """The rules of the project in a folder; of the only one where none is named.

    Raises:
        ConfigError: there are several, and none is named; `command` with the folder of each is the way out.
    """
    if not config.projects or (config.forms and not folder):
        return ProjectRules(folder, "{name}-v{version}" if folder else "")
    found = [one for one in config.projects if one.path == folder or (not folder and len(config.projects) == 1)]
    if found:
        return found[0]
    several = "this repository holds several projects, and none is named"
    raise ConfigError(
        f"no project of [tool.tagward] stands in {folder}" if folder else several,
        fixes=tuple(f"{command} --folder {one.path or '.'}" for one in config.projects),
    )


def forms_of(config: Config, rules: ProjectRules, name: str, tags: Iterable[str]) -> tuple[str, ...]:
    """The forms of a project's release tags, that of new ones first; where none is stated, as the tags there teach."""
    return (rules.forms(name) if rules.tag else config.forms) or learned_forms(tags)


def patterns(setup: Setup) -> tuple[str, ...]:
    """Patterns of the release tags (GitHub documentation, "Filter pattern cheat sheet"); the gate reads them exactly.

    `*` there is any text without a slash; a sign that has a meaning of its own is matched by it too.
    """
    forms = [setup.config.tag or tag_settings(setup).get("tag", "")] if setup.root else []
    names = {project.folder: project.name for project in setup.projects}
    written = [ProjectRules(project["path"], project["tag"]) for project in project_settings(setup)]
    for rules in setup.config.projects or written:
        forms += rules.forms(names.get(rules.path, ""))
    plain = [re.sub(r"[^A-Za-z0-9._/@=~,{}-]", "*", str(form)) for form in forms if form] or [DEFAULT_FORM]
    return tuple(dict.fromkeys(form.replace("{version}", "[0-9]*") for form in plain))


def tag_settings(setup: Setup) -> dict[str, Value]:
    """How the tags of the project at the root are named, where the configuration does not say it yet."""
    if setup.root is None or setup.config.tag or setup.config.projects or {"tag", "project"} & setup.stated:
        return {}
    form, *older = setup.tags.forms or (DEFAULT_FORM,)
    # Once a form is stated, no other counts: the older tags stay release tags.
    legacy: dict[str, Value] = {"legacy-tags": tuple(older)} if older and "legacy-tags" not in setup.stated else {}
    return {"tag": form, **legacy}


def released(setup: Setup) -> tuple[ProjectFacts, ...]:
    """The projects that have releases: all below a root without one, else that at the root and those that tags name."""
    return tuple(project for project in setup.projects if setup.root is None or not project.folder or project.form)


def project_settings(setup: Setup) -> list[dict[str, str]]:
    """The projects below the root, where the configuration does not know them yet."""
    below = [project for project in released(setup) if project.folder]
    if {"tag", "project"} & setup.stated or not below:
        return []
    alone = len(below) == 1 and setup.root is None
    plain = setup.tags.forms[0] if setup.tags.forms else DEFAULT_FORM
    learned = [_with_name(project) for project in below if project.form]
    usual = plain if alone else next((form for form in learned if "{name}" in form), DEFAULT_FORM_OF_SEVERAL)
    return [{"path": project.folder, "tag": _with_name(project) or usual} for project in below]


def _with_name(project: ProjectFacts) -> str:
    """The form of a project's tags, with `{name}` where its name stands."""
    before, mark, after = project.form.partition("{version}")
    plain = re.sub(r"[-_.]+", "-", project.name).lower()
    for spelling in (project.name, plain, plain.replace("-", "_")):
        if spelling and before.startswith(spelling):
            return "{name}" + before.removeprefix(spelling) + mark + after
    return project.form
