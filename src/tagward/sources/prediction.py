"""What a backend that computes the version from git's tags will build at a commit, with all its tags there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagward.model.prediction import Prediction, TagAtCommit
from tagward.model.versions import Tree, VersionSource, parse_version
from tagward.sources.describe import Describe
from tagward.sources.files import Faulty, Files
from tagward.sources.project import FROM_TAGS, read_project
from tagward.sources.scm_settings import STRICT, Settings, settings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from packaging.version import Version

_DUNAMAI = {"poetry-dynamic-versioning", "uv-dynamic-versioning"}
_STAGES = {"a", "alpha", "b", "beta", "c", "rc", "pre", "preview", "post", "dev"}
MAX_TAG = 250


def predict(
    source: VersionSource,
    tree: Tree,
    tags: Sequence[TagAtCommit],
    release_tag: str,
    *,
    folder: str = "",
    expected: Version | None = None,
) -> Prediction | None:
    """Predict what the backend makes of the tags on a commit; None where no tag decides the version.

    Args:
        source: where the build takes the version from.
        tree: the files of the commit.
        tags: every tag that points at the commit, the released one among them.
        release_tag: the tag that is to be released.
        folder: where the project stands in the tree.
        expected: the version that the tag stands for; without it only the winning tag is compared.
    """
    tool = source.reason.removesuffix(FROM_TAGS) if source.reason.endswith(FROM_TAGS) else ""
    if source.declaration is not None or not tool:
        return None
    try:
        settings = settings_of(read_project(Files(tree, folder)), tool)
    except Faulty as failure:
        return Prediction(None, "", f"{failure.fault}", "mend that setting")
    if settings is None:
        return Prediction(
            None, "", f"tagward has no rule for what {tool} makes of a tag, so only the build decides", ""
        )
    if settings.opaque:
        return Prediction(None, "", f"{settings.opaque}, so only the build decides", "")
    outcome = _outcome(settings, tags)
    right = outcome.tag == release_tag or expected is not None
    if right and outcome.version and (expected is None or parse_version(outcome.version) == expected):
        return outcome
    return replace(outcome, remedy=_remedy(settings, tags, release_tag, str(expected or "")))


def _outcome(settings: Settings, tags: Sequence[TagAtCommit]) -> Prediction:
    seen = settings.describe.order(tags)
    dunamai = settings.tool in _DUNAMAI
    if dunamai and settings.table.get("latest-tag") is not True:
        seen = [tag for tag in seen if _made(settings, tag.name) is not None]
    if not seen:
        return Prediction(None, "", _unseen(settings, tags), "")
    won = seen[0]
    version = _made(settings, won.name)
    why = f" ({_why(won, seen)})" if len(seen) > 1 else ""
    if not version or parse_version(version) is None:
        return Prediction(
            None, won.name, f"{settings.tool} takes the tag {won.name}{why}, and finds no version in it", ""
        )
    return Prediction(version, won.name, f"{settings.tool} takes the tag {won.name}{why} and builds {version}", "")


def _unseen(settings: Settings, tags: Sequence[TagAtCommit]) -> str:
    names = ", ".join(sorted(tag.name for tag in tags)[:5]) or "none"
    if settings.tool in _DUNAMAI and settings.table.get("strict") is not True:
        kept = f"{settings.tool} finds no tag on this commit that its pattern matches ({names})"
        return f"{kept}, and builds from an older one or 0.0.0"
    return f"{settings.tool} looks at no tag of this commit ({names}), and counts from an older one"


def _why(won: TagAtCommit, seen: Sequence[TagAtCommit]) -> str:
    if not won.annotated:
        return "of lightweight tags git names the first by name"
    if seen[1].annotated:
        return "of annotated tags git names the newest"
    return "git names an annotated tag before a lightweight one"


def _made(settings: Settings, name: str) -> str | None:
    """The version that the tool makes of a tag's name; None where its pattern does not match."""
    if len(name) > MAX_TAG:
        return None
    bare = name.removeprefix(settings.prefix) if settings.prefix else name
    if settings.tool == "versioningit":
        found = settings.pattern.search(bare) if settings.pattern else None
        taken = (found["version"] if "version" in found.groupdict() else found[0]) if found else bare
        return _normal((taken or "").lstrip("v"))
    if settings.pattern is None:
        return _normal(bare.lstrip("v").replace("-", ".") if settings.tool == "pbr" else bare)
    if settings.tool in _DUNAMAI:
        return _dunamai(settings, bare)
    found = settings.pattern.match(bare)
    if found is None:
        return None
    groups = found.groupdict()
    version = found["version"] if "version" in groups else found[1] if found.re.groups else found[0]
    local = bare.partition("+")[2]
    kept = f"+{local}" if local and settings.tool != "pdm-backend" and "+" not in (version or "") else ""
    return _normal(f"{version or ''}{kept}")


