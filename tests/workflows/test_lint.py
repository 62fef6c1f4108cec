"""The workflows that we write and those that we use: other people's linters, and what these do not see."""

from __future__ import annotations

import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from structure import common, python_faults, releasing, uses_faults

from tagward.tools.runner import check_use
from tagward.tools.runner_actions import STAND_INS
from tagward.workflows.documents import Mapping, Node, Scalar, Sequence, read
from tagward.workflows.pins import PINS
from tagward.workflows.reading import read_workflow
from tagward.workflows.render import RELEASE, TEST, Choices, Publish, Trigger, render

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
OWN = ROOT / ".github" / "workflows"
ACTION = ROOT / "action.yml"
BESIDE = str(Path(sys.executable).parent)
INFORMATIONAL = 11
"""How zizmor exits where nothing is worse than informational (zizmor documentation, "Exit codes")."""


def rendered() -> dict[str, str]:
    """Every workflow that `tagward init` can write, by a name that tells the choices."""
    return {
        f"{publish}-{trigger}-{'testpypi' if testpypi else 'pypi'}-{name}": render(
            name, Choices("o/demo", publish, trigger, testpypi=testpypi, testpypi_address="https://index.test/legacy/")
        )
        for publish, trigger, testpypi, name in product(Publish, Trigger, (False, True), (RELEASE, TEST))
    }


WRITTEN = rendered()


def own() -> dict[str, str]:
    """The workflows of this repository; none, and every test of them fails."""
    return {f"own-{path.name}": path.read_text(encoding="utf-8") for path in sorted(OWN.glob("*.y*ml"))}


ALL = {**WRITTEN, **own()}


