"""Runs that are killed: `python tests/faults/kills.py`, or with `--quick` a dozen of them.

SIGKILL, SIGTERM and SIGINT end each command at points that are spread over its time, over the processes that it starts
and over the lines that it prints; sent to the whole group, as by Ctrl-C, or to one process alone. After each:

* no pass and no exit status 0 of what did not pass,
* the user's repository is byte-identical; what writes into it is untouched, or complete after the same command again,
* nothing is left behind but marked scratch folders, which the next run sweeps, and the folder of somebody else stays,
* no process is alive a few seconds later.

The exit status is 1 where anything of that is not so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

sys.path.insert(0, str(Path(__file__).parents[1]))

from conftest import WHO, git, make_project
from fault_index import sha256
from killing import MOST_SECONDS, THEIRS, Ground, Point, Run, after, differing, end, made, seen, swept
from publish_support import HASTE, make_release
from release_support import SLUG, lay_forge

from tagward.tools.localindex import local_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from release_support import Forge

TAGWARD = [sys.executable, "-I", "-m", "tagward"]
PUSH = ["git", "push", "origin", "HEAD", "v1.0.0"]
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL, signal.SIGINT)
KINDS = ("time", "child", "line")
GOOD, BROKEN = "# it imports\n", "import nothing_of_that_name\n"
QUICK = 1 / 18

Held: TypeAlias = "Callable[[Ground, Run], Iterator[str]]"
"""What must not be so after a run."""


@dataclass(frozen=True)
class Scenario:
    """A command that is killed.

    Attributes:
        points: how many times in the whole run.
        words: the command.
        make: prepares its ground.
        to: who gets the signals, in turn.
        writes: it is meant to write into the repository.
        again: the exit status of the same command afterwards.
        follow: what runs afterwards; the same command without it.
        dated: beginnings of paths that hold the time of the run, and are never the same.
        slow: it is left out of a quick run.
    """

    name: str
    points: int
    words: list[str]
    make: Callable[[Ground, ExitStack], Held]
    to: tuple[str, ...] = ("alone", "group")
    writes: bool = False
    again: int = 0
    follow: list[str] | None = None
    dated: tuple[str, ...] = ()
    slow: bool = False


@dataclass(frozen=True)
class Whole:
    """A run that nobody ended: how long it took, what it started, printed and made."""

    seconds: float
    children: int
    lines: int
    made: dict[str, str]


def ground(folder: Path) -> Ground:
    """An empty one; the caches are its own."""
    for name in ("home", "tmp", "bin", f"tmp/{THEIRS}"):
        (folder / name).mkdir(parents=True)
    (folder / "home/gitconfig").write_text("[init]\n\tdefaultBranch = main\n")
    path = f"{folder / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    own = {
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(folder / "home/gitconfig"),
        "PATH": path,
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
        "PIP_NO_INDEX": "1",
        "UV_OFFLINE": "1",
        "TAGWARD_INDEX": "",
    }
    return Ground(folder, {**WHO, **own})


def project(here: Ground, code: str, *tags: str) -> None:
    """The user's repository; the last stage of the gate, the import, decides what it is worth."""
    made = make_project(here.folder)
    git("remote", "set-url", "origin", "../remote.git", cwd=made.root)
    made.write("src/demo/__init__.py", f'"""A demo."""\n\n__version__ = "1.0.0"\n{code}')
    made.commit("second")
    for tag in tags:
        git("tag", "-a", "-m", tag, tag, cwd=made.root)


def release_next(here: Ground) -> None:
    """The next release, 1.1.0, with its tag."""
    text = here.root / "pyproject.toml"
    text.write_text(text.read_text().replace("1.0.0", "1.1.0"))
    module = here.root / "src/demo/__init__.py"
    module.write_text(module.read_text().replace("1.0.0", "1.1.0"))
    git("commit", "-qam", "third", cwd=here.root)
    git("tag", "-a", "-m", "v1.1.0", "v1.1.0", cwd=here.root)


def passed(here: Ground) -> set[str]:
    """Everything that says of a release that it passed, or that it is out."""
    kept = here.root / ".git/tagward"
    said = {
        f"{path.parent.name}/{path.name}" for name in ("passed", "receipts") for path in kept.glob(f"{name}/*.json")
    }
    refs = git("for-each-ref", "--format=%(refname)", cwd=here.folder / "remote.git").stdout.split()
    return said | {ref for ref in refs if ref.startswith("refs/tags/")}


def broken_gate(here: Ground, stack: ExitStack) -> Held:
    """A gate on a release that must not pass."""
    del stack
    project(here, BROKEN, "v1.0.0")
    installed(here)

    def held(here: Ground, run: Run) -> Iterator[str]:
        if run.status == 0 or "✓ v1.0.0" in run.said:
            yield f"a pass was claimed, exit {run.status}"
        if found := passed(here):
            yield f"a pass was written down: {found}"

    return held


