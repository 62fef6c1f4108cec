"""A release as its users get it: installed from the index in a fresh environment, and imported."""

from __future__ import annotations

import csv
import platform
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from tagward.model.distributions import Distribution, Kind
from tagward.model.installation import Loaded
from tagward.model.names import normalize
from tagward.model.standing import Trial
from tagward.tools.environ import scratch_env
from tagward.tools.environment import Environment, import_names
from tagward.tools.index import TESTPYPI, is_loopback
from tagward.tools.installers import find_installers, unreachable
from tagward.tools.run import run
from tagward.tools.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagward.tools.index import Index

MAX_LINES = 15
LOOPBACK = "127.0.0.1,localhost"
_ELSEWHERE = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_UPLOADED_PRIOR_TO")
"""What would let pip take the project from somewhere else, or keep it from a release of today."""

_NOT_FOUND = "ERROR: No matching distribution found"
_OTHER_PYTHON = ("requires a different Python", "require a different python version")
_VERSION = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))"
VERSION_SECONDS = 60


def try_release(
    index: Index, project: str, version: str, digests: Sequence[str], imports: Sequence[str], *, named: bool
) -> Trial:
    """Install a release from the index, its dependencies too, import it, and ask for its version.

    The project itself comes from this index and no other place, and pip is told which digests it may have, so that
    what runs is what was compared. Its dependencies come from wherever pip is configured to take them; from this index
    where it was named, except TestPyPI, where anybody may have put something under their names.

    Args:
        index: where from.
        project: its name.
        version: which release.
        digests: the sha256 of the files that the index has of it.
        imports: the import packages to try; without any, the main one of what was installed.
        named: the index to read from was named by the user.
    """
    with scratch("verify") as folder:
        home = folder / "home"
        home.mkdir()
        variables = {**scratch_env(home), **find_installers().settings}
        if is_loopback(index.read):
            # No proxy reaches this machine's own loopback.
            own = ",".join(filter(None, (variables.get("no_proxy"), variables.get("NO_PROXY"), LOOPBACK)))
            variables |= {"no_proxy": own, "NO_PROXY": own}
        environment = Environment(folder / "env", variables, folder / "pip.log")
        environment.create()
        trial = Trial(platform.python_version())
        return _installed(trial, environment, index, (project, version), digests, named=named) or _used(
            trial, environment, project, version, imports
        )


def _installed(
    trial: Trial,
    environment: Environment,
    index: Index,
    release: tuple[str, str],
    digests: Sequence[str],
    *,
    named: bool,
) -> Trial | None:
    """What kept the release from being installed; None where it is."""
    wanted = "==".join(release)
    requirements = environment.folder.parent / "requirements.txt"
    hashes = " ".join(f"--hash=sha256:{digest}" for digest in digests)
    requirements.write_text(f"{wanted} {hashes}\n", encoding="utf-8")
    alone = {name: value for name, value in environment.variables.items() if name not in _ELSEWHERE}
    from_index = ("--no-cache-dir", "--index-url", index.read)
    words = (*from_index, "--no-deps", "--require-hashes", "--requirement", str(requirements))
    if replace(environment, variables=alone).pip_install(*words).status:
        return _not_installed(trial, environment.log, own=True)
    where = from_index if named and index.name != TESTPYPI else ("--no-cache-dir",)
    if environment.pip_install(*where, wanted).status:
        return _not_installed(trial, environment.log, own=False)
    return None


def _not_installed(trial: Trial, log: Path, *, own: bool) -> Trial:
    text = log.read_text(encoding="utf-8", errors="replace")
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR: ")]
    said = (errors or lines or ["pip said nothing"])[0].removeprefix("ERROR: ")
    trial = replace(trial, excerpt=tuple(lines[-MAX_LINES:]))
    if reason := unreachable(text):
        return replace(trial, trouble=reason)
    if any(words in text for words in _OTHER_PYTHON):
        return replace(trial, trouble=f"the release is not for Python {trial.python}, with which tagward runs")
    if own and any(line.startswith(_NOT_FOUND) for line in errors):
        # The page that pip was given may be older than the one that we saw; or no file is for this machine.
        return replace(trial, trouble=f"pip does not find it there, for this machine and Python {trial.python}: {said}")
    return replace(trial, failure=said)


def _used(trial: Trial, environment: Environment, project: str, version: str, imports: Sequence[str]) -> Trial:
    words: list[str | Path] = [environment.python, "-I", "-c", _VERSION, project]
    installed = run(words, env=environment.variables, timeout=VERSION_SECONDS, check=False).text.strip()
    names = imports or _main_import(environment, project)
    loaded = tuple(_loaded(environment, name) for name in names)
    broken = next((one for one in loaded if one.error or one.outside), None)
    failure = ""
    if broken:
        failure = f"import {broken.name}: {broken.error or f'it comes from {broken.outside}'}"
    elif not _equal(installed, version):
        failure = f"it says that it is version {installed or 'unknown'}"
    return replace(trial, version=installed, imports=loaded, failure=failure)


def _loaded(environment: Environment, name: str) -> Loaded:
    said = environment.probe({"module": name})
    file = str(said.get("file", ""))
    outside = file if file and not Path(file).resolve().is_relative_to(environment.folder.resolve()) else ""
    return Loaded(
        name, str(said.get("error", "")), str(said.get("missing", "")), None, str(said.get("version", "")), outside
    )


def _main_import(environment: Environment, project: str) -> tuple[str, ...]:
    """The import package that matters most, by the list of what was installed (PEP 376, "RECORD")."""
    for record in environment.packages.glob("*.dist-info/RECORD"):
        name, _, version = record.parent.name.removesuffix(".dist-info").partition("-")
        if normalize(name) == normalize(project):
            with record.open(encoding="utf-8", newline="") as file:
                members = tuple(row[0] for row in csv.reader(file) if row and not row[0].startswith(".."))
            return import_names(Distribution(record, Kind.WHEEL, 0, "", name, version, members=members))[:1]
    return ()


def _equal(installed: str, version: str) -> bool:
    try:
        return Version(installed) == Version(version)
    except InvalidVersion:
        return False
