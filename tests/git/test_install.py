"""`install` and `uninstall` on real repositories of every shape, with gits before and after 2.54."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from hooks_support import ROOT, Repo, World, executable, git_on_path, newer_git, older_git, snapshot, version_of, whole

from tagward.cli import install as install_door
from tagward.cli import uninstall as uninstall_door
from tagward.errors import CannotJudge, ConfigError, Trouble
from tagward.model.hooks import Configure, Move, Owner, Write
from tagward.tools import hook_file, hook_plan, hook_python, hooks
from tagward.tools.hook_call import another_hook_answers
from tagward.tools.hook_note import Note, unended
from tagward.tools.hook_places import CHAINED, look

pytest_plugins = ["hooks_support"]

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
needs_user = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")


def hold_gated(repo: Repo, name: str = "v1") -> None:
    """A good and a bad tag are judged exactly once each, with every line of the push."""
    repo.git("tag", f"{name}-good")
    repo.git("tag", f"{name}-bad")
    repo.calls()
    good = repo.push("origin", "HEAD:refs/heads/main", f"{name}-good")
    first = repo.judged()
    bad = repo.push("origin", "HEAD:refs/heads/other", f"{name}-bad")
    second = repo.judged()

    assert good.status == 0, good.err
    assert bad.status == 1, bad.err
    assert [sorted(call.refs) for call in first] in (
        [["refs/heads/main", f"refs/tags/{name}-good"]],
        [[f"refs/tags/{name}-good"]],
    )
    assert [sorted(call.refs) for call in second] == [["refs/heads/other", f"refs/tags/{name}-bad"]]
    assert f"{name}-good" in repo.tags_there()
    assert f"{name}-bad" not in repo.tags_there()


def test_80_install_then_uninstall_is_byte_identical(repo: Repo) -> None:
    before = whole(repo)
    done = repo.install()
    hold_gated(repo)
    gone = repo.uninstall()

    assert done.protected
    assert done.advice == ()
    assert gone.left == ()
    assert whole(repo) == before
    assert repo.push("origin", "v1-bad").status == 0


def test_80_installs_by_both_ways(new_git: World) -> None:
    repo = new_git.repo()
    repo.install()
    role = (repo.common / "tagward" / "pre-push").read_text().splitlines()[3]

    assert role == "role='config'"
    assert (repo.hooks / "pre-push").read_text().splitlines()[3] == "role='hookdir'"
    assert (repo.hooks / "pre-push").stat().st_mode & 0o777 == 0o755


def test_80_installs_one_file_where_git_is_old(old_git: World) -> None:
    repo = old_git.repo()
    before = whole(repo)
    repo.install()

    assert whole(repo).keys() - before.keys() == {"hooks/pre-push"}


def test_80_second_install_changes_nothing(repo: Repo) -> None:
    repo.install()
    before = whole(repo)
    again = repo.install()

    assert (again.steps, again.protected) == ((), True)
    assert whole(repo) == before


def test_80_second_uninstall_has_nothing_to_do(repo: Repo) -> None:
    repo.install()
    repo.uninstall()
    again = repo.uninstall()

    assert (again.removed, again.restored, again.configured, again.left) == ((), (), False, ())


def test_80_umask_does_not_make_the_hook_unreadable(repo: Repo) -> None:
    mask = os.umask(0o077)
    try:
        repo.install()
    finally:
        os.umask(mask)

    assert (repo.hooks / "pre-push").stat().st_mode & 0o777 == 0o755


def test_80_install_repairs_a_damaged_hook(repo: Repo) -> None:
    repo.install()
    healthy = whole(repo)
    hook = repo.hooks / "pre-push"
    hook.write_bytes(hook.read_bytes().replace(b"\n", b"\r\n"))
    hook.chmod(0o644)
    repo.install()

    assert whole(repo) == healthy


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(b"", id="as-git-left-it"),
        pytest.param(b"[a]\n\tb = c", id="no-line-end"),
        pytest.param(b"# a remark\n", id="remark"),
        pytest.param(b"; a remark", id="remark-without-line-end"),
        pytest.param(b"\n\n\n", id="blank-lines"),
        pytest.param(b"\n\t \n\n\t", id="blanks"),
        pytest.param(b"[a]\r\n\tb = c\r\n", id="crlf"),
        pytest.param(b'[hook "other"]\n\tcommand = true\n', id="another-hook"),
        pytest.param(b'[a]\n\tb = "x \\\n y"\n', id="continued-line"),
    ],
)
def test_80_configuration_comes_back_to_the_byte(repo: Repo, ending: bytes) -> None:
    config = repo.common / "config"
    config.write_bytes(config.read_bytes() + ending)
    before = whole(repo)
    repo.install()
    repo.install()
    repo.uninstall()

    assert whole(repo) == before


def test_80_what_others_configure_meanwhile_stays(repo: Repo) -> None:
    config = repo.common / "config"
    config.write_bytes(config.read_bytes().rstrip(b"\n"))
    repo.install()
    repo.git("remote", "add", "second", "../second.git")
    repo.uninstall()

    assert config.read_bytes().endswith(
        b'[remote "second"]\n\turl = ../second.git\n\tfetch = +refs/heads/*:refs/remotes/second/*\n'
    )
    assert b"tagward" not in config.read_bytes()


def test_80_missing_hooks_directory_is_missing_again(repo: Repo) -> None:
    shutil.rmtree(repo.hooks)
    repo.install()
    hold_gated(repo)
    repo.uninstall()

    assert not repo.hooks.exists()
    assert not (repo.common / "tagward").exists()


def test_80_uninstall_takes_tagwards_memory_and_leaves_strangers(repo: Repo) -> None:
    repo.install()
    state = repo.common / "tagward"
    (state / "last" / "v1").mkdir(parents=True)
    (state / "passed").mkdir()
    (state / "passed" / "x.json").write_text("{}")
    (state / "notes.txt").write_text("mine")
    gone = repo.uninstall()

    assert sorted(path.name for path in state.iterdir()) == ["notes.txt"]
    assert gone.left == (f"{state} holds what tagward did not put there: notes.txt",)


def test_81_foreign_hook_and_ours_get_the_whole_push_once(repo: Repo) -> None:
    repo.foreign()
    repo.install()
    repo.git("tag", "v1")
    repo.git("tag", "v2")
    done = repo.push("origin", "main", "v1", "v2")
    (call,) = repo.judged()
    (foreign,) = repo.foreign_runs()

    assert done.status == 0, done.err
    assert call.refs == ["refs/heads/main", "refs/tags/v1", "refs/tags/v2"]
    assert foreign == call.stdin


def test_81_foreign_failure_refuses(repo: Repo) -> None:
    repo.foreign()
    repo.log.with_name("foreign.fails").touch()
    repo.install()
    repo.git("tag", "v1")

    assert repo.push("origin", "main", "v1").status == 1
    assert repo.push("origin", "main").status == 1
    assert len(repo.foreign_runs()) == 2


@pytest.mark.parametrize("mode", [0o755, 0o700, 0o644])
def test_82_foreign_hook_comes_back_with_its_bytes_and_mode(repo: Repo, mode: int) -> None:
    repo.foreign().chmod(mode)
    before = whole(repo)
    repo.install()
    repo.install()
    gone = repo.uninstall()

    assert whole(repo) == before
    assert gone.restored == (repo.hooks / "pre-push",)


@pytest.mark.parametrize("target", ["pre-push.real", "/nowhere/at/all"], ids=["relative", "dangling"])
def test_83_foreign_link_is_moved_as_a_link(repo: Repo, target: str) -> None:
    repo.foreign("pre-push.real")
    (repo.hooks / "pre-push").symlink_to(target)
    before = whole(repo)
    repo.install()
    moved = (repo.hooks / CHAINED).readlink()
    hold_gated(repo)
    ran = len(repo.foreign_runs())
    repo.uninstall()

    assert moved == Path(target)
    assert ran == (2 if target == "pre-push.real" else 0)
    assert whole(repo) == before


def test_83_a_link_to_our_own_hook_comes_back_too(repo: Repo) -> None:
    (repo.hooks / "pre-push").symlink_to(hook_file.__file__)
    (repo.path / "shim").write_bytes(hook_file.source())
    (repo.hooks / "pre-push").unlink()
    (repo.hooks / "pre-push").symlink_to(repo.path / "shim")
    before = whole(repo)
    repo.install()
    repo.uninstall()

    assert whole(repo) == before
    assert (repo.path / "shim").read_bytes() == hook_file.source()


@pytest.mark.parametrize("scope", ["--local", "--global", "--worktree"])
def test_94_hooks_path_of_others_is_never_written_to(any_git: World, scope: str) -> None:
    repo = any_git.repo()
    if scope == "--worktree":
        repo.git("config", "extensions.worktreeConfig", "true")
    theirs = repo.path / "their hooks"
    theirs.mkdir()
    repo.git("config", scope, "core.hooksPath", "their hooks")
    before = whole(repo)
    done = repo.install()

    assert list(theirs.iterdir()) == []
    assert look(repo.path).current is Owner.NOBODY
    if look(repo.path).has_config_hooks:
        assert done.protected
        hold_gated(repo)
    else:
        assert not done.protected
        assert whole(repo) == before
        (advice,) = done.advice
        assert advice.reason.startswith(f"core.hooksPath ({scope[2:]}) is their hooks, so git does not look")
        assert (advice.where, advice.lines) == ("add to their hooks/pre-push", ('tagward pre-push "$@"',))
    repo.uninstall()
    assert whole(repo) == before


def test_94_following_the_advice_is_noticed(old_git: World) -> None:
    repo = old_git.repo()
    repo.git("config", "core.hooksPath", "theirs")
    (repo.path / "theirs").mkdir()
    hook = executable(repo.path / "theirs" / "pre-push", '#!/bin/sh\n# tagward pre-push "$@"\n')
    remarked = repo.install()
    (advice,) = remarked.advice
    hook.write_text("#!/bin/sh\n" + "\n".join(advice.lines) + "\n")
    done = repo.install()
    executable(old_git.tools / "tagward", f"#!/bin/sh\nexec '{repo.judge}' -I -m tagward pre-push --role= -- \"$@\"\n")
    hold_gated(repo)
    left = repo.uninstall().left

    assert not remarked.protected
    assert (done.protected, done.advice, done.steps) == (True, (), ())
    assert left == (f"{hook} calls tagward; take that line out yourself",)


def test_94_hooks_path_per_worktree(any_git: World) -> None:
    repo = any_git.repo()
    repo.git("config", "extensions.worktreeConfig", "true")
    repo.git("worktree", "add", "-q", "../other")
    repo.git("-C", "../other", "config", "--worktree", "core.hooksPath", "/nowhere")
    here = repo.install()
    repo.here = repo.path.parent / "other"
    there = repo.install()

    assert here.protected
    assert there.protected == look(repo.path).has_config_hooks


def test_94_hooks_path_that_names_gits_own_folder(old_git: World) -> None:
    repo = old_git.repo()
    repo.git("config", "core.hooksPath", str(repo.hooks))
    (advice,) = repo.install().advice
    repo.run("sh", "-c", advice.lines[0])

    assert advice.lines[0] == "git config --local --unset-all core.hooksPath"
    assert repo.install().protected


def test_94_hooks_directory_that_is_a_link_is_somebody_elses(repo: Repo) -> None:
    shared = repo.path.parent / "shared hooks"
    shutil.move(repo.hooks, shared)
    repo.hooks.symlink_to(shared)
    before, theirs = whole(repo), snapshot(shared)
    done = repo.install()
    modern = look(repo.path).has_config_hooks

    assert snapshot(shared) == theirs
    assert done.protected == modern
    if modern:
        hold_gated(repo)
    else:
        assert done.advice[0].where == f"add to {shared}/pre-push"
    repo.uninstall()
    assert whole(repo) == before


def test_119_empty_hooks_path(any_git: World) -> None:
    repo = any_git.repo()
    repo.git("config", "core.hooksPath", "")
    before = whole(repo)
    done = repo.install()

    if look(repo.path).has_config_hooks:
        assert done.protected
        hold_gated(repo)
    else:
        assert not done.protected
        assert done.advice[0].lines[0] == "git config --local --unset-all core.hooksPath"
        assert whole(repo) == before
    repo.uninstall()
    assert whole(repo) == before


SHAPES = ("foreign", "behind-pre-commit", "bare-bones")


def _shape(repo: Repo, shape: str) -> None:
    match shape:
        case "foreign":
            repo.foreign()
        case "behind-pre-commit":
            repo.foreign("pre-push.legacy")
            executable(repo.hooks / "pre-push", "#!/bin/sh\n# File generated by pre-commit: x\n")
        case "bare-bones":
            config = repo.common / "config"
            config.write_bytes(config.read_bytes().rstrip(b"\n"))
            shutil.rmtree(repo.hooks)
        case _:
            raise AssertionError(shape)


KILLED = """\
import os, sys
sys.path.insert(0, {source!r})
from pathlib import Path
from tagward.tools import hooks
whole, count = hooks._perform, iter(range({count}))
def perform(step, where):
    if next(count, None) is None:
        os._exit(9)
    whole(step, where)