def good_gate(here: Ground, stack: ExitStack) -> Held:
    """A gate on releases that pass: it may say so, when it has come to the end."""
    del stack
    project(here, GOOD, "v1.0.0")
    installed(here)
    return _honest


def two_tags(here: Ground, stack: ExitStack) -> Held:
    """Two of them at once, each in a process of its own."""
    del stack
    project(here, GOOD, "v1.0.0")
    release_next(here)
    installed(here)
    return _honest


def _honest(here: Ground, run: Run) -> Iterator[str]:
    out = {ref for ref in passed(here) if ref.startswith("refs/")}
    for tag in ("v1.0.0", "v1.1.0"):
        if f"refs/tags/{tag}" in out and f"✓ {tag}" not in run.said:
            yield f"{tag} was sent without a verdict"
    if run.status == 0 and "✓ v1.0.0" not in run.said:
        yield "exit 0 without a verdict"


def installed(here: Ground) -> None:
    """Put our hook in."""
    subprocess.run([*TAGWARD, "install"], cwd=here.root, env=here.environ, check=True, capture_output=True)


def setting_up(here: Ground, stack: ExitStack) -> Held:
    """A project without anything of ours."""
    del stack
    project(here, GOOD)
    hook = here.root / ".git/hooks/pre-push"
    hook.write_text("#!/bin/sh\nexit 0\n")
    hook.chmod(0o755)
    return _works


def taking_out(here: Ground, stack: ExitStack) -> Held:
    """A project with our hook beside another."""
    held = setting_up(here, stack)
    installed(here)
    return held


def _works(here: Ground, run: Run) -> Iterator[str]:
    """Git works, and what is there of the hook is whole."""
    del run
    for words in (("status",), ("config", "--list"), ("fsck", "--strict")):
        done = subprocess.run(["git", *words], cwd=here.root, env=here.environ, capture_output=True, check=False)
        if done.returncode:
            yield f"git {words[0]} fails: {done.stderr.decode()}"
    for hook in (here.root / ".git/hooks").glob("pre-push*"):
        if subprocess.run(["sh", "-n", hook], check=False).returncode:
            yield f"{hook.name} is half"


def publishing(here: Ground, stack: ExitStack) -> Held:
    """A release on disk, an index that has nothing of it, and a repository beside it."""
    project(here, GOOD)
    release = make_release(here.folder / "release")
    files = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="index-")))
    index = stack.enter_context(local_index(files))
    here.environ |= {
        "TWINE_USERNAME": index.username,
        "TWINE_PASSWORD": index.password,
        "TWINE_REPOSITORY_URL": index.upload,
    }
    mine = {file.name: sha256(file.read_bytes()) for file in release.files}

    def held(here: Ground, run: Run) -> Iterator[str]:
        del here
        there = {one.name: sha256(one.read_bytes()) for one in files.iterdir() if one.name in mine}
        if run.status == 0 and there != mine:
            yield f"exit 0, and on the index are {sorted(there)}"
        if not there.items() <= mine.items():
            yield f"other bytes on the index: {sorted(there)}"

    return held


def rehearsing(here: Ground, stack: ExitStack) -> Held:
    """A repository in which the sandbox is rehearsed."""
    del stack
    project(here, GOOD, "v1.0.0")

    def held(here: Ground, run: Run) -> Iterator[str]:
        del here
        if run.status == 0 and "the whole path works" not in run.said and "v1.0.0" not in run.said:
            yield "exit 0 without the whole path"

    return held


SERVER = """
import json, os, pathlib, subprocess, sys, tempfile
# GitHub's workflow: it builds what the tag names, and the index has it; then the release and the run can be seen.
github, index, tag = pathlib.Path({github!r}), pathlib.Path({index!r}), sys.argv[1]
with tempfile.TemporaryDirectory(dir=github) as place:
    subprocess.run(["git", "clone", "-q", "--branch", tag, {remote!r}, place + "/clone"], check=True, stderr=-3)
    when = ["git", "-C", place + "/clone", "log", "-1", "--format=%ct"]
    made = subprocess.run(when, stdout=-1, check=True, text=True)
    words = [sys.executable, "-I", "-m", "build", "-n", "--outdir", place + "/dist", place + "/clone"]
    epoch = {{**os.environ, "SOURCE_DATE_EPOCH": made.stdout.strip()}}
    subprocess.run(words, cwd=place, env=epoch, check=True, stdout=-3, stderr=-3)
    for file in pathlib.Path(place, "dist").iterdir():
        file.replace(index / file.name)
run = {{"databaseId": 7, "status": "completed", "conclusion": "success", "url": "https://github.com/run/7"}}
release = {{"url": "https://github.com/{slug}/releases/tag/" + tag, "isDraft": False}}
for name, state in (("run.json", run), ("release.json", release)):
    (github / (name + ".new")).write_text(json.dumps(state))
    (github / (name + ".new")).replace(github / name)
"""


