"""Beside pre-commit, prek, git-lfs, husky and lefthook, in every order: each runs once, with the whole push."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from hooks_support import Repo, World, executable, newer_git, older_git, whole

from tagward.errors import CannotJudge
from tagward.model.hooks import Owner
from tagward.tools.hook_file import owner_of
from tagward.tools.hook_places import CHAINED, look

pytest_plugins = ["hooks_support"]

PRE_COMMIT = """\
repos:
- repo: local
  hooks:
  - id: counted
    name: counted
    language: system
    entry: sh -c 'echo ran >> "$TAGWARD_TEST_COUNT"'
    stages: [pre-push]
    always_run: true
    pass_filenames: false
"""


class Beside:
    """A repository into which hooks come in the order of a word's letters.

    O ours, P pre-commit, F a script of somebody's, K prek, L git-lfs, p and f: pre-commit uninstall, install -f.
    """

    def __init__(self, world: World, name: str = "work") -> None:
        self.world = world
        self.repo = world.repo(name)
        (self.repo.path / ".pre-commit-config.yaml").write_text(PRE_COMMIT)
        self.repo.commit("with pre-commit's configuration")
        self.count = self.repo.log.with_name("pre-commit-runs")
        world.monkeypatch.setenv("TAGWARD_TEST_COUNT", str(self.count))

    def pre_commit(self, *words: str) -> None:
        self.repo.run(sys.executable, "-m", "pre_commit", *words, "--hook-type", "pre-push")

    def come(self, letter: str) -> None:
        match letter:
            case "O":
                self.repo.install()
            case "P":
                self.pre_commit("install")
            case "f":
                self.pre_commit("install", "-f")
            case "p":
                self.pre_commit("uninstall")
            case "F":
                self.repo.foreign()
            case "K":
                self.repo.run("prek", "install", "--hook-type", "pre-push")
            case "L":
                self.repo.git("lfs", "install", "--local", "--skip-smudge")
            case _:
                raise AssertionError(letter)

    def forget(self) -> None:
        """Ask all logs, so that the next answers are about what comes."""
        self.repo.calls()
        self.repo.foreign_runs()
        self.runs()

    def runs(self) -> int:
        """How often pre-commit's or prek's own hook ran, since the last question."""
        count = len(self.count.read_text().splitlines()) if self.count.exists() else 0
        self.count.unlink(missing_ok=True)
        return count


def hold_order(world: World, order: str) -> None:
    """Every hook runs once per push with the whole of it, and nothing of ours is left after `uninstall`."""
    beside = Beside(world)
    repo = beside.repo
    for letter in order:
        beside.come(letter)
    hold_each_runs_once(beside, foreign="F" in order, others=_others(order))
    repo.uninstall()
    without = Beside(world, "twin")
    for letter in order.replace("O", ""):
        without.come(letter)

    assert whole(repo) == whole(without.repo) or _but_for_its_log(repo, without.repo)


def _others(order: str) -> bool:
    return order.rfind("P") > order.rfind("p") or "K" in order


def _but_for_its_log(left: Repo, right: Repo) -> bool:
    """Equal but for the paths that the foreign script writes to, which are each repository's own."""
    mine, twins = whole(left), whole(right)
    mine = {k: (t, m, data.replace(b"work-ground", b"twin-ground")) for k, (t, m, data) in mine.items()}
    assert mine == twins
    return True