hooks._perform = perform
hooks.install(Path({where!r}), Path({judge!r}))
"""


def _killed_install(repo: Repo, count: int) -> int:
    """Run `install` and kill it, as SIGKILL would, after so many steps."""
    code = KILLED.format(source=str(ROOT / "src"), count=count, where=str(repo.here), judge=str(repo.judge))
    return repo.run(sys.executable, "-I", "-c", code, check=False).status


@pytest.mark.parametrize("shape", SHAPES)
def test_95_install_killed_anywhere(repo: Repo, shape: str) -> None:
    _shape(repo, shape)
    before = whole(repo)
    repo.install()
    complete = {name: shot for name, shot in whole(repo).items() if name != "tagward/undo.json"}
    repo.uninstall()
    for count in range(len(hook_plan.plan(look(repo.path)).steps)):
        assert _killed_install(repo, count) == 9
        assert repo.run("git", "status").status == 0
        assert repo.push("--dry-run", "origin", "main").status == 0
        repo.uninstall()
        assert whole(repo) == before
        assert _killed_install(repo, count) == 9
        assert repo.install().protected
        assert {name: shot for name, shot in whole(repo).items() if name != "tagward/undo.json"} == complete
        repo.uninstall()
        assert whole(repo) == before


def test_95_full_disk_costs_nobody_a_hook(repo: Repo) -> None:
    repo.foreign()
    before = whole(repo)
    code = KILLED.format(source=str(ROOT / "src"), count=99, where=str(repo.here), judge=str(repo.judge))
    done = repo.run("sh", "-c", 'ulimit -f 1; exec "$@"', "sh", sys.executable, "-I", "-c", code, check=False)
    after = whole(repo)
    after.pop("tagward", None)
    after.pop("tagward/undo.json")

    assert "could not be changed: File too large" in done.err
    assert after == before
    assert repo.install().protected
    repo.uninstall()
    assert whole(repo) == before


def test_95_command_is_set_before_the_event(new_git: World) -> None:
    steps = hook_plan.plan(look(new_git.repo().path)).steps
    kinds = [type(step) if not isinstance(step, Configure) else step.key for step in steps]

    assert kinds == [Write, "hook.tagward-tags.command", "hook.tagward-tags.event", Write]


def test_95_half_written_configuration_is_completed(new_git: World) -> None:
    repo = new_git.repo()
    with (repo.common / "config").open("a") as config:
        config.write('[hook "tagward-tags"]\n\tevent = pre-push\n')
    dies = repo.run("git", "hook", "list", "pre-push", check=False).status
    repo.install()

    assert dies == 128
    hold_gated(repo)


def test_96_the_configured_hook_has_a_name_of_its_own(new_git: World) -> None:
    repo = new_git.repo()
    repo.install()

    assert repo.git("hook", "list", "--show-scope", "pre-push").splitlines() == [
        "local\ttagward-tags",
        "hook from hookdir",
    ]


def test_97_parallel_hooks_get_everything(new_git: World) -> None:
    repo = new_git.repo()
    repo.install()
    repo.git("config", "hook.jobs", "4")
    repo.git("config", "hook.another.command", "cat >/dev/null; true")
    repo.git("config", "hook.another.event", "pre-push")
    hold_gated(repo)


@pytest.mark.parametrize("how", ["-c", "local"])
def test_98_switched_off_means_off(new_git: World, how: str) -> None:
    repo = new_git.repo()
    repo.install()
    repo.git("tag", "v1-bad")
    options = ["-c", "hook.tagward-tags.enabled=false"] if how == "-c" else []
    if how == "local":
        repo.git("config", "hook.tagward-tags.enabled", "false")
    done = repo.push("origin", "v1-bad", options=options)

    assert done.status == 0, done.err
    assert [call.left for call in repo.calls()] == [True]


def test_98_install_says_that_it_is_switched_off(new_git: World) -> None:
    repo = new_git.repo()
    before = whole(repo)
    repo.git("config", "--global", "hook.tagward-tags.enabled", "false")
    done = repo.install()
    (advice,) = done.advice
    repo.run("sh", "-c", advice.lines[0])

    assert not done.protected
    assert advice.lines == ("git config --global --unset-all hook.tagward-tags.enabled", "tagward install")
    assert repo.install().protected
    repo.uninstall()
    assert whole(repo) == before


def test_98_all_configured_hooks_of_the_event_switched_off(new_git: World) -> None:
    repo = new_git.repo()
    if version_of(newer_git()) < (2, 55):
        pytest.skip("git 2.54 does not know hook.<event>.enabled")
    repo.git("config", "hook.pre-push.enabled", "false")
    done = repo.install()
    repo.git("tag", "v1-bad")

    assert not done.protected
    assert done.advice[0].lines[0] == "git config --local --unset-all hook.pre-push.enabled"
    assert repo.push("origin", "v1-bad").status == 0


@pytest.mark.parametrize("first", ["old", "new"])
def test_99_installed_with_one_git_and_pushed_with_another(world: World, first: str) -> None:
    gits = [older_git(), newer_git()]
    installing, pushing = gits if first == "old" else reversed(gits)
    world.use(installing)
    repo = world.repo()
    before = whole(repo)
    repo.install()
    world.use(pushing)
    hold_gated(repo)
    repo.install()
    hold_gated(repo, "v2")
    world.use(installing)
    hold_gated(repo, "v3")
    repo.uninstall()

    assert whole(repo) == before


def test_99_every_answer_of_the_other_hook(new_git: World) -> None:
    repo = new_git.repo()
    repo.install()
    new_git.monkeypatch.chdir(repo.path)
    listed = another_hook_answers("hookdir"), another_hook_answers("")
    asked = another_hook_answers("config")
    repo.git("config", "hook.tagward-tags.enabled", "false")
    off = another_hook_answers("hookdir")
    repo.git("config", "--remove-section", "hook.tagward-tags")

    assert (listed, asked, off) == ((True, True), False, True)
    assert not another_hook_answers("hookdir")


def test_99_old_git_has_no_other_hook(old_git: World) -> None:
    repo = old_git.repo()
    old_git.monkeypatch.chdir(repo.path)

    assert not another_hook_answers("hookdir")


NAMES = ("""it's a "b" é $(touch pwned)`x`;&""", "-dash")


