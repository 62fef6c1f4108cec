"""Whether a push of a tag really reaches tagward: one is pushed, to a remote that is thrown away.

It goes out from the user's own repository, with the hooks, the configuration and the git that every push of theirs
has; all it writes lies in scratch. The throwaway remote has the commit already, which is the case in which pre-commit
runs nothing. tagward answers the probe with a refusal, always: no push in whose environment the variable stands comes
through, so that nothing passes by it.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge, CommandFailed
from tagward.model.inspection import Probe
from tagward.tools.environ import GUARD, PROBE, scratch_env, source_env
from tagward.tools.run import TimeExceeded, run
from tagward.tools.scratch import scratch

if TYPE_CHECKING:
    from tagward.tools.git import GitRepository

ANSWERS = "tagward-probe"
SECONDS = 60.0
_SETTINGS = ("-c", "push.pushOption=", "-c", "protocol.file.allow=always")
"""What a user may have set that would keep any push from a folder on this machine."""
SAID = 6


def answer_probe(folder: str) -> int:
    """Tell whoever asks that tagward was reached, and refuse the push."""
    asked = Path(folder)
    if asked.name == ANSWERS and asked.is_dir():
        (asked / str(os.getpid())).touch()
    sys.stderr.write(f"tagward: {PROBE} is set, so that this push is a probe, and is refused; tags are not judged\n")
    return 1


def probe(repository: GitRepository, tag: str, seconds: float = SECONDS) -> Probe:
    """Push a tag at HEAD to a throwaway remote.

    Args:
        repository: it is only read; the hooks of the user run, as at any push.
        tag: a name that a release tag could have.
        seconds: how long to wait for the hooks.
    """
    head = repository.commit_of("HEAD")
    if head is None:
        return Probe(trouble="there is no commit yet that a tag could name")
    began = time.monotonic()
    try:
        with scratch("probe") as folder:
            remote = _throwaway(repository, folder, head)
            answers = folder / ANSWERS
            answers.mkdir()
            environment = {**source_env(), PROBE: str(answers)}
            del environment[GUARD]  # it is a push like any other, not one from inside a gate
            words = ("--no-follow-tags", "--recurse-submodules=no", "--no-signed", "--no-thin", str(remote))
            done = run(
                ["git", *_SETTINGS, "push", *words, f"{head}:refs/tags/{tag}"],
                env=environment,
                cwd=repository.top or repository.git_dir,
                timeout=seconds,
                check=False,
            )
            fired = len(list(answers.iterdir()))
            lines = tuple(line for line in (done.error + done.text).splitlines() if line.strip())[-SAID:]
            took = time.monotonic() - began
            if done.status and not fired and "pre-push" not in done.error and _never_came(done.error):
                return Probe(trouble=f"git does not push here: {(lines or ('it says nothing',))[0]}", said=lines)
            return Probe(fired, done.status != 0, said=lines, seconds=took)
    except TimeExceeded:
        return Probe(trouble=f"the hooks of this repository took longer than {seconds:.0f} s")
    except (CannotJudge, CommandFailed, OSError) as failure:
        return Probe(trouble=str(failure))


def _never_came(error: str) -> bool:
    """Whether git gave up before the hooks: it says `fatal:` then, and after a refusing hook only `error:`."""
    return any(line.startswith("fatal:") for line in error.splitlines())


def _throwaway(repository: GitRepository, folder: Path, head: str) -> Path:
    """A bare repository that has a commit, and borrows its objects."""
    remote = folder / "remote.git"
    environment = scratch_env(folder)
    words = ("init", "-q", "--bare", "--template=", f"--object-format={repository.object_format}", str(remote))
    run(["git", *words], env=environment, cwd=folder)
    objects = repository.ask("rev-parse", "--path-format=absolute", "--git-path", "objects").text.strip("\n")
    (remote / "objects" / "info").mkdir(parents=True, exist_ok=True)
    (remote / "objects" / "info" / "alternates").write_text(objects + "\n", encoding="utf-8", errors="surrogateescape")
    for key, value in (("receive.autogc", "false"), ("core.hooksPath", os.devnull)):
        run(["git", "config", "--file", str(remote / "config"), key, value], env=environment, cwd=folder)
    run(["git", "update-ref", "refs/heads/probe", head], env={**environment, "GIT_DIR": str(remote)}, cwd=folder)
    if (shallow := repository.common_dir / "shallow").exists():
        (remote / "shallow").write_bytes(shallow.read_bytes())
    return remote
