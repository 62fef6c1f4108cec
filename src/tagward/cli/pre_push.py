"""`tagward pre-push REMOTE URL`: what the hook runs; git's list of refs comes on standard input."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge
from tagward.model.refs import MalformedPush, Push

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

IDLE_SECONDS = 60.0
"""Some servers drop an SSH connection on which nothing was said for so long."""


def add_arguments(parser: ArgumentParser) -> None:
    """The words that the hook hands over."""
    parser.add_argument("--role", default="", help="how the hook was started (the hook sets it)")
    parser.add_argument("remote", help="the name of the remote, or its address as typed")
    parser.add_argument("url", help="its address")


def run(options: Namespace) -> int:
    """Judge every release tag of the push; a status other than 0 stops the whole push (githooks(5))."""
    from tagward.tools.environ import GUARD, PROBE  # noqa: PLC0415

    if os.environ.get(GUARD):
        raise CannotJudge("a push from inside a gate is refused: it would wait for itself")
    try:
        push = Push.parse(options.remote, options.url, sys.stdin.buffer.read())
    except MalformedPush as failure:
        raise CannotJudge(f"what git says of this push cannot be read: {failure}") from None
    tags = [ref for ref in push.refs if ref.tag is not None]
    if not tags:
        return 0
    from tagward.tools.hook_call import another_hook_answers  # noqa: PLC0415

    if another_hook_answers(options.role):
        return 0
    if folder := os.environ.get(PROBE):
        from tagward.tools.hook_probe import answer_probe  # noqa: PLC0415  # only doctor's push pays for it

        return answer_probe(folder)
    from tagward.cli._output import text_report  # noqa: PLC0415  # only a push with tags pays for it
    from tagward.cli._recall import recall  # noqa: PLC0415
    from tagward.tools.git import GitRepository  # noqa: PLC0415

    options.quiet, options.color = 0, "auto"
    report = text_report(options, pushing=True)
    repository = GitRepository.find()
    known = recall(repository, tags)
    if len(known) == len(tags):
        for ref in tags:
            report.tag(known[ref])
        return 0
    from tagward.tools.ahead import start_ahead  # noqa: PLC0415  # only a push with something to judge pays for it

    ahead = start_ahead(tags, known)
    from tagward.cli._session import Session  # noqa: PLC0415  # beside what was started

    session = Session(repository, report, "pre-push", limited=True, over_ssh=push.over_ssh, ahead=ahead)
    record = session.run(push.refs, known)
    if push.over_ssh and not record.exit_code and record.seconds > IDLE_SECONDS:
        report.stream.write("if git now ends without a word, run the same push again: the result is remembered\n")
    return record.exit_code
