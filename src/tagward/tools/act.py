"""The workflow under act, where that is on PATH: the actions' own code, in act's own containers."""

from __future__ import annotations

import json
import os
import shutil
import socket
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.errors import ConfigError
from tagward.tools.environ import scratch_env
from tagward.tools.localindex import HOST
from tagward.tools.run import run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagward.model.workflow_run import Event
    from tagward.tools.run import Completed

SECONDS = 3600
_OWN = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "DOCKER_HOST", "DOCKER_CONFIG", "DOCKER_CONTEXT")
"""Where act finds its own settings, its copies of actions, and Docker."""


def find_act() -> Path:
    """Where act is.

    Raises:
        ConfigError: it is not on PATH.
    """
    found = shutil.which("act")
    if not found:
        raise ConfigError("act is not on PATH", fixes=("install act, or leave out --with act",))
    return Path(found)


def run_act(
    root: Path, workflow: str, event: Event, *, secrets: Mapping[str, str], variables: Mapping[str, str], folder: Path
) -> Completed:
    """Run a workflow as act does (act(1)), with its own settings, and its servers on this machine's loopback alone.

    Args:
        root: a checkout of what the event is about.
        workflow: the path of the workflow in it.
        event: what starts it.
        secrets: those of the repository, by name.
        variables: the environment that every step has besides.
        folder: for what act is given and keeps of this run.
    """
    folder.mkdir(parents=True)
    payload, hidden, environment = (folder / name for name in ("event.json", "secrets", "variables"))
    payload.write_text(json.dumps(event.payload, default=dict), encoding="utf-8")
    for file, values in ((hidden, secrets), (environment, variables)):
        file.touch(mode=0o600)
        file.write_text("".join(f"{name}={value}\n" for name, value in values.items()), encoding="utf-8")
    words: list[str | Path] = [find_act(), event.name, "--workflows", workflow, "--eventpath", payload]
    words += ["--secret-file", hidden, "--env-file", environment, "--actor", event.actor]
    words += ["--artifact-server-path", folder / "artifacts", "--artifact-server-addr", HOST]
    words += ["--artifact-server-port", str(_free_port())]
    words += ["--cache-server-path", folder / "cache", "--cache-server-addr", HOST]
    own = {name: os.environ[name] for name in _OWN if name in os.environ}
    return run(words, env={**scratch_env(folder), **own}, cwd=root, check=False, timeout=SECONDS)


def _free_port() -> int:
    with closing(socket.create_server((HOST, 0))) as door:
        return int(door.getsockname()[1])