def sandbox(here: Ground, stack: ExitStack) -> Forge:
    """The sandbox with a branch at the next release, a GitHub that is another machine, and an index."""
    files = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="index-")))
    forge, environ = lay_forge(here.folder, stack.enter_context(local_index(files)))
    del here.environ["PIP_NO_INDEX"], here.environ["UV_OFFLINE"]  # the release is installed from that index
    here.environ |= environ
    here.environ["PATH"] = f"{here.folder / 'tools/bin'}{os.pathsep}{here.environ['PATH']}"
    values = {"github": str(forge.folder), "index": str(files), "remote": str(forge.project.remote), "slug": SLUG}
    (forge.folder / "server.py").write_text(SERVER.format(**values), encoding="utf-8")
    (forge.folder / "ended").write_text("success", encoding="utf-8")
    installed(here)
    return forge


def planning(here: Ground, stack: ExitStack) -> Held:
    """A release that is only planned."""
    sandbox(here, stack)

    def held(here: Ground, run: Run) -> Iterator[str]:
        del here
        if run.status == 0 and "Nothing was changed" not in run.said:
            yield "exit 0 without the plan"

    return held


def releasing(here: Ground, stack: ExitStack) -> Held:
    """A release that is carried out: before its push nothing is changed, and after it the same command goes on."""
    forge = sandbox(here, stack)
    before = seen(here)

    def held(here: Ground, run: Run) -> Iterator[str]:
        refs = git("for-each-ref", "--format=%(refname)", cwd=forge.project.remote).stdout.split()
        # The gate reads the new commit from the repository; until something names it, its objects mean nothing.
        changed = [path for path in differing(before, seen(here)) if not path.startswith(".git/objects")]
        if "refs/tags/v0.2.0" not in refs and changed:
            yield f"changed before the push: {changed[:5]}"
        if "refs/tags/v0.2.0" in refs and "✓ v0.2.0" not in run.said:
            yield "v0.2.0 was sent without a verdict"
        if run.status == 0 and "is published and sound" not in run.said:
            yield "exit 0 without a release"
        here_too = git("rev-parse", "--verify", "v0.2.0", cwd=here.root, check=False).stdout
        if run.status == 0 and here_too != git("rev-parse", "v0.2.0", cwd=forge.project.remote).stdout:
            yield "exit 0, and the tag is another one here"

    return held


DIST = [f"../release/dist/{name}" for name in ("acme_demo-1.4.0-py3-none-any.whl", "acme_demo-1.4.0.tar.gz")]
PUBLISH = [*TAGWARD, "publish", *DIST, "--receipt", "../release/receipt.json", *HASTE, "--timeout", "20"]
RELEASE, EXECUTE = [*TAGWARD, "release", "0.2.0"], ("--execute", "--wait", "30")
DATED = (".git/objects", ".git/refs/tags/v0.2.0")
"""Its tag says when it was judged."""
BELOW_GIT = ("tagward", "alone", "group")
SCENARIOS = (
    Scenario("check, refused", 40, [*TAGWARD, "check", "v1.0.0"], broken_gate, again=1),
    Scenario("check, passed", 20, [*TAGWARD, "check", "v1.0.0"], good_gate),
    Scenario("push, refused", 34, PUSH, broken_gate, BELOW_GIT, again=1),
    Scenario("push, passed", 20, PUSH, good_gate, BELOW_GIT),
    Scenario("push of two tags", 18, [*PUSH, "v1.1.0"], two_tags, BELOW_GIT),
    Scenario("install", 20, [*TAGWARD, "install"], setting_up, writes=True),
    Scenario("uninstall", 14, [*TAGWARD, "uninstall"], taking_out, writes=True),
    Scenario("init", 20, [*TAGWARD, "init", "--yes"], setting_up, writes=True),
    Scenario("publish", 20, PUBLISH, publishing),
    Scenario("release, planned", 12, RELEASE, planning),
    Scenario("release, done", 18, [*RELEASE, *EXECUTE], releasing, writes=True, dated=DATED, slow=True),
    Scenario(
        "rehearse", 12, [*TAGWARD, "rehearse", "--sandbox"], rehearsing, follow=[*TAGWARD, "check", "v1.0.0"], slow=True
    ),
)