def hold_each_runs_once(beside: Beside, *, foreign: bool, others: bool) -> None:
    repo = beside.repo
    repo.push("--no-verify", "origin", "main")
    for name in ("v1", "v2", "v3"):
        repo.git("tag", name)
    beside.forget()
    alone = repo.push("origin", "v1")
    (call,) = repo.judged()
    heard, ran = repo.foreign_runs(), beside.runs()

    assert alone.status == 0, alone.err
    assert call.refs == ["refs/tags/v1"]
    assert heard == [call.stdin] * foreign
    assert ran == 0, "pre-commit and prek run nothing for a tag on a pushed commit"

    repo.commit()
    many = repo.push("origin", "main", "v2", "v3")
    (call,) = repo.judged()
    heard, ran = repo.foreign_runs(), beside.runs()

    assert many.status == 0, many.err
    assert call.refs == ["refs/heads/main", "refs/tags/v2", "refs/tags/v3"]
    assert heard == [call.stdin] * foreign
    assert ran == int(others)

    repo.git("tag", "v4-bad")
    bad = repo.push("origin", "v4-bad")

    assert bad.status == 1
    assert len(repo.judged()) == 1
    assert "v4-bad" not in repo.tags_there()


@pytest.mark.parametrize("order", ["PO", "OP", "POP", "OPOP"])
def test_84_pre_commit_in_every_order(any_git: World, order: str) -> None:
    hold_order(any_git, order)


@pytest.mark.parametrize("order", ["FO", "FOP", "FPO"])
def test_85_foreign_hook_and_pre_commit(any_git: World, order: str) -> None:
    hold_order(any_git, order)


@pytest.mark.parametrize("order", ["POp", "OPp", "FOPp"])
def test_86_pre_commit_leaves_and_the_gate_stays(any_git: World, order: str) -> None:
    hold_order(any_git, order)


@pytest.mark.parametrize("order", ["POf", "OPf"])
def test_87_pre_commit_by_force(any_git: World, order: str) -> None:
    beside = Beside(any_git)
    for letter in order:
        beside.come(letter)
    beside.repo.git("tag", "v1-bad")
    done = beside.repo.push("origin", "v1-bad")
    modern = look(beside.repo.path).has_config_hooks
    again = beside.repo.install()

    assert done.status == int(modern), "a hook of the configuration is not pre-commit's to delete"
    assert again.protected
    hold_each_runs_once(beside, foreign=False, others=True)


def test_87_foreign_hook_lost_to_force_runs_again_after_install(any_git: World) -> None:
    beside = Beside(any_git)
    for letter in "FOPfO":
        beside.come(letter)

    hold_each_runs_once(beside, foreign=True, others=True)


@pytest.mark.parametrize("order", ["KO", "OK", "FOK"])
def test_88_prek_in_every_order(any_git: World, order: str) -> None:
    any_git.tool("prek")
    hold_order(any_git, order)


def test_89_prek_and_pre_commit_stacked_is_refused_with_advice(repo: Repo) -> None:
    executable(repo.hooks / "pre-push", "#!/bin/sh\n# File generated by prek: x\n")
    executable(repo.hooks / "pre-push.legacy", "#!/usr/bin/env bash\n# File generated by pre-commit: x\n")
    before = whole(repo)
    with pytest.raises(CannotJudge, match=r"is pre-commit's script, and prek runs it as a former hook") as caught:
        repo.install()

    assert "prek uninstall" in caught.value.fixes[0]
    assert whole(repo) == before


@pytest.mark.parametrize("order", ["LO", "LOP"])
def test_90_git_lfs_keeps_uploading(any_git: World, order: str) -> None:
    any_git.tool("git-lfs")
    beside = Beside(any_git)
    repo = beside.repo
    before = whole(repo)
    beside.come("L")
    lfs_alone = whole(repo)
    for letter in order[1:]:
        beside.come(letter)
    repo.git("lfs", "track", "*.bin")
    (repo.path / "large.bin").write_bytes(b"large" * 100)
    repo.commit("with a large file")
    repo.git("tag", "v1")
    done = repo.push("origin", "main", "v1")
    stored = [path for path in (repo.remote / "lfs" / "objects").rglob("*") if path.is_file()]
    (call,) = repo.judged()
    if "P" in order:
        beside.come("p")
    repo.uninstall()
    after = {name: shot for name, shot in whole(repo).items() if name != "config"}

    assert done.status == 0, done.err
    assert [path.read_bytes() for path in stored] == [b"large" * 100]
    assert call.refs == ["refs/heads/main", "refs/tags/v1"]
    assert after == {name: shot for name, shot in lfs_alone.items() if name != "config"}
    assert before != lfs_alone