@pytest.mark.parametrize("name", NAMES)
def test_102_odd_paths_and_moved_repositories(any_git: World, name: str) -> None:
    repo = any_git.repo(name)
    before = whole(repo)
    repo.install()
    hold_gated(repo)
    moved = repo.path.with_name("moved and " + name)
    repo.path.rename(moved)
    repo.path = repo.here = moved
    hold_gated(repo, "v2")
    repo.uninstall()

    assert whole(repo) == before
    assert not list(any_git.root.rglob("pwned"))


def test_103_pushed_with_an_empty_environment(repo: Repo) -> None:
    repo.install()
    repo.git("tag", "v1")
    git = shutil.which("git")
    assert git
    done = repo.run("env", "-i", f"HOME={os.environ['HOME']}", git, "push", "origin", "main", "v1")
    (call,) = repo.calls() if not look(repo.path).has_config_hooks else repo.judged()

    assert done.status == 0, done.err
    assert call.refs == ["refs/heads/main", "refs/tags/v1"]


def test_48_linked_worktree(repo: Repo) -> None:
    before = whole(repo)
    repo.git("worktree", "add", "-q", "-b", "side", "../linked worktree")
    repo.here = repo.path.parent / "linked worktree"
    repo.install()
    hold_gated(repo)
    repo.here = repo.path
    hold_gated(repo, "v2")
    repo.here = repo.path.parent / "linked worktree"
    repo.uninstall()

    assert whole(repo) == before


