"""The house rules, held by reading the source."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import tomli
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

import tagward

SOURCE = Path(tagward.__file__).parent
ROOT = Path(__file__).parents[1]
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "sandbox" not in path.parts)
GITPYTHON_FORBIDDEN = {
    "config_writer",
    "clone_from",
    "clone",
    "Submodule",
    "submodules",
    "remotes",
    "remote",
    "index",
    "create_tag",
    "create_head",
    "create_remote",
    "create_submodule",
    "Actor",
}
ALLOWED = {
    "errors": set(),
    "model": {"model", "errors"},
    "_toml": {"model", "errors"},
    "_yaml": set(),
    "sources": {"sources", "model", "errors", "_toml", "_yaml"},
    "acceptance": {"acceptance", "model", "errors"},
    "secrets": {"secrets", "model", "errors"},
    "checks": {"checks", "acceptance", "secrets", "workflows", "model", "errors", "_toml"},
    "workflows": {"workflows", "model", "errors"},
    "survey": {"sources", "model", "errors", "_toml"},
    "discover": {"model", "errors"},
    "tools": {"tools", "acceptance", "secrets", "survey", "sources", "workflows", "model", "errors", "_toml", "_yaml"},
    "report": {"report", "model"},
    "judge": {"model", "errors", "checks"},
    "plans": {"plans", "sources", "workflows", "model", "errors", "_yaml"},
    "rehearsal": {"model", "errors"},
    "publication": {"plans", "model", "errors"},
    "schema": set(),
}
"""Which rooms a room may import; `cli`, `__main__` and the package itself may import everything."""


def _room(path: Path) -> str:
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def _imports(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


def _named(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=_named)
def test_imports_point_down(path: Path) -> None:
    room = _room(path)
    if room not in ALLOWED:
        assert room in {"cli", "__main__", "__init__"}
        return
    rooms = {name.split(".")[1] for name in _imports(ast.parse(path.read_text())) if name.startswith("tagward.")}
    upward = {other for other in rooms if (SOURCE / other).exists() or (SOURCE / f"{other}.py").exists()} - ALLOWED[
        room
    ]

    assert not upward


def test_the_walks_are_not_imported_by_tools() -> None:
    walks = {"judge", "rehearsal", "publication"}

    assert not any(walks & allowed for allowed in ALLOWED.values())


@pytest.mark.parametrize(("module", "home"), [("subprocess", "tools/run.py"), ("git", "tools/git.py")])
def test_one_door(module: str, home: str) -> None:
    users = {_named(path) for path in MODULES if module in _imports(ast.parse(path.read_text()))}

    assert users == {home}


@pytest.mark.parametrize("path", MODULES, ids=_named)
def test_only_report_and_cli_print(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    printing = [call for call in calls if isinstance(call, ast.Name) and call.id == "print"]

    assert not printing or _room(path) in {"report", "cli"}


@pytest.mark.parametrize("path", MODULES, ids=_named)
def test_no_shell_and_no_os_system(path: Path) -> None:
    tree = ast.parse(path.read_text())
    words = {keyword.arg for node in ast.walk(tree) if isinstance(node, ast.Call) for keyword in node.keywords}
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}

    assert "shell" not in words
    assert not attributes & {"system", "popen", "execv", "execvp", "spawnv"}


def test_gitpython_reads_objects_and_nothing_else() -> None:
    tree = ast.parse((SOURCE / "tools" / "git.py").read_text())
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    through_git = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "git"
        and node.attr != "update_environment"  # runs nothing: it is how replace refs are switched off
    ]
    repos = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "Repo"
    ]

    assert not attributes & GITPYTHON_FORBIDDEN
    assert not through_git
    assert repos
    assert all(node.args for node in repos), "git.Repo without a path obeys GIT_DIR"


@pytest.mark.parametrize("path", MODULES, ids=_named)
def test_rooms_are_of_human_size(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


def test_model_values_are_frozen() -> None:
    for path in (SOURCE / "model").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            for decorator in node.decorator_list if isinstance(node, ast.ClassDef) else ():
                if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "dataclass":
                    assert {"frozen", "slots"} <= {keyword.arg for keyword in decorator.keywords}, path.name


WHOLE_ENVIRONMENT = {
    "tools/environ.py": "questions to the user's own repository; git said in it which one is meant",
    "tools/gh.py": "gh is asked as the user who is logged in",
    "tools/index.py": "pip is asked, in isolation, which index the user has configured",
    "tools/installers.py": "uv brings the user's own lock file up to date",
    "tools/_build.py": "a child whose environment is an allow-list already",
}
"""Who hands on everything that stands in our environment, and why."""


def test_whoever_hands_on_the_whole_environment_has_a_reason() -> None:
    handing = {_named(path) for path in MODULES if any(map(_hands_on, ast.walk(ast.parse(path.read_text()))))}

    assert handing == WHOLE_ENVIRONMENT.keys()


def _hands_on(node: ast.AST) -> bool:
    given: list[ast.expr | None] = []
    if isinstance(node, ast.Dict):
        given = [value for key, value in zip(node.keys, node.values, strict=True) if key is None]
    elif isinstance(node, ast.keyword) and node.arg in {"env", None}:
        given = [node.value]
    elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"dict", "os.environ.copy"}:
        given = [*node.args, node.func.value if isinstance(node.func, ast.Attribute) else None]
    return any(one is not None and ast.unparse(one) == "os.environ" for one in given)


LOWEST = {"gitpython": "3.1.60", "jinja2": "3.1.6", "requests": "2.32.4"}
"""The first versions without a known advisory; those of GitPython before it ran what outsiders named."""


def test_no_version_with_a_known_advisory_is_let_in() -> None:
    project = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {one.name: one.specifier for one in map(Requirement, project["dependencies"])}

    for name, lowest in LOWEST.items():
        (bound,) = asked[name]
        assert bound.operator == ">="
        assert Version(bound.version) >= Version(lowest)


def test_dependencies_are_audited_as_they_are_and_at_their_lowest() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]
    scripts = "\n".join(step.get("run", "") for job in jobs.values() for step in job["steps"])

    assert "pip-audit --skip-editable\n" in scripts
    assert "--resolution lowest-direct" in scripts
    assert "pip-audit --no-deps --disable-pip --requirement lowest.txt\n" in scripts
