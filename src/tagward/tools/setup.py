"""How a project is set up, found by looking at the working tree, at git and at the hooks; nothing is changed."""

from __future__ import annotations

import posixpath
import re
import sys
from collections import Counter, defaultdict
from importlib import metadata
from types import MappingProxyType
from typing import TYPE_CHECKING

from tagward import _toml, _yaml
from tagward.errors import ConfigError, Trouble
from tagward.model.config import Config
from tagward.model.names import normalize
from tagward.model.setup import HookFacts, ProjectFacts, Publisher, Remote, Setup, TagFacts
from tagward.model.tagnames import readings
from tagward.model.versions import Role, Unreadable
from tagward.sources import survey
from tagward.sources.files import Faulty, Files
from tagward.sources.folders import MAX_PROJECTS, find_folder, project_folders
from tagward.sources.names import read_name
from tagward.survey import PYPROJECT, read_pyproject
from tagward.tools import hook_file, hook_places, hook_python, hooks
from tagward.tools.environ import scratch_env, source_env
from tagward.tools.publishers import testpypi_address, uploads
from tagward.tools.run import run
from tagward.tools.scratch import scratch
from tagward.tools.trees import FolderTree, open_working_tree
from tagward.workflows.render import RELEASE, TEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tagward.model.hooks import Standing
    from tagward.model.versions import Tree, VersionSource
    from tagward.tools.git import GitRepository

WORKFLOWS = ".github/workflows"
COMMIT_CONFIG = ".pre-commit-config.yaml"
DEPENDABOT = (".github/dependabot.yml", ".github/dependabot.yaml")
RENOVATE = (  # Renovate's documentation, "Configuration options": the places of its configuration
    "renovate.json",
    "renovate.json5",
    ".github/renovate.json",
    ".github/renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
    ".renovaterc.json5",
)
TARGETS = (PYPROJECT, COMMIT_CONFIG, *DEPENDABOT, f"{WORKFLOWS}/{RELEASE}", f"{WORKFLOWS}/{TEST}")
MAX_LABELS = 60
NEWEST = 10
"""How many of the newest tags say which form is in use: an old form may have more tags than the present one."""
_PROJECT_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")  # core metadata, "Name"
_LEFTHOOK = re.compile(r"(\.config/)?\.?lefthook\.(yml|yaml|toml|json|jsonc)")
_MANAGED = re.compile(rf"{_LEFTHOOK.pattern}|\.husky/pre-commit")
_RUNS = re.compile(rf"({re.escape(WORKFLOWS)}/[^/]+|\.github/actions/(.+/)?action)\.ya?ml")
CALLS = ("tagward check", "pre-commit run")
"""What the commit hooks of other managers may call."""


def find_setup(repository: GitRepository, *, with_hooks: bool = True) -> Setup:
    """Look at the working tree, the tags, the remotes and the hooks of a repository.

    Raises:
        ConfigError: there is no working tree, no project in it, or its configuration cannot be read.
        CannotJudge: git or the hooks do not answer, or nothing could be put in place.
    """
    if repository.top is None:
        raise ConfigError("this repository has no working tree to set up", fixes=("cd into a clone",))
    tracked = open_working_tree(repository)
    tree = FolderTree(repository.top, {*tracked.paths(), *TARGETS})
    table = _pyproject(tree)
    own = _toml.table(table, "tool", "tagward")
    forms = forms_by_folder(repository, tree)
    standing = hook_places.look(repository.top)
    remote_name, remote = find_remote(repository)
    files = {path: data for path in TARGETS if (data := _read(tree, path)) is not None}
    return Setup(
        projects=_projects(tree, table, forms),
        tags=_tag_facts(forms),
        config=Config.of(own),
        stated=frozenset(own),
        extras=_extras(tree, table),
        groups=MappingProxyType(_toml.table(table, "dependency-groups")),
        remote=remote,
        remote_name=remote_name,
        branch=default_branch(repository, remote_name),
        files=MappingProxyType(files),
        ignored=_ignored(repository),
        manager=manager_of(tree),
        updater=next((path for path in (*DEPENDABOT, *RENOVATE) if _read(tree, path) is not None), ""),
        publishers=tuple(_publishers(tree)),
        hooks_path=_hooks_path(standing),
        called=calls_in(repository.top, tree, _hooks_path(standing)),
        hooks=_hooks(repository.top, standing, files.get(COMMIT_CONFIG)) if with_hooks else None,
        testpypi=testpypi_address(),
        on_index=metadata.distribution("tagward").read_text("direct_url.json") is None,  # PEP 610
    )


def run_pre_commit(words: Sequence[str], top: Path) -> None:
    """Run pre-commit on the repository itself.

    Raises:
        CommandFailed: it said no.
    """
    run([*_PRE_COMMIT, *words], env=source_env(), cwd=top)


def hold_commit_config(before: bytes | None, after: bytes) -> None:
    """Let pre-commit itself say that it reads the configuration as it would be.

    Raises:
        ConfigError: it does not.
    """
    if before is not None and (said := _refusal(before)):
        raise ConfigError(f"pre-commit does not read {COMMIT_CONFIG}: {said}", fixes=("pre-commit validate-config",))
    if said := _refusal(after):
        raise ConfigError(f"pre-commit would not read {COMMIT_CONFIG} with the hook in it: {said}")


