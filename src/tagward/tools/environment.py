"""A fresh environment: the wheel installed with what it requires, its packages imported, its scripts loaded."""

from __future__ import annotations

import json
import os
import platform
import re
import shlex
import sys
import sysconfig
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from tagward.errors import CannotJudge
from tagward.model.installation import Installation, Loaded
from tagward.model.places import Place
from tagward.model.versions import parse_version
from tagward.tools.answers import answers_in
from tagward.tools.imports import study
from tagward.tools.installers import make_environment, unreachable, uv_cache_of
from tagward.tools.modules import ASIDE, public_modules, try_modules
from tagward.tools.requirements import Shelf, needs_others
from tagward.tools.run import Completed, TimeExceeded, run
from tagward.tools.scripts import ask_scripts, plugins_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagward.model.config import Config
    from tagward.model.distributions import Distribution, Distributions

IMPORT_SECONDS = 60
MAX_LINES = 15
_TARGET = re.compile(r"[\w.]+ *: *[\w.]+ *(?:\[[\w, .-]*\])?")
_PROBE = Path(__file__).with_name("_probe.py")


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment in scratch.

    Attributes:
        folder: where it is.
        variables: the whole environment of the processes that run in it.
        log: the file that receives what pip says.
        uv: the uv program; None where pip does all the work.
    """

    folder: Path
    variables: Mapping[str, str]
    log: Path
    uv: Path | None = None

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def packages(self) -> Path:
        """Its site-packages folder."""
        places = {"base": str(self.folder), "platbase": str(self.folder)}
        return Path(sysconfig.get_path("purelib", "venv", places))

    @property
    def nowhere(self) -> Path:
        """An empty folder, for processes that must find nothing around them."""
        folder = self.folder.parent / "nowhere"
        folder.mkdir(exist_ok=True)
        return folder

    def create(self) -> None:
        """Make it, unless it was made beforehand."""
        if not self.folder.exists():
            make_environment(self.folder)

    def install_wheel(self, wheel: Distribution) -> Completed:
        """Install a wheel with what it requires, by pip: its users have that, and its resolver decides for them.

        Where nothing is required, and the wheel is a plain one, there is nothing to decide, and uv does it in a tenth
        of the time. What uv does not install, pip tries, so that the reason is in pip's words.
        """
        if self.uv and _is_plain(wheel):
            cache = uv_cache_of(self.folder)
            words = ("pip", "install", "--offline", "--no-deps", "--cache-dir", cache, "--python", self.python)
            done = run(
                [self.uv, *words, wheel.path], env=self.variables, cwd=self.folder.parent, log=self.log, check=False
            )
            if not done.status:
                return done
            self.log.write_bytes(b"")
        return self.pip_install(str(wheel.path))

    def pip_install(self, *requirements: str) -> Completed:
        """Install with pip, which, other than uv, refuses wheels whose members leave the environment."""
        words: list[str | Path] = [sys.executable, "-I", "-m", "pip", "--python", self.python, "install"]
        words += ["--no-warn-script-location", *requirements]
        return run(words, env=self.variables, cwd=self.folder.parent, log=self.log, check=False)

    def probe(self, job: Mapping[str, str]) -> dict[str, object]:
        """Import or load one thing in a process of its own, in an empty folder."""
        found, ending = self._probe(job, IMPORT_SECONDS)
        return found[0] if found else {"error": ending}

    def probe_all(self, modules: Sequence[str], seconds: float, limit: float) -> list[dict[str, object]]:
        """Import modules one after the other in one process, in an empty folder.

        Args:
            modules: their names.
            seconds: how long each may take.
            limit: how long all may take.

        Returns:
            What happened, in their order, up to the first that ended the process, or to that which `limit` cut off.
        """
        found, ending = self._probe({"modules": list(modules), "seconds": seconds}, limit)
        if len(found) < len(modules) and ending:
            found.append({"error": ending})
        return found

    def _probe(self, job: Mapping[str, object], limit: float) -> tuple[list[dict[str, object]], str]:
        """What the probe wrote, and how it ended where it did not write everything."""
        answer = self.folder.parent / "answer.json"
        answer.unlink(missing_ok=True)
        whole = {**job, "prefix": str(self.packages), "temporary": self.variables.get("HOME", "")}
        words: list[str | Path] = [self.python, "-I", _PROBE, answer, json.dumps(whole)]
        try:
            done = run(words, env=self.variables, cwd=self.nowhere, timeout=limit, check=False)
        except TimeExceeded:
            ending = "" if "modules" in job else f"it did not end within {limit:.0f} s"
        else:
            ending = f"signal {-done.status}" if done.status < 0 else f"exit {done.status}"
            ending = f"the interpreter ended ({ending})"
            if done.status == 1 and "Timeout (" in done.error and "seconds" in job:
                ending = f"it did not end within {job['seconds']:.0f} s"
        return answers_in(answer.read_bytes()) if answer.is_file() else [], ending


def _is_plain(wheel: Distribution) -> bool:
    """Whether pip and uv certainly do the same to a wheel that has passed the checks before.

    uv passes over members that leave the environment (D001 has refused those), over upper bounds of Requires-Python,
    over places of `.data` that nobody knows and over scripts without a target, all of which pip refuses.
    """
    try:
        here = SpecifierSet(wheel.requires_python).contains(platform.python_version(), prereleases=True)
    except InvalidSpecifier:
        return False
    return (
        here
        and not needs_others(wheel.requires)
        and not any(member.partition("/")[0].endswith(".data") for member in wheel.members)
        and all(_TARGET.fullmatch(target) for target in (wheel.entry_points or {}).values())
    )


def install(distributions: Distributions, environment: Environment) -> Installation:
    """Install the wheel in the fresh environment, and try what its users would try.

    Raises:
        CannotJudge: the network or the machine failed, or this Python is none that the release supports.
    """
    wheel = _wheel(distributions)
    python = platform.python_version()
    environment.create()
    done = environment.install_wheel(wheel)
    if done.status:
        return _not_installed(distributions, environment, python, wheel)
    config = distributions.workspace.candidate.config
    wanted = config.imports or import_names(wheel)
    said = {name: environment.probe({"module": name}) for name in wanted}
    imports = tuple(
        _import(environment, name, wheel, said[name], required=_required(name, wanted, config, wheel))
        for name in wanted
    )
    scripts = tuple(_script(environment, name, target) for name, target in sorted((wheel.entry_points or {}).items()))
    # What is required is read before extras come in, which would answer for dependencies that are missing.
    shelf = Shelf.of(environment.packages, wheel.project)
    walked, left = _walk(environment, wheel, imports)
    said |= walked
    answers, silent = ask_scripts(environment, wheel, scripts, config.commands)
    if any(script.error and script.missing for script in scripts) and wheel.extras:
        scripts = _with_extras(environment, wheel, scripts)
    return Installation(
        distributions,
        python,
        version=shelf.version,
        imports=imports,
        scripts=scripts,
        commands=tuple(_command(environment, line) for line in config.commands),
        requires=shelf.requires,
        modules=tuple(_loaded(name, answer) for name, answer in walked.items()),
        plugins=plugins_of(wheel),
        effects=tuple(_effect(name, answer) for name, answer in said.items() if "effect" in answer),
        answers=answers,
        conflicts=shelf.conflicts(),
        absent_extras=shelf.absent_extras(),
        study=study(wheel, _roots(imports, wheel), shelf),
        untried=tuple(one for one in (left, silent) if one),
    )


def _walk(
    environment: Environment, wheel: Distribution, imports: tuple[Loaded, ...]
) -> tuple[dict[str, dict[str, object]], str]:
    """Import the public modules; where the project's own package does not import, nothing below it will."""
    if any(loaded.error and loaded.required for loaded in imports):
        return {}, ""
    packages = [one.name for one in imports if not one.error and (one.required or _is_serious(one.name))]
    return try_modules(environment, public_modules(wheel.members, packages))


