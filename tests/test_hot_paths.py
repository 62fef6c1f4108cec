"""What runs often imports little: the modules that it may import, each for a reason."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from conftest import git

from tagward.tools.memory import Memory

if TYPE_CHECKING:
    from conftest import Project

LOADED = """\
import json, sys
before = set(sys.modules)
from tagward.cli import main
try:
    status = main(sys.argv[2:])
except SystemExit as ended:
    status = ended.code
with open(sys.argv[1], "w") as file:
    json.dump([status, sorted(set(sys.modules) - before)], file)
"""
START = {"cli", "cli._errors", "errors", "tools", "tools.signals"}
GIT = {
    "model",
    "model.refs",
    "model.versions",
    "tools.environ",
    "tools.git",
    "tools.keeper",
    "tools.objects",
    "tools.run",
    "tools.trees",
}
TOLD = {"cli._output", "model.findings", "model.record", "report", "report.text", "report.words"}
REMEMBERED = {
    "cli._recall",
    "cli.pre_push",
    "model.index_state",
    "tools.halves",
    "tools.hook_call",
    "tools.memory",
    "tools.notes",
    "tools.tags",
}
FAST = {
    *("_toml", "survey", "cli.check", "cli._fast", "cli._static", "checks", "checks._check"),
    *("checks.changelog", "checks.index", "checks.version"),
    *("model.candidate", "model.changelog", "model.config", "model.names", "model.places", "model.tagnames"),
    *("model.index_state", "model.workspace"),
    *("sources", "sources.bumpers", "sources.changelog", "sources.constellation", "sources.files"),
    *("sources.mirrors", "sources.names", "sources.packages", "sources.project", "sources.python", "sources.regex"),
    *("sources.shipped", "sources.source", "sources.builtin", "sources.formats", "sources.methods"),
    *("sources.evaluate", "sources.interpret", "sources.values"),
    *("sources.generated", "sources.hatch", "sources.maturin", "sources.poetry"),
}
"""The checks of the index's state are of the family that is asked of files, and skip. Whether a file is generated, or a
crate states the version, is asked of every project, and the readers of four backends know."""

HEAVY = {
    "asyncio",
    "importlib.metadata",
    "http.client",
    "ssl",
    "urllib.request",
    "multiprocessing",
    "concurrent.futures",
}


def loaded(project: Project, *words: str, stdin: str = "") -> tuple[object, set[str], set[str], set[str]]:
    """How a command ended; the modules of tagward that it imported, the packages of others, and costly ones."""
    log = project.root.parent / "loaded"
    command = [sys.executable, "-I", "-c", LOADED, str(log), *words]
    subprocess.run(command, cwd=project.root, input=stdin, text=True, capture_output=True, check=True)
    status, modules = json.loads(log.read_text(encoding="utf-8"))
    ours = {name.removeprefix("tagward.") for name in modules if name.startswith("tagward.")}
    tops = {name.partition(".")[0] for name in modules}
    others = {name for name in tops - sys.stdlib_module_names - {"tagward"} if not name.endswith("__mypyc")}
    return status, ours, others, HEAVY & set(modules)


def test_the_version(project: Project) -> None:
    assert loaded(project, "--version") == (0, START, set(), set())


def test_the_fast_checks(project: Project) -> None:
    status, ours, others, heavy = loaded(project, "check", "--fast", "-q")

    assert status == 0
    assert ours - (START | GIT | TOLD | FAST) == set()
    assert (others, heavy) == ({"packaging", "tomli"}, set())


def test_the_push_of_a_tag_that_has_passed(project: Project) -> None:
    project.tag("v1.0.0")
    oid = git("rev-parse", "v1.0.0", cwd=project.root).stdout.strip()
    commit = git("rev-parse", "HEAD", cwd=project.root).stdout.strip()
    index = {"name": "here", "read": "", "project": "demo", "at": time.time(), "files": {}}
    kept = {"version": "1.0.0", "commit": commit, "beside": None, "index": index}
    assert Memory.of(project.root / ".git").keep("v1.0.0", oid, kept)
    line = f"refs/tags/v1.0.0 {oid} refs/tags/v1.0.0 {'0' * 40}\n"

    status, ours, others, heavy = loaded(project, "pre-push", "--", "origin", "/nowhere", stdin=line)

    assert status == 0
    assert ours - (START | GIT | TOLD | REMEMBERED) == set()
    assert others == {"packaging"}
    assert heavy == {"importlib.metadata"}  # the versions of the tools are a part of what is remembered