_PRE_COMMIT = (sys.executable, "-I", "-m", "pre_commit")


def _refusal(data: bytes) -> str:
    with scratch("init") as folder:
        file = folder / "config.yaml"
        file.write_bytes(data)
        done = run([*_PRE_COMMIT, "validate-config", file], env=scratch_env(folder), cwd=folder, check=False)
    lines = [line.strip(" =>") for line in (done.text + done.error).splitlines() if str(file) not in line]
    return "; ".join(line for line in lines if line) or f"exit {done.status}" if done.status else ""


def _pyproject(tree: Tree) -> dict[str, object]:
    table, faults = read_pyproject(tree)
    if faults:
        place = faults[0].place
        raise ConfigError(f"{place}: {faults[0].message}", why="nothing can be added to a file that cannot be read")
    tool = table.get("tool", {})
    if not isinstance(tool, dict) or not isinstance(tool.get("tagward", {}), dict):
        raise ConfigError(f"{PYPROJECT}: [tool.tagward] must be a table")
    return table


def _read(tree: Tree, path: str) -> bytes | None:
    try:
        return tree.read(path)
    except Unreadable as failure:
        raise ConfigError(f"{path}: {failure}", why="init does not write what it cannot read") from None


def forms_by_folder(repository: GitRepository, tree: Tree) -> dict[str, list[tuple[str, str]]]:
    """By folder, the tags that name a release of its project, the newest first, each with its form."""
    order = ("--sort=-v:refname", "--sort=-creatordate")  # of tags made in the same second the highest is the newest
    listed = repository.ask("for-each-ref", *order, "--format=%(refname:strip=2)%00", "refs/tags").text
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    folders: dict[str, str | None] = {}
    for name in (line.strip("\n") for line in listed.split("\0")):
        for reading in readings(name):
            if reading.is_plain:
                if len(reading.version.release) > 1:
                    found[""].append((name, reading.form))
                    break
            else:
                if reading.label not in folders and len(folders) < MAX_LABELS:
                    folders[reading.label] = _labelled(tree, reading.label)
                if (folder := folders.get(reading.label)) is not None:
                    found[folder].append((name, reading.form))
                    break
    return found


def _labelled(tree: Tree, label: str) -> str | None:
    """The folder of the project that a label names; also by the folder's own name, if only one has it."""
    folder = find_folder(tree, label)
    if folder is not None:
        return folder
    same = [other for other in project_folders(tree) if normalize(posixpath.basename(other)) == normalize(label)]
    return same[0] if len(same) == 1 else None


def _in_use(forms: Iterable[str]) -> tuple[str, ...]:
    every = list(forms)
    newest = Counter(every[:NEWEST])
    return tuple(dict.fromkeys([*(form for form, _ in newest.most_common()), *every]))


def _tag_facts(forms: Mapping[str, list[tuple[str, str]]]) -> TagFacts:
    own = forms.get("", [])
    every = own or [tag for tags in forms.values() for tag in tags]
    return TagFacts(_in_use(form for _, form in own), sum(map(len, forms.values())), every[0][0] if every else "")


def _projects(
    tree: Tree, table: Mapping[str, object], forms: Mapping[str, list[tuple[str, str]]]
) -> tuple[ProjectFacts, ...]:
    found = []
    for folder in ("", *sorted(project_folders(tree))[:MAX_PROJECTS]):
        one = survey(tree, folder)
        name = one.name or ""
        if not (_is_released(tree, folder, name, one.source) if folder else is_project(tree, table, name)):
            continue
        stated = [*((one.source.declaration,) if one.source.declaration else ()), *one.declarations]
        places = dict.fromkeys(each.place.path for each in stated if each.role is not Role.ADVISORY)
        used = _in_use(form for _, form in forms.get(folder, []))
        version = one.source.declaration.text if one.source.declaration else ""
        layout = _layout(folder, one.packages)
        found.append(
            ProjectFacts(folder, name, version, one.source.backend, layout, used[0] if used else "", tuple(places))
        )
    if not found:
        raise ConfigError(
            "there is no Python project here: no pyproject.toml, setup.cfg or setup.py that names one",
            fixes=("run it in the repository of a project",),
        )
    return tuple(found)


def project_places(tree: Tree, config: Config) -> list[str]:
    """Where projects stand: at the root, and where the configuration says; without either, wherever one is."""
    named = [project.path for project in config.projects]
    table, _ = read_pyproject(tree)
    if is_project(tree, table, read_name(Files(tree)) or ""):
        named = list(dict.fromkeys(["", *named]))
    return named or sorted(folder for folder in project_folders(tree) if read_name(Files(tree, folder)))


def is_project(tree: Tree, table: Mapping[str, object], name: str) -> bool:
    """Whether the root holds a project, and not only the settings of tools."""
    stated = {"project", "build-system"} & set(table) or _toml.table(table, "tool", "poetry")
    return bool(name or stated or _read(tree, "setup.py") is not None)


