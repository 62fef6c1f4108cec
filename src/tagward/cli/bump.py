"""`tagward bump VERSION`: set the version at every place that states it, or at none."""

from __future__ import annotations

import datetime as dt
import difflib
import sys
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.model.versions import parse_version
from tagward.report.words import plural, printable, settle, style_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from packaging.version import Version

    from tagward.model.plan import BumpPlan, Write


def add_arguments(parser: ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("version", metavar="VERSION", help="the version of the next release, as 1.4.0")
    parser.add_argument("--dry-run", action="store_true", help="print the diff on standard output, and write nothing")
    parser.add_argument("--folder", default="", help="the folder of the project, in a repository of several")


def run(options: Namespace) -> int:
    """Plan, show or write; nothing is committed."""
    from tagward.cli._folders import one_folder  # noqa: PLC0415
    from tagward.plans.bump import plan_bump  # noqa: PLC0415
    from tagward.sources.files import Files  # noqa: PLC0415
    from tagward.sources.named import read_named  # noqa: PLC0415
    from tagward.survey import rules  # noqa: PLC0415
    from tagward.tools.apply import apply  # noqa: PLC0415
    from tagward.tools.git import GitRepository  # noqa: PLC0415
    from tagward.tools.trees import open_working_tree  # noqa: PLC0415

    version = wanted_version(options.version, "bump")
    repository = GitRepository.find()
    tree = open_working_tree(repository)
    config = rules(tree, "pyproject.toml")
    named = list(read_named(Files(tree), config.version_files, []))
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    folder = one_folder(tree, config, options.folder, f"tagward bump {version}")
    plan = plan_bump(tree, version, today, folder, named)
    if options.dry_run:
        settle(sys.stdout)
        sys.stdout.write("".join(_diff(write) for write in plan.writes))
        return 0
    assert repository.top is not None  # noqa: S101  # open_working_tree has asked
    apply(repository.top, plan.writes)
    _say(plan, version, _locked(repository.top, plan))
    return 0


def wanted_version(text: str, verb: str) -> Version:
    """The version that a release is to have, from the command line of `verb`.

    Raises:
        ConfigError: it is none, or one that PyPI refuses.
    """
    version = parse_version(text.removeprefix("v"))
    if version is None:
        raise ConfigError(f"{text!r} is no version (PEP 440)", fixes=(f"tagward {verb} 1.4.0",))
    if version.local:
        raise ConfigError(f"{version} is a local version, which PyPI refuses")
    return version


def _locked(top: Path, plan: BumpPlan) -> str:
    """Let uv write its lock file, whose own entry is set already; a word where it cannot."""
    from tagward.tools.installers import relock  # noqa: PLC0415

    locks = [write.path for write in plan.writes if write.path.rpartition("/")[2] == "uv.lock"]
    return "".join(relock(top / lock) for lock in locks)


def _diff(write: Write) -> str:
    before, after = (data.decode(errors="replace").splitlines(keepends=True) for data in (write.before, write.after))
    return "".join(difflib.unified_diff(before, after, f"a/{write.path}", f"b/{write.path}"))


def _say(plan: BumpPlan, version: Version, note: str) -> None:
    stream = sys.stderr
    settle(stream)
    style = style_of(stream)
    lines = [f"{style.mark('✓')} {printable(one)}" for one in plan.set]
    lines += [f"{style.mark('–')} left: {printable(one)}" for one in plan.left]
    lines += [f"! {printable(note)}"] if note else []
    stands = f"{version} stands in {plural(len(plan.writes), 'file')}; nothing is committed"
    commit = f'{stands}: git diff, then git commit -am "Release {version}"'
    lines.append(commit if plan.writes else f"nothing had to be set for {version}")
    stream.write("\n".join(style.text(line) for line in lines) + "\n")