def test_49_submodule(repo: Repo) -> None:
    outer = repo.path.parent / "outer"
    repo.push("origin", "main")
    repo.git("init", "-q", str(outer))
    repo.git("-C", str(outer), "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../remote.git", "in")
    outer_before = snapshot(outer / ".git" / "hooks")
    repo.here = outer / "in"
    repo.git("remote", "set-url", "origin", str(repo.remote))
    before = whole(repo)
    repo.install()
    hold_gated(repo)
    repo.uninstall()

    assert repo.common == outer / ".git" / "modules" / "in"
    assert whole(repo) == before
    assert snapshot(outer / ".git" / "hooks") == outer_before


def test_50_bare_repository(repo: Repo) -> None:
    bare = repo.path.parent / "bare.git"
    repo.git("clone", "-q", "--bare", str(repo.path), str(bare))
    repo.here = bare
    repo.git("remote", "set-url", "origin", str(repo.remote))
    before = whole(repo)
    repo.install()
    hold_gated(repo)
    repo.uninstall()

    assert whole(repo) == before


def test_47_51_from_below_and_from_inside_git(repo: Repo) -> None:
    (repo.path / "below").mkdir()
    repo.git("remote", "set-url", "origin", str(repo.remote))
    before = whole(repo)
    for number, here in enumerate((repo.path / "below", repo.common, repo.common / "objects")):
        repo.here = here
        repo.install()
        hold_gated(repo, f"v{number}")
        repo.uninstall()
        assert whole(repo) == before