def _is_released(tree: Tree, folder: str, name: str, source: VersionSource) -> bool:
    """Whether a project below the root may have releases: PyPI refuses every classifier that begins `Private ::`."""
    if source.missing or not _PROJECT_NAME.fullmatch(name):
        return False
    listed = _toml.table(read_pyproject(tree, folder)[0], "project").get("classifiers")
    return not any(str(one).startswith("Private ::") for one in listed) if isinstance(listed, list) else True


def _layout(folder: str, packages: Iterable[str]) -> str:
    paths = [posixpath.relpath(path, folder or ".") for path in packages]
    if not paths:
        return ""
    return "src layout" if any(path.startswith("src/") for path in paths) else "flat layout"


def _extras(tree: Tree, table: Mapping[str, object]) -> Mapping[str, tuple[str, ...]]:
    listed = {
        **_toml.table(table, "tool", "poetry", "extras"),
        **_config_extras(tree),
        **_toml.table(table, "project", "optional-dependencies"),
    }
    return MappingProxyType(
        {name: tuple(str(one) for one in lines) for name, lines in listed.items() if isinstance(lines, list)}
    )


def _config_extras(tree: Tree) -> dict[str, list[str]]:
    try:
        config = Files(tree).ini("setup.cfg")
    except Faulty:
        return {}
    section = config.sections.get("options.extras_require", {}) if config else {}
    return {name: [line for line in re.split(r"[;\n]", text) if line.strip()] for name, text in section.items()}


def find_remote(repository: GitRepository) -> tuple[str, Remote | None]:
    """The remote that releases come from: a fork's `upstream`, else `origin`, else the branch's own, else the only."""
    names = repository.ask("remote", check=False).text.split("\n")[:-1]
    own = repository.ask("config", "--get-regexp", r"^branch\..*\.remote$", check=False).text.split()[1::2]
    for name in dict.fromkeys(["upstream", "origin", *own, *names]):
        if name in names and (remote := Remote.of(repository.remote_url(name))):
            return name, remote
    return "", None


def default_branch(repository: GitRepository, remote: str) -> str:
    """The default branch: what the remote's HEAD was when it was last asked, else the one that is checked out."""
    asked = repository.ask("symbolic-ref", "--quiet", "--short", f"refs/remotes/{remote or 'origin'}/HEAD", check=False)
    if not asked.status:
        return asked.text.strip().partition("/")[2]
    return repository.ask("symbolic-ref", "--quiet", "--short", "HEAD", check=False).text.strip()


def _ignored(repository: GitRepository) -> frozenset[str]:
    asked = "".join(f"{path}\0" for path in TARGETS).encode()
    answer = repository.ask("check-ignore", "-z", "--stdin", stdin=asked, check=False).text
    return frozenset(path for path in answer.split("\0") if path)


def manager_of(tree: Tree) -> str:
    """What runs the hooks of the project, as its files say: `husky`, `lefthook` or nothing."""
    paths = tree.paths()
    if any(path.startswith(".husky/") for path in paths):
        return "husky"
    return "lefthook" if any(_LEFTHOOK.fullmatch(path) for path in paths) else ""


def _publishers(tree: Tree) -> Iterable[Publisher]:
    ours = {f"{WORKFLOWS}/{RELEASE}", f"{WORKFLOWS}/{TEST}"}
    for path in sorted(tree.paths()):
        if _RUNS.fullmatch(path) and path not in ours:
            yield from (Publisher(path, what) for what in uploads(_read(tree, path) or b""))


def _hooks(top: Path, standing: Standing, commit_config: bytes | None) -> HookFacts:
    try:
        plan = hooks.install(top, hook_python.current(), dry_run=True)
    except Trouble as failure:
        failure.fixes += ("or leave the hooks out: tagward init --no-hooks",)
        raise
    kinds = _hook_types(commit_config or b"")
    return HookFacts(plan, tuple((kind, hook_file.owner_of(standing.hooks / kind)) for kind in kinds))


def _hooks_path(standing: Standing) -> str:
    return standing.hooks_path.value or "empty" if standing.hooks_path else ""


def calls_in(top: Path, tree: Tree, hooks_path: str) -> frozenset[str]:
    """What the commit hooks call that somebody else than pre-commit manages."""
    files = [top / name for name in tree.paths() if _MANAGED.fullmatch(name)]
    files += [top / hooks_path / "pre-commit"] if hooks_path else []
    return frozenset(call for call in CALLS if any(any(hook_file.lines_calling(file, call.encode())) for file in files))


def _hook_types(commit_config: bytes) -> tuple[str, ...]:
    """The hooks that `pre-commit install` puts in place (pre-commit's documentation, `default_install_hook_types`)."""
    try:
        read = _yaml.load(commit_config)
    except _yaml.YamlError:
        read = None
    stated = read.get("default_install_hook_types") if isinstance(read, dict) else None
    return tuple(map(str, stated)) if isinstance(stated, list) and stated else ("pre-commit",)