def _normal(text: str) -> str:
    """The version as it is built, normalized (PEP 440); the text itself where it is none."""
    version = parse_version(text)
    return text if version is None else str(version)


def _dunamai(settings: Settings, name: str) -> str | None:
    found = settings.pattern.search(name) if settings.pattern else None
    if found is None or not found["base"]:
        return None
    groups = found.groupdict()
    epoch, stage, revision = groups.get("epoch"), groups.get("stage"), groups.get("revision")
    text = f"{epoch}!{found['base']}" if epoch else found["base"]
    if stage and stage.lower() not in _STAGES:
        # Any letters match as a stage; the check against PEP 440 comes afterwards and stops the build.
        return ""
    if stage:
        text += f"{stage.lower()}{revision or 0}"
    if groups.get("tagged_metadata") and settings.table.get("tagged-metadata") is True:
        text += f"+{groups['tagged_metadata']}"
    return _normal(text)


def _remedy(  # noqa: PLR0911  # one for each way out
    settings: Settings, tags: Sequence[TagAtCommit], release: str, version: str
) -> str:
    where = settings.where
    scm = settings.tool in {"setuptools-scm", "hatch-vcs"}
    if scm and _wins(settings, Describe((settings.prefix + STRICT,)), tags, release, version):
        return f"set `tag.strict = true` in {where}"
    prefix = release.rstrip("0123456789.abcr!+-_")
    if scm and _wins(replace(settings, prefix=prefix), Describe((f"{prefix}[0-9]*",)), tags, release, version):
        return f'set `tag.prefix = "{prefix}"` in {where}, or match `{prefix}[0-9]*` in its git_describe_command'
    if settings.tool in _DUNAMAI and _made(settings, release) is None:
        if _made(settings, f"v{release}") is not None:
            return f'set `pattern = "default-unprefixed"` in {where}'
        prefix = prefix.removesuffix("v")
        return f'set `pattern` in {where} to one that matches {release}, or `pattern-prefix = "{prefix}"`'
    if settings.tool == "versioningit" and _wins(settings, Describe((f"{prefix}[0-9]*",)), tags, release, version):
        return f'set `vcs.match = ["{prefix}[0-9]*"]` in {where}'
    if settings.tool == "pdm-backend" and _wins(settings, Describe((f"{prefix}[0-9]*.*",)), tags, release, version):
        return f'set `tag_filter = "{prefix}[0-9]*.*"` in {where}'
    others = [tag for tag in tags if tag.name != release]
    if others and _made(settings, release):
        return f"build where {release} is the only tag of this commit, or annotate it anew as the newest one"
    variable = {"pdm-backend": "PDM_BUILD_SCM_VERSION", "pbr": "PBR_VERSION"}.get(settings.tool)
    variable = "SETUPTOOLS_SCM_PRETEND_VERSION" if scm else variable
    return (
        f"set {variable}={version or 'the version'} for the build"
        if variable
        else f"set up {settings.tool} for tags like {release}"
    )


def _wins(settings: Settings, describe: Describe, tags: Sequence[TagAtCommit], release: str, version: str) -> bool:
    outcome = _outcome(replace(settings, describe=describe), tags)
    right = not version or (outcome.version is not None and parse_version(outcome.version) == parse_version(version))
    return outcome.tag == release and outcome.version is not None and right
