"""Sdists and wheels that lie on disk, whoever built them, read for the checks that are asked of what was built."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from packaging.version import Version

from tagward.acceptance.upload import judge
from tagward.errors import ConfigError
from tagward.model.candidate import Candidate
from tagward.model.config import Config
from tagward.model.distributions import Distributions
from tagward.model.events import Working, silence
from tagward.model.names import normalize
from tagward.model.refs import Tag
from tagward.model.versions import VersionSource, parse_version
from tagward.model.workspace import Workspace
from tagward.tools import twine
from tagward.tools.archives import read_distribution
from tagward.tools.environ import scratch_env
from tagward.tools.rendering import describe
from tagward.tools.secret_search import SecretSearch, outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tagward.model.distributions import Distribution
    from tagward.model.events import Notify


def read_files(
    paths: Sequence[Path], folder: Path, *, strict: bool = False, notify: Notify = silence
) -> tuple[Distributions, ...]:
    """Read archives, and sort them into releases: one for each project and version that their names state.

    No commit stands behind them: the candidate of each release has the version of the file names and a tag without an
    object, and its workspace has no root. Ask them with `tagward.checks._files.judge_files`.

    Args:
        paths: the files.
        folder: a scratch folder of this call.
        strict: warnings refuse too.
        notify: who listens to what is being done.

    Raises:
        ConfigError: a path is none of a file.
        CannotJudge: the disk does not give a file, or twine could not run.
    """
    for path in paths:
        if path.is_dir():
            raise ConfigError(f"{path} is a folder, and sdists and wheels are files", fixes=(f"{path}/*",))
        if not path.is_file():
            raise ConfigError(f"there is no file {path}")
    home = folder / "home"
    home.mkdir(exist_ok=True)
    notify(Working("contents", "reading the files"))
    searches = {path: SecretSearch(path.name) for path in dict.fromkeys(paths)}
    files = [read_distribution(path, search.visit) for path, search in searches.items()]
    notify(Working("upload", "asking twine and PyPI's rules"))
    env = scratch_env(home)
    return tuple(
        _asked(release, searches, env, folder / "twine.log", strict=strict) for release in _releases(files).values()
    )


def _releases(files: Sequence[Distribution]) -> dict[tuple[str, ...], list[Distribution]]:
    """The files by project and version; one that cannot be read stands alone. Sdists come first, as after a build."""
    found: dict[tuple[str, ...], list[Distribution]] = {}
    for file in sorted(files, key=lambda one: one.kind):
        version = parse_version(file.version)
        named = (normalize(file.project), str(version)) if file.project and version else (str(file.path),)
        found.setdefault(named, []).append(file)
    return found


def _asked(
    files: Sequence[Distribution],
    searches: Mapping[Path, SecretSearch],
    env: Mapping[str, str],
    log: Path,
    *,
    strict: bool,
) -> Distributions:
    described = iter(describe([file.artifact for file in files if file.artifact], env))
    judged = tuple(
        replace(file, refusals=judge(file.artifact, next(described))) if file.artifact else file for file in files
    )
    whole = [file.path for file in files if not file.fault]
    first = files[0]
    version = parse_version(first.version)
    tag = Tag(f"{first.project} {version}" if first.project and version else first.file, "", "", "")
    candidate = Candidate(tag, version or Version("0"), Config(strict=strict), text=first.version)
    return Distributions(
        Workspace(candidate, None, {}, "", VersionSource("", None)),
        judged,
        twine=twine.check(whole, env, log) if whole else (),
        search=outcome([searches[file.path] for file in files], {}),
    )