def test_91_git_lfs_after_ours_refuses_and_ours_stays(any_git: World) -> None:
    any_git.tool("git-lfs")
    repo = any_git.repo()
    repo.install()
    done = repo.run("git", "lfs", "install", "--local", check=False)
    repo.git("tag", "v1-bad")

    assert done.status == 2
    assert repo.push("origin", "v1-bad").status == 1
    assert len(repo.judged()) == 1


def test_91_git_lfs_by_force_is_repaired_by_install(any_git: World) -> None:
    any_git.tool("git-lfs")
    repo = any_git.repo()
    repo.install()
    repo.git("lfs", "install", "--local", "--force")
    again = repo.install()
    repo.git("tag", "v1-bad")

    assert again.protected
    assert repo.push("origin", "v1-bad").status == 1
    assert len(repo.judged()) == 1


def husky(repo: Repo) -> None:
    """What husky 9 leaves behind (its index.js), or husky itself where it is on PATH."""
    if found := shutil.which("husky"):
        repo.run(found)
        return
    inner = repo.path / ".husky" / "_"
    inner.mkdir(parents=True, exist_ok=True)
    repo.git("config", "core.hooksPath", ".husky/_")
    runner = 'n=$(basename "$0"); s=$(dirname "$(dirname "$0")")/$n; [ ! -f "$s" ] && exit 0; sh -e "$s" "$@"\n'
    (inner / "h").write_text(runner)
    executable(inner / "pre-push", '#!/usr/bin/env sh\n. "$(dirname "$0")/h"')


def link_tagward(world: World, repo: Repo) -> None:
    """A `tagward` on PATH that judges as the stand-in does."""
    text = f"#!/bin/sh\nshift\nexec '{repo.judge}' -I -m tagward pre-push --role= -- \"$@\"\n"
    executable(world.tools / "tagward", text)


@pytest.mark.parametrize("first", ["husky", "ours"])
def test_92_husky_before_and_after(any_git: World, first: str) -> None:
    if shutil.which("husky", path=any_git.found):
        any_git.tool("husky")
    repo = any_git.repo()
    if first == "husky":
        husky(repo)
    repo.install()
    husky(repo)
    again = repo.install()
    modern = look(repo.path).has_config_hooks
    repo.git("tag", "v1-bad")
    done = repo.push("--dry-run", "origin", "v1-bad")
    calls = repo.calls()

    assert again.protected == modern
    assert (done.status, len(calls)) == (int(modern), int(modern))
    if not modern:
        (advice,) = again.advice
        assert advice.where == "add to .husky/pre-push"
        (repo.path / ".husky" / "pre-push").write_text("\n".join(advice.lines) + "\n")
    else:
        (repo.path / ".husky" / "pre-push").write_text('tagward pre-push "$@"\n')
    link_tagward(any_git, repo)

    assert repo.install().protected
    assert repo.push("origin", "v1-bad").status == 1
    assert len(repo.judged()) == 1


LEFTHOOK = '#!/bin/sh\n\ncall_lefthook()\n{\n  :\n}\n\ncall_lefthook run "pre-push" "$@"\n'


@pytest.mark.parametrize("first", ["lefthook", "ours"])
def test_93_lefthook_is_never_moved(any_git: World, first: str) -> None:
    repo = any_git.repo()
    modern = look(repo.path).has_config_hooks
    if first == "ours":
        repo.install()
        (repo.hooks / "pre-push").rename(repo.hooks / "pre-push.old")
    executable(repo.hooks / "pre-push", LEFTHOOK)
    done = repo.install()
    (advice,) = done.advice

    assert done.protected == modern
    assert (repo.hooks / "pre-push").read_text() == LEFTHOOK
    assert advice.where == "add to lefthook.yml"
    assert not (repo.hooks / CHAINED).exists()
    repo.uninstall()
    assert (repo.hooks / "pre-push").read_text() == LEFTHOOK
    assert not (repo.hooks / "pre-push.old").exists()