def _roots(imports: tuple[Loaded, ...], wheel: Distribution) -> tuple[str, ...]:
    """The modules with which everything begins: the packages that must import, and those of the scripts."""
    targets = (wheel.entry_points or {}).values()
    return (*(one.name for one in imports if one.required), *(target.partition(":")[0].strip() for target in targets))


def _effect(name: str, said: Mapping[str, object]) -> Loaded:
    effect = said["effect"]
    return _loaded(name, effect if isinstance(effect, dict) else {})


def import_names(wheel: Distribution) -> tuple[str, ...]:
    """The import packages that a wheel brings, the project's own first.

    `Import-Name` in the metadata says it (PEP 794); otherwise they are read from the member names: a top-level module,
    or the first folder on the way down that holds an `__init__`, so that a namespace package is not taken for one.
    """
    if wheel.import_names:
        return tuple(name.split(";")[0].strip() for name in wheel.import_names if "private" not in name)
    modules = [member for member in wheel.members if not _is_metadata(member.split("/")[0])]
    packages = {member.rpartition("/")[0] for member in modules if _stem(member.rpartition("/")[2]) == "__init__"}
    found: Counter[str] = Counter()
    for member in modules:
        folder, _, name = member.rpartition("/")
        stem = _stem(name)
        if not stem.isidentifier():
            continue
        parts = folder.split("/") if folder else []
        above = ("/".join(parts[: depth + 1]) for depth in range(len(parts)))
        root = next((place for place in above if place in packages), None)
        found[root.replace("/", ".") if root else ".".join([*parts, stem])] += 1
    names = [name for name in found if all(part.isidentifier() for part in name.split("."))]
    return tuple(sorted(names, key=lambda name: (not _is_own(name, wheel), name.startswith("_"), -found[name], name)))


