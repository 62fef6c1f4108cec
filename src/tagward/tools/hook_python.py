"""Which interpreter a hook may rely on."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tagward.errors import CannotJudge, CommandFailed, ConfigError
from tagward.tools.environ import source_env
from tagward.tools.run import run
from tagward.tools.scratch import scratch

ANSWER_SECONDS = 60.0
_LASTING = ("uv tool install tagward (or pipx install tagward, or a virtual environment that stays)", "tagward install")
_PASSING = (
    # uv: crates/uv-cache/src/lib.rs, CacheBucket
    (re.compile(r"/(?:archive|environments|builds)-v\d+/"), "uv's cache"),
    # pipx: paths.py (venv_cache) and commands/run.py (a digest's first 15 digits)
    (re.compile(r"/(?:pipx|\.cache)/[0-9a-f]{15}/"), "the cache of pipx run"),
    # pre-commit: languages/python.py (ENVIRONMENT_DIR) below store.py's repo…
    (re.compile(r"/py_env-[^/]+/"), "pre-commit's own environment"),
    # prek: crates/prek-consts, hooks below its store
    (re.compile(r"/prek/hooks/[^/]+/"), "prek's own environment"),
)


def current() -> Path:
    """The interpreter that runs now, as it was started: resolving it would lead out of its virtual environment."""
    return Path(sys.executable).absolute()


def passing_home(python: Path) -> str:
    """The cache that an interpreter lives in and will be swept from; empty where it may stay."""
    return next((home for pattern, home in _PASSING if pattern.search(python.as_posix())), "")


def hold(python: Path) -> None:
    """Make sure that the hook can start tagward with this interpreter, today and tomorrow, from any folder.

    Raises:
        ConfigError: it lives in a cache.
        CannotJudge: isolated (`-I`) from an empty folder it does not find tagward.
    """
    if home := passing_home(python):
        raise ConfigError(
            f"this tagward runs from {home} and will not stay: {python}",
            why="the hook would lose its interpreter, and every push of a tag would stop",
            fixes=_LASTING,
        )
    with scratch("hook") as folder:
        empty = folder / "empty"
        empty.mkdir()
        argv = (str(python), "-I", "-m", "tagward", "--version")
        try:
            done = run(argv, env=source_env(), cwd=empty, timeout=ANSWER_SECONDS)
        except CommandFailed as failure:
            raise _silent(python) from failure
    if not done.text.startswith("tagward "):
        raise _silent(python)


def _silent(python: Path) -> CannotJudge:
    return CannotJudge(
        f"{python} -I -m tagward --version does not answer",
        why="the hook starts tagward this way, so that no file of a repository and no setting gets in between",
        fixes=_LASTING,
    )
