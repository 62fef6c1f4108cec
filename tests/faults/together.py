"""Two at once: `python tests/faults/together.py` says of each meeting whether it came out right, or ends with 1."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from conftest import BACKEND, PYPROJECT, WHO, git
from killing import Ground, Run, after, seen, swept
from kills import GOOD, TAGWARD, ground, installed, project, release_next
from small_release import write_wheel

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534
CHECK = [*TAGWARD, "check", "v1.0.0"]


class NotHere(Exception):
    """This machine cannot let it happen."""


def ended(here: Ground, words: list[str], **more: str) -> Run:
    """A command that runs to its end."""
    run = Run(Ground(here.folder, {**here.environ, **more}), words)
    run.start()
    run.finish(240)
    return run


def at_once(here: Ground, *commands: list[str]) -> list[Run]:
    """Commands that run side by side to their ends."""
    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(lambda words: ended(here, words), commands))


def statuses(runs: list[Run], *expected: int) -> Iterator[str]:
    """Exit statuses that should be others."""
    for run, status in zip(runs, expected, strict=True):
        if run.status != status:
            yield f"exit {run.status} in place of {status}: {run.said[-500:]}"


def on_remote(here: Ground) -> dict[str, str]:
    """The tags of the remote."""
    listed = git("for-each-ref", "--format=%(refname:short) %(objectname)", "refs/tags", cwd=here.folder / "remote.git")
    return dict(line.split() for line in listed.stdout.splitlines())


def oid(here: Ground, name: str) -> str:
    """What a name is at."""
    return git("rev-parse", name, cwd=here.root).stdout.strip()


def four_gates_on_one_repository(here: Ground) -> Iterator[str]:
    """All of them pass, and what they leave is whole."""
    project(here, GOOD, "v1.0.0")
    before = seen(here)
    runs = at_once(here, CHECK, CHECK, CHECK, [*CHECK, "--again"])
    yield from statuses(runs, 0, 0, 0, 0)
    yield from after(here, before)
    yield from swept(here)
    last = ended(here, CHECK)
    if "remembered" not in last.said:
        yield f"what has passed is not remembered: {last.said}"


def good_and_bad_at_once(here: Ground) -> Iterator[str]:
    """Neither takes the verdict of the other."""
    project(here, GOOD, "v1.0.0")
    release_next(here)
    git("tag", "-a", "-m", "x", "v9.9.9", cwd=here.root)
    runs = at_once(here, CHECK, [*TAGWARD, "check", "v9.9.9"], [*TAGWARD, "check", "v1.1.0"])
    yield from statuses(runs, 0, 1, 0)
    kept = [path.name for path in (here.root / ".git/tagward/receipts").iterdir()]
    if not {"v1.0.0.json", "v1.1.0.json"} <= set(kept) or "v9.9.9.json" in kept:
        yield f"receipts: {kept}"


def two_worktrees_push(here: Ground) -> Iterator[str]:
    """Both tags arrive, each as it was judged, and the repository holds nothing new."""
    project(here, GOOD, "v1.0.0")
    release_next(here)
    installed(here)
    git("worktree", "add", "-q", "--detach", "../other", "v1.0.0", cwd=here.root)
    before = seen(here)
    runs = at_once(here, ["git", "push", "origin", "v1.1.0"], ["git", "-C", "../other", "push", "origin", "v1.0.0"])
    yield from statuses(runs, 0, 0)
    if on_remote(here) != {name: oid(here, name) for name in ("v1.0.0", "v1.1.0")}:
        yield f"on the remote: {on_remote(here)}"
    yield from after(here, before)


def one_tag_pushed_twice(here: Ground) -> Iterator[str]:
    """One of them wins; the other may lose, but the tag is the one that was judged."""
    project(here, GOOD, "v1.0.0")
    installed(here)
    git("worktree", "add", "-q", "--detach", "../other", "v1.0.0", cwd=here.root)
    push = ["push", "origin", "v1.0.0"]
    runs = at_once(here, ["git", *push], ["git", "-C", "../other", *push])
    if sorted(run.status for run in runs) not in ([0, 0], [0, 1]):
        yield f"exit {[run.status for run in runs]}: {[run.said[-300:] for run in runs]}"
    if on_remote(here) != {"v1.0.0": oid(here, "v1.0.0")}:
        yield f"on the remote: {on_remote(here)}"


def _moving(here: Ground, words: list[str]) -> Iterator[str]:
    """Start a gate on a good tag, and move the tag to a bad commit when the gate is at work."""
    project(here, GOOD, "v1.0.0")
    installed(here)
    judged = oid(here, "v1.0.0")
    (here.root / "src/demo/__init__.py").write_text("import nothing_of_that_name\n")
    git("commit", "-qam", "bad", cwd=here.root)
    run = Run(here, words)
    run.start()
    run.wait_until(lambda: "checking v1.0.0" in run.said)
    git("tag", "-f", "-a", "-m", "moved", "v1.0.0", cwd=here.root)
    run.finish(240)
    yield from statuses([run], 0)
    if "v1.0.0 is at another object now" not in run.said:
        yield f"nobody tells that the tag has moved: {run.said}"
    if words[0] == "git" and on_remote(here) != {"v1.0.0": judged}:
        yield "what was sent is not what was judged"
    again = ended(here, CHECK)
    yield from statuses([again], 1)  # no memory of the object before


def tag_moved_during_a_check(here: Ground) -> Iterator[str]:
    """The verdict is on what it was, and says so; what it is now is judged anew."""
    yield from _moving(here, CHECK)


def tag_moved_during_a_push(here: Ground) -> Iterator[str]:
    """What is sent is what was judged."""
    yield from _moving(here, ["git", "push", "origin", "v1.0.0"])


def _with_requirement(here: Ground) -> None:
    """A project whose backend is brought in from a folder of wheels, so that its environment is kept."""
    project(here, GOOD)
    wheels = here.folder / "wheels"
    write_wheel(wheels, files={"backend.py": BACKEND})
    text = PYPROJECT.format(version="1.0.0").replace('backend-path = ["."]\n', "")
    (here.root / "pyproject.toml").write_text(text.replace("requires = []", 'requires = ["acme-demo"]'))
    git("rm", "-q", "backend.py", cwd=here.root)
    git("commit", "-qam", "backend", cwd=here.root)
    git("tag", "-a", "-m", "x", "v1.0.0", cwd=here.root)
    here.environ["PIP_FIND_LINKS"] = str(wheels)


def _kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def two_gates_fill_one_cache(here: Ground) -> Iterator[str]:
    """Both pass, and what is kept is whole: the gate after them is content with it."""
    _with_requirement(here)
    cache = here.folder / "home/.cache/tagward"
    yield from statuses(at_once(here, CHECK, CHECK, [*CHECK, "--again"]), 0, 0, 0)
    first = _kept(cache)
    if not first or any(not name.endswith((".tar", ".last")) for name in first):
        yield f"kept: {first}"
    yield from statuses([ended(here, [*CHECK, "--again"])], 0)
    yield from after(here, {})
    if _kept(cache) != first:
        yield f"the gate after them was not content with it: {_kept(cache)}"


def cache_of_two_users(here: Ground) -> Iterator[str]:
    """Each passes; nobody takes what somebody else has put there, and nothing of it changes."""
    if os.geteuid() or not shutil.which("setpriv"):
        raise NotHere("only root can be two users, by setpriv(1)")
    if not all(path.stat().st_mode & 0o001 for path in here.folder.parent.parents):
        raise NotHere("another user cannot enter the temporary folder")
    _with_requirement(here)
    cache = here.folder / "shared"
    yield from statuses([ended(here, [*CHECK, "--again"], TAGWARD_CACHE=str(cache))], 0)
    first = _kept(cache)
    if not first:
        yield "nothing is kept"
    for folder in (here.folder, here.folder.parent):
        folder.chmod(0o755)
    home = here.folder / "nobody"
    home.mkdir()
    shutil.copytree(here.root, home / "project", symlinks=True)
    subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", home], check=True)
    # That user may read everything, as the Python of these tests may lie in a home folder, but write nothing of others.
    caps = [f"--{kind}-caps=+dac_read_search" for kind in ("inh", "ambient")]
    words = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *caps]
    words += ["env", "-C", str(home / "project")]
    mine = {"TAGWARD_CACHE": str(cache), "HOME": str(home), "TMPDIR": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    if ended(here, [*words, *TAGWARD, "--version"], **mine).status:
        raise NotHere("another user cannot start this Python")
    yield from statuses([ended(here, [*words, *CHECK], **mine)], 0)
    if _kept(cache) != first:
        yield f"somebody else has written there: {_kept(cache)}"
    cache.chmod(0o777)  # and where everybody may write, nothing is believed
    yield from statuses([ended(here, [*words, *CHECK, "--again"], **mine)], 0)
    if _kept(cache) != first:
        yield f"somebody else has written there: {_kept(cache)}"


def check_beside_gc(here: Ground) -> Iterator[str]:
    """Objects move into packs and loose ones go, while they are read."""
    project(here, GOOD, "v1.0.0")
    for number in range(60):
        (here.root / f"file-{number}.txt").write_text(f"{number}\n" * 100)
        git("add", ".", cwd=here.root)
        git("commit", "-qm", f"file {number}", cwd=here.root)
    git("tag", "-f", "-a", "-m", "v1.0.0", "v1.0.0", cwd=here.root)
    check = Run(here, CHECK)
    check.start()
    while check.process.poll() is None:
        git("gc", "-q", "--prune=now", cwd=here.root)
        git("commit", "--amend", "-qm", f"{time.monotonic()}", cwd=here.root)  # something to prune
    check.finish()
    yield from statuses([check], 0)
    if broken := git("fsck", "--strict", cwd=here.root, check=False).returncode:
        yield f"git fsck: {broken}"
    yield from after(here, {})


MEETINGS = (
    four_gates_on_one_repository,
    good_and_bad_at_once,
    two_worktrees_push,
    one_tag_pushed_twice,
    tag_moved_during_a_check,
    tag_moved_during_a_push,
    two_gates_fill_one_cache,
    cache_of_two_users,
    check_beside_gc,
)


def main() -> int:
    """Let them all happen."""
    os.environ |= {**WHO, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    bad = 0
    for meeting in MEETINGS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="together-", ignore_cleanup_errors=True) as folder:
            try:
                wrong = list(meeting(ground(Path(folder).resolve() / "ground")))
                told = "wrong" if wrong else "right"
            except NotHere as reason:
                wrong, told = [], f"not here: {reason}"
        print(f"{meeting.__name__.replace('_', ' '):<32} {time.monotonic() - began:6.1f} s  {told}", flush=True)
        for line in wrong:
            print(f"  {line}")
        bad += bool(wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