def test_93_foreign_hook_behind_lefthook_comes_back(any_git: World) -> None:
    repo = any_git.repo()
    hook = repo.foreign()
    text = hook.read_bytes()
    repo.install()
    hook.rename(repo.hooks / "pre-push.old")
    executable(hook, LEFTHOOK)
    repo.uninstall()

    assert (repo.hooks / "pre-push.old").read_bytes() == text
    assert not (repo.hooks / CHAINED).exists()


@pytest.mark.parametrize("first", ["lefthook", "ours"])
def test_93_lefthook_itself_with_the_stanza(any_git: World, first: str) -> None:
    any_git.tool("lefthook")
    repo = any_git.repo()
    config = repo.path / "lefthook.yml"
    config.write_text("pre-push:\n  commands:\n    nothing:\n      run: 'true'\n")
    before = whole(repo)
    if first == "ours":
        repo.install()
    repo.run("lefthook", "install")
    advised = repo.install()
    config.write_text("\n".join(advised.advice[0].lines) + "\n")
    link_tagward(any_git, repo)
    done = repo.install()
    repo.git("tag", "v1-good")
    repo.git("tag", "v1-bad")
    good, bad = repo.push("origin", "main", "v1-good"), repo.push("origin", "v1-bad")
    calls = repo.judged()

    assert owner_of(repo.hooks / "pre-push") is Owner.LEFTHOOK
    assert (done.protected, done.advice) == (True, ())
    assert (good.status, bad.status) == (0, 1), good.err
    assert [call.refs for call in calls] == [["refs/heads/main", "refs/tags/v1-good"], ["refs/tags/v1-bad"]]
    assert {call.argv[-2:] for call in calls} == {("origin", "../remote.git")}
    repo.uninstall()
    repo.run("lefthook", "uninstall")
    assert {name for name in whole(repo) if "pre-push" in name} == {name for name in before if "pre-push" in name}


def test_99_pre_commit_between_two_gits(world: World) -> None:
    gits = older_git(), newer_git()
    world.use(gits[0])
    beside = Beside(world)
    for letter in "FOP":
        beside.come(letter)
    world.use(gits[1])
    hold_each_runs_once(beside, foreign=True, others=True)
    beside.repo.install()
    world.use(gits[0])
    for name in ("v1", "v2", "v3", "v4-bad"):
        beside.repo.git("tag", "-d", name)
        beside.repo.push("--no-verify", "origin", f":refs/tags/{name}")
    hold_each_runs_once(beside, foreign=True, others=True)


@pytest.mark.parametrize("order", ["FO", "FOP", "PO"])
def test_101_without_python_the_others_still_run(any_git: World, order: str) -> None:
    beside = Beside(any_git)
    for letter in order:
        beside.come(letter)
    repo = beside.repo
    repo.git("tag", "v1")
    repo.judge.unlink()
    tag = repo.push("origin", "v1")
    heard = repo.foreign_runs()
    branch = repo.push("origin", "main")

    assert tag.status == 1
    assert "nobody can check the tag(s) v1\n" in tag.err
    assert len(heard) == int("F" in order)
    assert all(b" refs/tags/v1 " in data for data in heard)
    assert branch.status == 0, branch.err
    assert len(repo.foreign_runs()) == int("F" in order)


def test_119_pre_commit_with_an_empty_hooks_path(any_git: World) -> None:
    beside = Beside(any_git)
    beside.repo.git("config", "core.hooksPath", "")
    beside.come("P")
    done = beside.repo.install()

    assert done.protected == look(beside.repo.path).has_config_hooks
    assert os.path.lexists(beside.repo.path / ".git" / "hooks" / "pre-push")
    assert not Path("/pre-push").exists()