def _is_own(name: str, wheel: Distribution) -> bool:
    """Whether an import package carries the name of the project, whole or at its top."""
    return _plain(wheel.project) in {_plain(name), _plain(name.split(".", maxsplit=1)[0])}


def _required(name: str, wanted: tuple[str, ...], config: Config, wheel: Distribution) -> bool:
    """Whether the release is broken without this import.

    What the project names must import. Otherwise its own package must: whatever carries the project's name, or else
    the largest package. Anything beside it may want a host program that is not a dependency.
    """
    if config.imports or _is_own(name, wheel):
        return True
    serious = [other for other in wanted if _is_serious(other)]
    main = (serious or wanted)[0]
    return name == main and not any(_is_own(other, wheel) for other in wanted)


def _is_serious(name: str) -> bool:
    return name.partition(".")[0] not in ASIDE and not name.startswith("_")


def _wheel(distributions: Distributions) -> Distribution:
    wheels = [file for file in distributions.files if file.path.suffix == ".whl"]
    if not wheels:
        raise CannotJudge("there is no wheel to install")
    return wheels[0]


def _not_installed(
    distributions: Distributions, environment: Environment, python: str, wheel: Distribution
) -> Installation:
    log = environment.log.read_text(encoding="utf-8", errors="replace")
    if reason := unreachable(log):
        raise CannotJudge(
            f"what the wheel requires could not be brought in ({reason[:200]})",
            why="the wheel is installed with its dependencies in a fresh environment",
            fixes=("push again when online, and with room on the disk",),
            log=str(environment.log),
        )
    if "requires a different Python" in log:
        raise CannotJudge(
            f"the release wants Python {wheel.requires_python}, and this is Python {python}",
            fixes=("install tagward with a Python that the release supports, and run tagward install again",),
        )
    lines = [line for line in log.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR: ")]
    return Installation(
        distributions,
        python,
        failure=(errors or lines or ["pip said nothing"])[0].removeprefix("ERROR: "),
        excerpt=tuple(lines[-MAX_LINES:]),
        log=str(environment.log),
    )


def _import(
    environment: Environment, name: str, wheel: Distribution, said: Mapping[str, object], *, required: bool
) -> Loaded:
    loaded = replace(_loaded(name, said), required=required, module_version=_version(said, wheel))
    came_from = str(said.get("file", ""))
    if came_from and not Path(came_from).resolve().is_relative_to(environment.folder.resolve()):
        loaded = replace(loaded, outside=came_from)
    if loaded.missing and loaded.missing.split(".")[0] == name.split(".", maxsplit=1)[0] and loaded.missing != name:
        missing = loaded.missing.replace(".", "/")
        loaded = replace(loaded, notes=(f"{wheel.file} holds no {missing}.py and no {missing}/__init__.py",))
    return loaded


def _version(said: Mapping[str, object], wheel: Distribution) -> str:
    """`__version__`, unless another constant says the version of the wheel: then it is there for something else.

    PyMySQL, for one, states in it which MySQLdb it stands in for.
    """
    others = said.get("others")
    wanted = parse_version(wheel.version)
    if isinstance(others, list) and any(parse_version(str(other)) == wanted for other in others):
        return ""
    return str(said.get("version", ""))


def _script(environment: Environment, name: str, target: str) -> Loaded:
    return _loaded(name, environment.probe({"script": target.partition("[")[0].strip()}))


def _loaded(name: str, said: Mapping[str, object]) -> Loaded:
    frame = said.get("frame")
    place = None
    if isinstance(frame, dict) and frame:
        quote = str(frame["quote"]).rstrip("\n")
        indent = len(quote) - len(quote.lstrip())
        file = str(frame["file"]).replace("\\", "/")
        place = Place(file, int(frame["line"]), indent + 1, max(1, len(quote.strip())), quote)
    return Loaded(name, str(said.get("error", "")), str(said.get("missing", "")), place)


def _with_extras(environment: Environment, wheel: Distribution, scripts: tuple[Loaded, ...]) -> tuple[Loaded, ...]:
    """Load what did not load once more with every extra installed: then an extra was missing, and nothing else."""
    done = environment.pip_install(f"{wheel.path}[{','.join(wheel.extras)}]")
    if done.status:
        raise CannotJudge(
            f"the extras of {wheel.file} do not install, so that its scripts cannot be judged", log=str(environment.log)
        )
    targets = wheel.entry_points or {}
    return tuple(
        replace(script, with_extra=wheel.extras)
        if script.error and not _script(environment, script.name, targets[script.name]).error
        else script
        for script in scripts
    )


def _command(environment: Environment, line: str) -> Loaded:
    """Run a command line of the project's configuration; its first word is found in the environment first."""
    words = shlex.split(line)
    own = environment.python.with_name(words[0])
    program = own if own.exists() else Path(words[0])
    try:
        done = run(
            [program, *words[1:]],
            env=environment.variables,
            cwd=environment.nowhere,
            timeout=IMPORT_SECONDS,
            check=False,
        )
    except TimeExceeded:
        return Loaded(line, f"it did not end within {IMPORT_SECONDS} s")
    if not done.status:
        return Loaded(line)
    said = (done.error or done.text).strip().splitlines()[-3:]
    return Loaded(line, f"exit {done.status}", notes=tuple(said))


def _is_metadata(top: str) -> bool:
    return top.endswith((".dist-info", ".data"))


def _stem(file: str) -> str:
    """The name of the module that a file holds; empty where it holds none."""
    stem, _, rest = file.partition(".")
    return stem if rest == "py" or rest.endswith((".so", ".pyd")) or rest in {"so", "pyd"} else ""


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "").replace(".", "")