def _each(texts: dict[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", list(texts))


def _tool(name: str) -> str:
    """A linter that stands beside the interpreter of the tests."""
    found = shutil.which(name, path=BESIDE)
    assert found, f"{name} belongs to the extra test"
    return found


def _run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, words)], capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All of them as files."""
    folder = tmp_path_factory.mktemp("workflows")
    for name, text in ALL.items():
        (folder / name).write_text(text, encoding="utf-8")
    return sorted(folder.iterdir())


# Structure.


def test_this_repository_has_its_workflows_and_its_action() -> None:
    assert {path.name for path in OWN.glob("*.y*ml")} >= {RELEASE, TEST, "ci.yml"}
    assert ACTION.is_file()


@_each(ALL)
def test_no_workflow_has_a_fault_that_none_may_have(name: str) -> None:
    assert common(read_workflow(ALL[name], name), ALL[name]) == []


@_each({name: text for name, text in ALL.items() if name.endswith((RELEASE, TEST))})
def test_what_releases_is_built_as_it_must_be(name: str) -> None:
    assert releasing(read_workflow(ALL[name], name)) == []


@_each({name: text for name, text in WRITTEN.items() if not name.startswith("trusted")})
def test_everything_that_we_write_can_be_rehearsed(name: str) -> None:
    for job in read_workflow(ALL[name], name).jobs:
        for step in job.steps:
            check_use(name, step, STAND_INS)


def test_the_action_uses_what_is_in_the_table_and_no_expression_in_a_script() -> None:
    text = ACTION.read_text(encoding="utf-8")

    assert list(uses_faults(text)) == []
    assert list(python_faults(read(text, ACTION.name))) == []
    assert all("${{" not in script for script in _scripts(read(text, ACTION.name)))


def _scripts(node: Node) -> Iterator[str]:
    """Every `run:` of a file."""
    if isinstance(node, Sequence):
        for one in node.items:
            yield from _scripts(one)
    elif isinstance(node, Mapping):
        for key, one in node.entries.items():
            if key == "run" and isinstance(one, Scalar):
                yield one.text
            else:
                yield from _scripts(one)


TOKEN, TRUSTED = (WRITTEN[f"{publish}-release-testpypi-{RELEASE}"] for publish in Publish)
BY_TAG = WRITTEN[f"token-tag-pypi-{RELEASE}"]
BY_HAND = WRITTEN[f"token-release-pypi-{TEST}"]
CHECKOUT = f"      - name: Check out\n        uses: {PINS['actions/checkout']}\n"
SET_UP = "      - name: Install tagward\n        run: python -m pip install tagward=="
PUBLISH = TOKEN[TOKEN.index("  publish:") :]
FLAWS = [
    # (which workflow, what stands there, what stands there instead, words of the fault)
    (TOKEN, "\npermissions: {}", "\npermissions: {contents: read}", "does not begin with no permissions"),
    (TOKEN, "    permissions:\n      contents: read # check out the tag\n", "", "gate does not say its permissions"),
    (TOKEN, "contents: read # check out the tag", "contents: write", "gate may write"),
    (TOKEN, "contents: read # check out the tag", "id-token: write", "may ask for an identity"),
    (TRUSTED, "      id-token: write # Trusted Publishing: PyPI", "      packages: read # PyPI", "may not"),
    (TRUSTED, "          attestations: false", "          verbose: false", "signs what goes to a test index"),
    (TOKEN, "    timeout-minutes: 30\n", "", "has no time limit"),
    (TOKEN, "          persist-credentials: false\n", "", "keeps its credentials"),
    (TOKEN, "persist-credentials: false", "persist-credentials: true", "keeps its credentials"),
    (TOKEN, "retention-days: 30", "retention-days: 5", "is gone before"),
    (TOKEN, "          retention-days: 30 # as long as failed jobs can be run again\n", "", "is gone before"),
    (TOKEN, "if-no-files-found: error", "if-no-files-found: warn", "is no error"),
    (TOKEN, "          name: judged\n          path: |", "          name: other\n          path: |", "one artifact"),
    (
        TOKEN,
        "            dist\n            receipt.json",
        "            dist\n            report.html",
        "is not what was judged",
    ),
    (TOKEN, "          path: report.html", "          path: dist/report.html", "leaves no report"),
    (TOKEN, "        if: ${{ !cancelled() }} # a refusal", "        # a refusal", "leaves no report"),
    (TOKEN, "          name: report #", "          name: judged #", "one artifact"),
    (TOKEN, 'check "$TAG"', 'check "${{ github.ref_name }}"', "an expression stands in the script"),
    (TOKEN, "          fetch-depth: 0", "          fetch-dept: 0", "has no input fetch-dept"),
    (TOKEN, "          fetch-depth: 0\n", "", "does not see the history"),
    (TOKEN, str(PINS["actions/checkout"]), "actions/checkout@v7", "is not in the table"),
    (TOKEN, str(PINS["actions/checkout"]), str(PINS["actions/checkout"])[:-1], "is not in the table"),
    (TOKEN, "# v7.0.1", "# v6.0.0", "is not in the table"),
    (TOKEN, PINS["actions/checkout"].commit, "0" * 40, "is not in the table"),
    (TOKEN, 'python-version: "3.11"', "python-version: 3.11", "3.11 is not quoted"),
    (TOKEN, "${{ fromJSON(needs.gate.outputs.pythons) }}", '["3.11", 3-12]', "3-12 is not quoted"),
    (TOKEN, 'python-version: "3.11"', 'python-version: "3.11"\n          cache: pip', "uses a cache"),
    (TOKEN, "cancel-in-progress: false", "cancel-in-progress: true", "can be cancelled"),
    (TOKEN, "pypi-release-${{ inputs.tag || github.ref_name }}", "pypi-release", "waits for that of another tag"),
    (TOKEN, TOKEN[TOKEN.index("concurrency:") : TOKEN.index("jobs:")], "", "has no concurrency"),
    (TOKEN, "    types: [published]", "    types: [published, created]", "not published starts"),
    (
        TOKEN,
        "  release:\n    types: [published]\n",
        "  release:\n  push: {tags: [v*]}\n",
        "is started by push, release",
    ),
    (BY_TAG, '    tags: ["v[0-9]*"]', '    tags: ["v[0-9]*"]\n    branches: [main]', "a push of a branch"),
    (
        TOKEN,
        "github.repository == 'o/demo'\n      &&",
        "github.repository_owner == 'o'\n      &&",
        "a fork would release",
    ),
    (BY_HAND, "inputs.upload && github.repository == 'o/demo'", "inputs.upload", "a fork would release"),
    (
        TOKEN,
        "      && (github.event_name == 'workflow_dispatch' || github.event.action == 'published')\n",
        "",
        "not published",
    ),
    (TOKEN, "    needs: [gate, test]\n", "    needs: [gate]\n", "testpypi needs gate"),
    (TOKEN, "    needs: [gate, test, testpypi]\n", "    needs: [gate, test]\n", "publish needs gate, test"),
    (TOKEN, "    needs: [gate, publish]\n", "    needs: gate\n", "verify needs gate"),
    (TOKEN, "    if: needs.gate.outputs.ok == 'true'\n", "", "testpypi uploads what the gate did not pass"),
    (TOKEN, "    if: needs.gate.outputs.ok == 'true'\n", "    if: always()\n", "test may run although"),
    (TOKEN, "    environment: testpypi\n", "", "testpypi has a secret and no environment"),
    (TOKEN, "    environment: testpypi\n", "", "testpypi uploads without an environment"),
    (TOKEN, "    name: Judge the tag\n", "    name: Judge the tag\n    environment: pypi\n", "has one for nothing"),
    (TOKEN, "\nconcurrency:", "\nenv:\n  T: ${{ secrets.T }}\n\nconcurrency:", "a secret is given to all jobs"),
    (
        TOKEN,
        "        run: tagward publish",
        "        continue-on-error: true\n        run: tagward publish",
        "does not count",
    ),
    (TOKEN, "sha256sum --check --strict", "sha256sum --check", "does not compare the digests"),
    (TOKEN, PUBLISH, PUBLISH.replace("sha256sum --check --strict", "true", 1), "publish does not compare the digests"),
    (TOKEN, PUBLISH, PUBLISH.replace("git ls-remote", "git version", 1), "whether the tag has moved"),
    (TOKEN, PUBLISH, PUBLISH.replace(SET_UP, CHECKOUT + SET_UP, 1), "publish checks out the project"),
    (TOKEN, PUBLISH, PUBLISH.replace("pip install tagward", "pip install -e . tagward", 1), "from its source"),
    (TOKEN, PUBLISH, PUBLISH.replace("pip install tagward", "pip install . tagward", 1), "from its source"),
    (TOKEN, "    runs-on: ubuntu-latest\n", "    runs-on: self-hosted\n", "gate runs on self-hosted"),
]


@pytest.mark.parametrize(("text", "there", "instead", "words"), FLAWS, ids=[flaw[3][:50] for flaw in FLAWS])
def test_a_workflow_with_one_flaw_is_refused(text: str, there: str, instead: str, words: str) -> None:
    assert there in text
    broken = text.replace(there, instead, 1)
    workflow = read_workflow(broken, "broken.yml")

    assert any(words in fault for fault in (*common(workflow, broken), *releasing(workflow)))


# Other people's linters.


def test_the_schema_of_GitHub_takes_them(files: list[Path]) -> None:
    done = _run(_tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *files)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_schema_of_GitHub_takes_the_action() -> None:
    done = _run(_tool("check-jsonschema"), "--builtin-schema", "vendor.github-actions", ACTION)

    assert done.returncode == 0, done.stdout + done.stderr


def _zizmor(*paths: Path) -> subprocess.CompletedProcess[str]:
    return _run(_tool("zizmor"), "--persona=pedantic", "--offline", "--no-config", "--format=plain", *paths)


def test_zizmor_finds_nothing_above_informational(files: list[Path]) -> None:
    done = _zizmor(*files, ACTION)

    assert done.returncode in {0, INFORMATIONAL}, done.stdout + done.stderr


def test_zizmor_does_look(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text(TOKEN.replace(str(PINS["actions/checkout"]), "actions/checkout@v7"), encoding="utf-8")

    assert _zizmor(broken).returncode > INFORMATIONAL


def test_shellcheck_finds_nothing_in_any_script(tmp_path: Path) -> None:
    texts = {**ALL, "action": ACTION.read_text(encoding="utf-8")}
    scripts = {script for name, text in texts.items() for script in _scripts(read(text, name))}
    paths = [tmp_path / f"{number}.bash" for number in range(len(scripts))]
    for path, script in zip(paths, sorted(scripts), strict=True):
        path.write_text(f"#!/bin/bash -e\n{script}", encoding="utf-8")  # GitHub starts them so, and `cd` may fail

    done = _run(_tool("shellcheck"), "--norc", "--severity=style", *paths)

    assert len(scripts) > 10
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint_finds_nothing(files: list[Path]) -> None:
    actionlint = shutil.which("actionlint")
    if not actionlint:
        pytest.skip("actionlint is not on PATH")

    done = _run(actionlint, "-no-color", *files)

    assert done.returncode == 0, done.stdout + done.stderr