def test_52_git_dir_from_elsewhere(repo: Repo) -> None:
    repo.install()
    repo.git("tag", "v1")
    env = {"GIT_DIR": str(repo.path / ".git")}
    repo.here = repo.path.parent
    repo.run("git", "-C", "work", "remote", "set-url", "origin", str(repo.remote))
    done = repo.run("git", "push", "origin", "v1", env=env)

    assert done.status == 0, done.err
    assert [call.refs for call in repo.judged()] == [["refs/tags/v1"]]


CACHES = [
    pytest.param("/home/u/.cache/uv/archive-v0/1SSl29m_LR9PPNG9/bin/python", "uv's cache", id="uvx"),
    pytest.param("/x/uvc/builds-v0/.tmpAOSFag/bin/python", "uv's cache", id="uv-run-isolated"),
    pytest.param("/home/u/.cache/uv/environments-v2/s-0a1b/bin/python3", "uv's cache", id="uv-run-script"),
    pytest.param("/home/u/.cache/pipx/0123456789abcde/bin/python", "the cache of pipx run", id="pipx-run"),
    pytest.param("/srv/pipx/.cache/0123456789abcde/bin/python", "the cache of pipx run", id="pipx-run-PIPX_HOME"),
    pytest.param("/home/u/.cache/pre-commit/repoabc/py_env-python3.11/bin/python", "pre-commit's own", id="pre-commit"),
    pytest.param("/home/u/.cache/prek/hooks/python-Xy12/bin/python", "prek's own", id="prek"),
    pytest.param("/home/u/.local/share/uv/tools/tagward/bin/python", "", id="uv-tool"),
    pytest.param("/home/u/.local/share/pipx/venvs/tagward/bin/python", "", id="pipx"),
    pytest.param("/home/u/.cache/pypoetry/virtualenvs/acme-x-py3.11/bin/python", "", id="poetry"),
    pytest.param("/home/u/src/pipx/.venv/bin/python", "", id="someone-elses-venv"),
    pytest.param("/usr/bin/python3", "", id="system"),
]


