"""`tagward check`: the judgement of a push without the push."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import Project, git, tagward
from push_support import head as oid
from push_support import traces
from support import rules

if TYPE_CHECKING:
    import subprocess

pytestmark = pytest.mark.e2e

DOCUMENT = ["schema_version", "tool", "door", "verdict", "exit_code", "seconds", "tags", "strangers"]
TAG = ["name", "version", "commit", "verdict", "remembered", "previous", "seconds", "stages", "findings", "checks"]
STAGES = ["tag", "source", "index", "build", "contents", "upload", "install"]


def check(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    """Check, and hold that nothing is changed."""
    before = traces(project.root)
    done = tagward("check", *words, cwd=project.root)
    assert traces(project.root) == before
    assert "Traceback" not in done.stderr
    return done


def test_a_good_tag_as_json(project: Project) -> None:
    project.tag("v1.0.0")

    done = check(project, "v1.0.0", "--format", "json")

    document = json.loads(done.stdout)
    (tag,) = document["tags"]
    assert (done.returncode, document["exit_code"], document["verdict"], tag["verdict"]) == (0, 0, "passed", "passed")
    assert list(document)[:8] == DOCUMENT
    assert list(tag)[:10] == TAG
    assert (tag["name"], tag["version"], tag["commit"]) == ("v1.0.0", "1.0.0", oid(project, "HEAD"))
    assert [(stage["name"], stage["status"]) for stage in tag["stages"]] == [(name, "passed") for name in STAGES]
    assert [file["file"] for file in tag["distributions"]] == ["demo-1.0.0.tar.gz", "demo-1.0.0-py3-none-any.whl"]
    assert all(len(file["sha256"]) == 64 for file in tag["distributions"])


def test_a_bad_tag_as_json(project: Project) -> None:
    project.tag("v2.0.0")

    done = check(project, "v2.0.0", "--format", "json")

    (tag,) = json.loads(done.stdout)["tags"]
    (finding,) = tag["findings"]
    assert done.returncode == 1
    assert (finding["code"], finding["severity"], finding["stage"]) == ("V001", "error", "source")
    assert finding["message"] == "Version mismatch: git tag (2.0.0) != pyproject.toml (1.0.0)"
    assert [finding[key] for key in ("file", "line", "column", "end_column")] == ["pyproject.toml", 8, 12, 17]
    assert {stage["name"]: stage["status"] for stage in tag["stages"]}["build"] == "not-reached"


def test_what_is_ignored_stands_in_the_json_with_its_reason(project: Project) -> None:
    rules(project, 'ignore.V002 = "it is the version of the file format"')
    project.write("src/demo/__init__.py", '__version__ = "7"\n')
    project.commit()
    project.tag("v2.0.0")

    (tag,) = json.loads(check(project, "v2.0.0", "--format", "json").stdout)["tags"]

    assert tag["ignored"] == {"V002": "it is the version of the file format"}
    assert tag["checks"]["V002"] == "ignored"


def test_a_tag_that_was_not_checked_as_json(project: Project) -> None:
    project.tag("v1.0.0")
    blob = oid(project, "HEAD:README.md")
    (project.root / ".git/objects" / blob[:2] / blob[2:]).unlink()

    done = check(project, "v1.0.0", "--format", "json")

    document = json.loads(done.stdout)
    assert (done.returncode, document["verdict"]) == (3, "not-checked")
    assert document["tags"][0]["trouble"]["message"] == "the repository is damaged"


def test_without_a_tag_the_release_tags_at_head_are_judged(project: Project) -> None:
    project.tag("v2.0.0")
    git("tag", "nightly", cwd=project.root)
    git("commit", "--allow-empty", "-qm", "later", cwd=project.root)
    project.tag("v3.0.0")
    git("tag", "weekly", cwd=project.root)

    done = check(project, "--format", "json")

    document = json.loads(done.stdout)
    assert ([tag["name"] for tag in document["tags"]], document["not_releases"]) == (["v3.0.0"], ["weekly"])
    assert done.returncode == 1


def test_without_any_tag_there_is_nothing_to_judge_which_is_said(project: Project) -> None:
    done = check(project)

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("nothing to judge: no tag at HEAD")


def test_without_any_tag_the_json_says_so_too(project: Project) -> None:
    done = check(project, "--format", "json")

    assert json.loads(done.stdout)["tags"] == []
    assert done.returncode == 0


def test_an_unknown_tag_gets_a_suggestion(project: Project) -> None:
    project.tag("v1.0.0")

    done = check(project, "v1.0.1")

    assert (done.returncode, done.stdout) == (2, "")
    assert "error: there is no tag v1.0.1\n   = fix:  did you mean v1.0.0?" in done.stderr


def test_a_tag_that_is_no_release_is_a_wrong_word(project: Project) -> None:
    git("tag", "nightly", cwd=project.root)

    done = check(project, "nightly")

    assert (done.returncode, done.stdout) == (2, "")
    assert "error: nightly is not a release tag" in done.stderr


def test_a_full_ref_names_the_tag_too(project: Project) -> None:
    project.tag("v2.0.0")

    assert "error[V001]" in check(project, "refs/tags/v2.0.0").stderr


@pytest.mark.parametrize(("quiet", "lines"), [("-q", 16), ("-qq", 0)])
def test_less_is_said_where_less_is_wanted(project: Project, quiet: str, lines: int) -> None:
    project.tag("v2.0.0")

    done = check(project, quiet, "v2.0.0")

    assert done.returncode == 1
    assert bool(done.stderr) == bool(lines)
    assert "tagward: checking" not in done.stderr


@pytest.mark.parametrize("name", ["-x", "--format=x", "$(touch pwned)", "\udcff", "v1\x1b[31m"])
def test_a_hostile_word_is_no_tag_and_nothing_is_run(project: Project, name: str) -> None:
    done = check(project, "--", name)

    assert done.returncode == 2
    assert "\x1b" not in done.stderr
    assert not list(project.root.rglob("pwned"))


def test_an_index_beside_the_first_is_told_with_the_verdict(guarded: Project) -> None:
    guarded.tag("v1.0.0")
    said = tagward("check", "v1.0.0", cwd=guarded.root, PIP_EXTRA_INDEX_URL="http://127.0.0.1:9/simple/").stderr

    assert "names another index (127.0.0.1)" in " ".join(said.split())
    assert "✓ v1.0.0" in said
    assert "another index" not in tagward("check", "--again", "v1.0.0", cwd=guarded.root, PIP_EXTRA_INDEX_URL="").stderr