def spread(scenario: Scenario, count: int, whole: Whole, first: int) -> Iterator[Point]:
    """Points of all kinds, each kind over all of its range; `first` lets a few differ from those before."""
    most = {"time": 1.0, "child": float(whole.children), "line": float(whole.lines)}
    each = -(-count // len(KINDS))
    for number in range(count):
        kind, share = KINDS[(number + first) % len(KINDS)], (number // len(KINDS) + 0.5) / each
        at = share if kind == "time" else float(max(1, round(share * most[kind])))
        # Out of step with each other, so that every kind of point meets every signal and everyone whom it can go to.
        turn = number // len(KINDS) + first
        by = SIGNALS[(turn + 2 * (number % len(KINDS))) % len(SIGNALS)]
        yield Point(kind, at, by, scenario.to[(turn + turn // len(SIGNALS)) % len(scenario.to)])


def measure(scenario: Scenario, folder: Path) -> Whole:
    """Let it run to its end."""
    with ExitStack() as stack:
        here = ground(folder)
        scenario.make(here, stack)
        run = Run(here, scenario.words)
        run.start()
        run.wait_until(lambda: False)
        seconds = time.monotonic() - run.began
        run.finish()
        if run.status != scenario.again or (run.status and "(X002" not in run.said):
            raise SystemExit(f"{scenario.name} does not even run here: exit {run.status}\n{run.said}")
        return Whole(seconds, len(run.children), len(run.out) + len(run.err), made(here))


def strike(scenario: Scenario, whole: Whole, folder: Path, point: Point) -> tuple[bool, list[str]]:
    """End one run; whether it was still running, and what is wrong after it and after the next one."""
    with ExitStack() as stack:
        here = ground(folder)
        held = scenario.make(here, stack)
        before = {} if scenario.writes else seen(here)
        run = Run(here, scenario.words)
        met = end(run, point, whole.seconds)
        wrong = [*after(here, before), *held(here, run)]
        again = Run(here, scenario.follow or scenario.words)
        again.start()
        again.finish(MOST_SECONDS)
        if again.status != scenario.again:
            wrong.append(f"run again: exit {again.status}: {again.said[-400:]}")
        again.err[:0] = run.out + run.err  # what has been sent since a verdict is not judged again
        wrong += [*after(here, before), *held(here, again), *swept(here)]
        differ = [path for path in differing(made(here), whole.made) if not path.startswith(scenario.dated)]
        if scenario.writes and differ:
            wrong.append(f"not completed by the same command: {differ[:5]}")
        if wrong:
            wrong.append(f"it had said: {run.said[-400:]}")
    shutil.rmtree(folder, ignore_errors=True)
    return met, wrong


def kill_all(chosen: list[Scenario], share: float, jobs: int, folder: Path) -> int:
    """Every scenario at its points; prints a table and returns how many points went wrong."""
    bad = points = 0
    print(f"{'command':<18} {'SIGKILL':>8} {'SIGTERM':>8} {'SIGINT':>8} {'too late':>9} {'violations':>11}", flush=True)
    for first, scenario in enumerate(chosen):
        counts, late, wrong = dict.fromkeys(SIGNALS, 0), 0, 0
        name = scenario.name.replace(", ", "-").replace(" ", "-")
        whole = measure(scenario, folder / name)
        places = list(spread(scenario, max(1, round(scenario.points * share)), whole, first))
        with ThreadPoolExecutor(jobs) as pool:
            folders = [folder / f"{name}-{number}" for number in range(len(places))]
            runs = pool.map(partial(strike, scenario, whole), folders, places)
            for point, (met, found) in zip(places, runs, strict=True):
                counts[point.signal] += met
                late += not met
                wrong += bool(found)
                for line in found:
                    print(f"  {scenario.name}, {point}: {line}", flush=True)
        told = " ".join(f"{counts[by]:>8}" for by in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT))
        print(f"{scenario.name:<18} {told} {late:>9} {wrong:>11}", flush=True)
        bad, points = bad + wrong, points + sum(counts.values())
    print(f"{points} points, {bad} with violations")
    return bad


def main() -> int:
    """Kill, and say what came of it."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument(
        "--quick", action="store_true", help="a dozen points, without what takes long; with --only that too"
    )
    words.add_argument("--only", default="", help="scenarios whose name begins so")
    words.add_argument("--jobs", type=int, default=2)
    options = words.parse_args()
    if not Path("/proc/self/task").is_dir():
        print("it looks after processes by /proc, which is not there", file=sys.stderr)
        return 3
    quick = options.quick and not options.only
    chosen = [one for one in SCENARIOS if one.name.startswith(options.only) and not (quick and one.slow)]
    began = time.monotonic()
    os.environ |= {**WHO, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    with tempfile.TemporaryDirectory(prefix="kills-", ignore_cleanup_errors=True) as folder:
        bad = kill_all(chosen, QUICK if options.quick else 1.0, options.jobs, Path(folder).resolve())
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
