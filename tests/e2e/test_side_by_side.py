"""Several releases in one push: built side by side, told in order, ended together; and one limit of time for all."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import BACKEND, PYPROJECT, Project, git
from push_support import accepted, refused, traces
from support import running, start_push, wait_for, write_line

from tagward.tools.crew import cores

pytestmark = pytest.mark.e2e
SLOW = "import os, time\n"
needs_two = pytest.mark.skipif(cores() < 2, reason="one processor: releases are judged one after the other")


def projects(project: Project, **first: str) -> tuple[str, ...]:
    """A project 1.0.0 for each name, whose build begins with these lines; returns the tags."""
    for path in ("pyproject.toml", "backend.py", "src/demo/__init__.py", "README.md"):
        (project.root / path).unlink()
    for name, lines in first.items():
        body = "".join(f"    {line}\n" for line in lines.splitlines())
        folder = f"packages/{name}"
        project.write(f"{folder}/pyproject.toml", PYPROJECT.format(version="1.0.0").replace("demo", f"acme-{name}"))
        first_hook = f"def build_sdist(directory, *more):\n{body}    return _sdist(directory)\n"
        project.write(f"{folder}/backend.py", f"{BACKEND}\n_sdist = build_sdist\n{first_hook}")
        project.write(f"{folder}/README.md", "# Acme\n")
        project.write(f"{folder}/src/acme_{name}/__init__.py", '"""Acme."""\n')
    project.commit()
    git("push", "-q", "--no-verify", "origin", "main", cwd=project.root)
    tags = tuple(f"acme-{name}-v1.0.0" for name in first)
    for tag in tags:
        project.tag(tag)
    return tags


def waiting(path: Path, seconds: int = 60) -> str:
    """Lines that wait until there is a file, and break where it never comes."""
    wait = f"any(os.path.exists({str(path)!r}) or time.sleep(0.05) for _ in range({seconds * 20}))"
    return f"{SLOW}if not {wait}: raise SystemExit('it never came')\n"


def stuck(path: Path) -> str:
    """Lines that write their process down and stay, but only the first time."""
    return f"{SLOW}if not os.path.exists({str(path)!r}):\n    {write_line(path, 'os.getpid()')}    time.sleep(600)\n"


def left() -> list[str]:
    return [path.name for path in Path(os.environ["TMPDIR"]).glob("tagward-*")]


@needs_two
def test_they_are_built_at_the_same_time_and_told_one_after_the_other(guarded: Project) -> None:
    marker = guarded.root.parent / "marker"
    tags = projects(guarded, a=waiting(marker), b=write_line(marker, "'here'"))

    said = accepted(guarded, *tags)

    blocks = re.findall(r"tagward: checking (\S+)|✓ (\S+) is ready", said)
    assert ["".join(block) for block in blocks] == [tags[0], tags[0], tags[1], tags[1]]
    assert said.count("✓ install") == 2


@needs_two
def test_ctrl_c_ends_all_of_them(guarded: Project) -> None:
    markers = [guarded.root.parent / name for name in "ab"]
    tags = projects(guarded, a=stuck(markers[0]), b=stuck(markers[1]))
    before, there = traces(guarded.root), guarded.on_remote()
    push = start_push(guarded, *tags)
    wait_for(lambda: all(marker.exists() and marker.read_text() for marker in markers), "both builds")

    os.killpg(push.pid, signal.SIGINT)

    said = push.communicate(timeout=30)[1]
    assert "Traceback" not in said
    for marker in markers:
        wait_for(lambda marker=marker: not running(int(marker.read_text())), "the build ends")  # type: ignore[misc]
    wait_for(lambda: not left(), "the scratch folders go")
    assert (traces(guarded.root), guarded.on_remote()) == (before, there)


@needs_two
def test_a_push_that_is_killed_takes_all_of_them_along(guarded: Project) -> None:
    markers = [guarded.root.parent / name for name in "ab"]
    tags = projects(guarded, a=stuck(markers[0]), b=stuck(markers[1]))
    push = start_push(guarded, *tags)
    wait_for(lambda: all(marker.exists() and marker.read_text() for marker in markers), "both builds")

    push.kill()

    push.communicate(timeout=30)
    for marker in markers:
        wait_for(lambda marker=marker: not running(int(marker.read_text())), "the build ends")  # type: ignore[misc]
    wait_for(lambda: not left(), "the scratch folders go")


@needs_two
def test_one_whose_process_is_killed_was_not_checked(guarded: Project) -> None:
    marker = guarded.root.parent / "killed"
    kill = f"import os, signal, subprocess\nif not os.path.exists({str(marker)!r}):\n"
    kill += f"    {write_line(marker, 'os.getpid()')}"
    kill += "    up = lambda pid: int(subprocess.check_output(['ps', '-o', 'ppid=', '-p', str(pid)]))\n"
    kill += "    os.kill(up(up(os.getpid())), signal.SIGKILL)\n"
    tags = projects(guarded, a="", b=kill)

    said = refused(guarded, *tags)

    assert f"{tags[0]} is ready" in said
    assert f"error: {tags[1]} was not checked: judging it broke off: its process ended with -9" in said
    assert f"✗ push stopped: {tags[1]} was not checked" in said
    assert left()
    accepted(guarded, *tags)  # which sweeps what the killed one has left


def test_what_was_done_before_the_time_was_over_is_kept(guarded: Project) -> None:
    marker = guarded.root.parent / "stuck"
    tags = projects(guarded, a="", b=stuck(marker))
    guarded.write("pyproject.toml", "[tool.tagward]\ntimeout = 25\n")
    guarded.commit()
    git("push", "-q", "--no-verify", "origin", "main", cwd=guarded.root)
    for tag in tags:
        guarded.tag(tag, "-f")

    said = refused(guarded, *tags)

    assert f"✓ {tags[0]} is ready" in said
    assert f"error: {tags[1]} was not checked: the gate was not done within 25 s" in said
    assert "or push again: what has passed until now is remembered" in said
    said = accepted(guarded, *tags)
    assert f"✓ {tags[0]} is ready, remembered from" in said
    assert said.count("✓ build") == 1


def test_a_long_push_over_ssh_is_told_what_may_happen(guarded: Project) -> None:
    ssh = guarded.root.parent / "ssh"
    ssh.write_text('#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n', encoding="utf-8")
    ssh.chmod(0o755)
    tags = projects(guarded, a=f"{SLOW}time.sleep(3)\n")
    guarded.write("pyproject.toml", "[tool.tagward]\ntimeout = 5\n")  # it is told after two fifths
    guarded.commit()
    guarded.tag(tags[0], "-f")
    environ = {"GIT_SSH_COMMAND": str(ssh), "GIT_SSH_VARIANT": "simple"}
    line = f"! 2 s used; a server may drop an idle SSH push. tagward check {tags[0]} beforehand makes the push instant"

    over_ssh = git("push", f"ssh://host{guarded.remote}", "main", tags[0], cwd=guarded.root, check=False, **environ)
    assert line in over_ssh.stderr.splitlines(), over_ssh.stderr
    on_disk = guarded.push("main", tags[0])
    assert "SSH" not in on_disk.stderr


def test_where_there_is_one_processor_nothing_is_split_off(guarded: Project) -> None:
    tags = projects(guarded, a="", b="")
    words = ["taskset", "-c", "0", "git", "push", "origin", *tags]
    if sys.platform != "linux" or not any(Path(path, "taskset").exists() for path in os.environ["PATH"].split(":")):
        pytest.skip("no taskset here")
    done = subprocess.run(words, cwd=guarded.root, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert [tag in done.stderr for tag in tags] == [True, True]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="what was left is looked for in /proc")
@pytest.mark.parametrize("names", [("core",), ("core", "more")], ids=["one", "side by side"])
def test_after_a_good_end_nothing_is_looked_for(guarded: Project, tmp_path: Path, names: tuple[str, ...]) -> None:
    tags = projects(guarded, **dict.fromkeys(names, ""))
    looked = tmp_path / "looked"
    (tmp_path / "programs").mkdir()
    stand_in = tmp_path / "programs/grep"
    stand_in.write_text(f"#!/bin/sh\n: > {looked}\n", encoding="utf-8")
    stand_in.chmod(0o755)

    accepted(guarded, *tags, PATH=f"{stand_in.parent}{os.pathsep}{os.environ['PATH']}")

    while any(str(stand_in.parent).encode() in environ for environ in map(_environ, Path("/proc").iterdir())):
        time.sleep(0.02)
    assert not looked.exists()


def _environ(place: Path) -> bytes:
    try:
        return (place / "environ").read_bytes() if place.name.isdigit() else b""
    except OSError:
        return b""