@pytest.mark.parametrize(("python", "home"), CACHES)
def test_105_interpreters_that_will_not_stay(python: str, home: str) -> None:
    assert hook_python.passing_home(Path(python)).startswith(home)
    assert bool(hook_python.passing_home(Path(python))) == bool(home)


def test_105_install_from_a_cache_refuses_with_advice(repo: Repo) -> None:
    cache = repo.path.parent / "uv" / "archive-v0" / "x" / "bin"
    cache.mkdir(parents=True)
    repo.judge = repo.judge.rename(cache / "python")

    hold_refused(repo, ConfigError, "runs from uv's cache")


@pytest.mark.parametrize("answer", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\necho Python 3.11\n", "#!/nowhere/python\n"])
def test_105_interpreter_that_does_not_answer(repo: Repo, answer: str) -> None:
    executable(repo.judge, answer)

    hold_refused(repo, CannotJudge, "-I -m tagward --version does not answer")


def test_105_interpreter_is_asked_from_an_empty_folder(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo.path / "tagward").mkdir()
    (repo.path / "tagward" / "__init__.py").touch()
    (repo.path / "tagward" / "__main__.py").write_text("print('tagward 0.1.0')\n")
    monkeypatch.chdir(repo.path)
    bare = executable(repo.path.parent / "bare python", f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    repo.judge = bare

    hold_refused(repo, CannotJudge, "does not answer")


def hold_refused(repo: Repo, kind: type[Trouble], sentence: str) -> None:
    """`install` refuses with this sentence and a way out, and changes nothing."""
    before = snapshot(repo.common)
    with pytest.raises(kind) as caught:
        repo.install()

    assert sentence in str(caught.value)
    assert caught.value.fixes
    assert snapshot(repo.common) == before


def test_106_not_a_repository(any_git: World, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="no git repository"):
        hooks.install(tmp_path / "empty", any_git.root / "python")

    assert list((tmp_path / "empty").iterdir()) == []


def test_106_no_git(world: World, tmp_path: Path) -> None:
    world.monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotJudge, match="git could not be started"):
        hooks.install(tmp_path, tmp_path / "python")


def test_106_git_of_long_ago(world: World) -> None:
    executable(world.tools / "git", "#!/bin/sh\necho git version 2.25.1\n")
    world.monkeypatch.setenv("PATH", f"{world.tools}:/usr/bin:/bin")
    with pytest.raises(CannotJudge, match=r"git is too old: git version 2\.25\.1"):
        hooks.install(world.root, world.root / "python")


@pytest.mark.parametrize("name", ["pre-push", "pre-push.legacy"])
def test_106_a_folder_stands_where_the_hook_belongs(repo: Repo, name: str) -> None:
    executable(repo.hooks / "pre-push", "#!/bin/sh\n# File generated by pre-commit: x\n")
    (repo.hooks / name).unlink(missing_ok=True)
    (repo.hooks / name).mkdir()

    hold_refused(repo, CannotJudge, f"{name} is a folder")


@pytest.mark.parametrize("name", ["pre-push", "pre-push.legacy"])
def test_106_place_of_the_chained_hook_is_taken(repo: Repo, name: str) -> None:
    executable(repo.hooks / "pre-push", "#!/bin/sh\n# File generated by pre-commit: x\n")
    repo.foreign(name)
    repo.foreign(CHAINED)

    hold_refused(repo, CannotJudge, f"{CHAINED} is there already")


def test_106_configuration_is_locked(repo: Repo) -> None:
    (repo.common / "config.lock").touch()

    hold_refused(repo, CannotJudge, "configuration is locked")


def test_106_uninstall_respects_the_lock(repo: Repo) -> None:
    repo.install()
    (repo.common / "config.lock").touch()
    before = snapshot(repo.common)
    with pytest.raises(CannotJudge, match="locked"):
        repo.uninstall()

    assert snapshot(repo.common) == before


def test_106_a_configuration_that_git_is_writing_is_left_to_it(tmp_path: Path) -> None:
    config, lock = tmp_path / "config", tmp_path / "config.lock"
    config.write_bytes(b"[core]")
    note = Note(config=unended(tmp_path))
    config.write_bytes(b"[core]\n")
    lock.write_bytes(b"of git")

    with pytest.raises(FileExistsError):
        note.restore_end(tmp_path)

    assert (config.read_bytes(), lock.read_bytes()) == (b"[core]\n", b"of git")


@pytest.mark.parametrize("kind", ["file", "link"])
def test_106_our_own_folder_is_something_else(repo: Repo, kind: str) -> None:
    state = repo.common / "tagward"
    if kind == "file":
        state.touch()
    else:
        state.symlink_to(repo.path)

    hold_refused(repo, CannotJudge, "tagward is in the way")


@needs_user
@pytest.mark.parametrize("name", ["hooks", "."])
def test_106_closed_folder(repo: Repo, name: str) -> None:
    closed = repo.common / name
    closed.chmod(0o555)
    try:
        hold_refused(repo, CannotJudge, "cannot be written to")
    finally:
        closed.chmod(0o755)


@needs_root
def test_106_repository_of_another_user(repo: Repo) -> None:
    repo.git("config", "--global", "safe.directory", "*")
    for path in [repo.path, *repo.path.rglob("*")]:
        os.chown(path, 65534, 65534)

    hold_refused(repo, CannotJudge, "belongs to another user")


@needs_root
def test_108_sudo_in_a_protected_repository(repo: Repo) -> None:
    repo.install()
    repo.git("tag", "v1")
    for path in [repo.path, *repo.path.rglob("*")]:
        os.chown(path, 65534, 65534)
    repo.here = repo.path
    done = repo.run("git", "push", str(repo.remote), "v1", env={"SUDO_UID": "65534"})

    assert done.status == 0, done.err
    assert [call.refs for call in repo.judged()] == [["refs/tags/v1"]]
    assert {path.lstat().st_uid for path in repo.path.rglob("*")} == {65534}


@needs_root
def test_109_foreign_repository_that_is_declared_safe(repo: Repo) -> None:
    repo.install()
    repo.git("tag", "v1")
    repo.git("config", "--global", "safe.directory", "*")
    for path in [repo.path, *repo.path.rglob("*")]:
        os.chown(path, 65534, 65534)

    assert repo.push("origin", "v1").status == 0
    assert [call.refs for call in repo.judged()] == [["refs/tags/v1"]]


def test_120_configured_file_is_gone(new_git: World) -> None:
    repo = new_git.repo()
    repo.install()
    repo.git("tag", "v1")
    shutil.rmtree(repo.common / "tagward")
    tag, branch = repo.push("origin", "v1"), repo.push("origin", "main")
    repaired = repo.install()
    hold_gated(repo)

    assert (tag.status, branch.status) == (1, 1)
    assert "tagward: its hook file is gone; run: tagward install" in tag.err
    assert repaired.protected
    assert [type(step) for step in repaired.steps] == [Write]


def test_120_uninstall_without_the_configured_file(new_git: World) -> None:
    repo = new_git.repo()
    before = whole(repo)
    repo.install()
    shutil.rmtree(repo.common / "tagward")
    repo.uninstall()

    assert whole(repo) == before


def test_dry_run_changes_nothing(repo: Repo) -> None:
    repo.foreign()
    before = snapshot(repo.common)
    would = repo.install(dry_run=True)
    unchanged = snapshot(repo.common)
    done = repo.install()

    assert unchanged == before
    assert would.steps == done.steps
    assert [step for step in would.steps if isinstance(step, Move)] == [
        Move(repo.hooks / "pre-push", repo.hooks / CHAINED)
    ]
    assert repo.install(dry_run=True).steps == ()


def test_orphaned_chained_hook_is_named(repo: Repo) -> None:
    repo.foreign()
    repo.install()
    repo.foreign()
    gone = repo.uninstall()

    assert gone.left == (
        f"{repo.hooks / CHAINED} stood here before tagward; pre-push is another tool's now, so it stays",
    )


def _say(repo: Repo, monkeypatch: pytest.MonkeyPatch, door: str, *, dry_run: bool = False) -> int:
    import argparse  # noqa: PLC0415  # for this alone

    monkeypatch.chdir(repo.path)
    monkeypatch.setattr(hook_python, "current", lambda: repo.judge)
    args = argparse.Namespace(dry_run=dry_run, at_tag=False)
    return install_door.run(args) if door == "install" else uninstall_door.run(args)


def test_screens_of_install_and_uninstall(
    old_git: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = old_git.repo()
    repo.foreign()
    codes = [
        _say(repo, monkeypatch, "install", dry_run=True),
        _say(repo, monkeypatch, "install"),
        _say(repo, monkeypatch, "install"),
        _say(repo, monkeypatch, "uninstall"),
        _say(repo, monkeypatch, "uninstall"),
    ]
    said = capsys.readouterr()

    assert codes == [0] * 5
    assert said.out == ""
    assert said.err.splitlines() == [
        "✓ would protect this repository",
        "  would keep the hook that is there: .git/hooks/pre-push -> pre-push.tagward-chained",
        "  would put the hook at .git/hooks/pre-push, which runs pre-push.tagward-chained first",
        "✓ every push from this repository has its release tags judged",
        "  keep the hook that is there: .git/hooks/pre-push -> pre-push.tagward-chained",
        "  put the hook at .git/hooks/pre-push, which runs pre-push.tagward-chained first",
        "next: tagward check TAG judges a tag as a push would; git push --no-verify skips the hook",
        "✓ every push from this repository has its release tags judged (nothing to do, the hook was in place)",
        "next: tagward check TAG judges a tag as a push would; git push --no-verify skips the hook",
        "✓ tagward's hook is out",
        "  .git/hooks/pre-push is the hook again that stood there before",
        "✓ nothing to do, there was no hook of tagward's",
    ]


def test_screen_of_a_repository_that_cannot_be_protected(
    old_git: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = old_git.repo()
    repo.git("config", "core.hooksPath", "theirs")

    assert _say(repo, monkeypatch, "install") == 1
    assert capsys.readouterr().err.splitlines() == [
        "✗ release tags are NOT judged when you push from this repository",
        f"  core.hooksPath (local) is theirs, so git does not look into {repo.hooks}",
        "  add to theirs/pre-push:",
        '    tagward pre-push "$@"',
    ]


def test_screen_with_hooks_in_the_configuration(
    new_git: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = new_git.repo()
    codes = [_say(repo, monkeypatch, "install"), _say(repo, monkeypatch, "uninstall")]

    assert codes == [0, 0]
    assert capsys.readouterr().err.splitlines() == [
        "✓ every push from this repository has its release tags judged",
        "  put the hook at .git/tagward/pre-push",
        "  put the hook at .git/hooks/pre-push",
        "  set hook.tagward-tags in the repository's configuration",
        "next: tagward check TAG judges a tag as a push would; git push --no-verify skips the hook",
        "✓ tagward's hook is out",
        "  deleted .git/hooks/pre-push",
        "  deleted .git/tagward",
        "  took hook.tagward-tags out of the repository's configuration",
    ]


def test_the_git_on_path_is_the_one_that_counts(any_git: World) -> None:
    assert look(any_git.repo().path).git == version_of(git_on_path())
