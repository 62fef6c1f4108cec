"""`tagward check`: the same judgement as in a push, without pushing; `--fast`: what is about to be committed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tagward import __version__
from tagward.errors import ConfigError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from tagward.model.record import Record
    from tagward.model.refs import PushedRef
    from tagward.tools.git import GitRepository

NEW = "0" * 40


def add_arguments(parser: ArgumentParser) -> None:
    """The words of this command."""
    from tagward.cli._output import add_output_arguments  # noqa: PLC0415

    parser.add_argument("tags", nargs="*", metavar="TAG", help="tags to judge; without any, the release tags at HEAD")
    parser.add_argument("--fast", action="store_true", help="static checks of the index: no build, no network")
    parser.add_argument("--again", action="store_true", help="judge anew what has passed before")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="json: one document on standard output"
    )
    add_output_arguments(parser)


def run(options: Namespace) -> int:
    """Judge tags as if they were pushed to a remote that has none of them, or the index."""
    if options.fast:
        from tagward.cli._fast import check_index  # noqa: PLC0415  # the commit hook pays for nothing else

        if options.tags or options.again:
            raise ConfigError("--fast judges what is about to be committed: it takes no TAG and no --again")
        return check_index(options)
    from tagward.cli._output import text_report  # noqa: PLC0415
    from tagward.cli._recall import recall  # noqa: PLC0415
    from tagward.cli._session import Session  # noqa: PLC0415
    from tagward.model.record import Record  # noqa: PLC0415
    from tagward.tools.git import GitRepository  # noqa: PLC0415

    repository = GitRepository.find()
    report = text_report(options)
    refs = _refs(repository, options.tags)
    if not refs:
        if not report.quiet:
            report.stream.write("nothing to judge: no tag at HEAD (tagward check TAG, or tagward check --fast)\n")
        return _finished(Record("check", ()), options)
    known = {} if options.again else recall(repository, refs)
    record = Session(repository, report, "check", progress=not options.no_progress).run(refs, known)
    if options.tags and record.others:
        name, form = record.others[0]
        raise ConfigError(f'{name} is not a release tag (tag = "{form}")', why="only release tags are judged")
    return _finished(record, options)


def _finished(record: Record, options: Namespace) -> int:
    if options.format == "json":
        from tagward.report.json import render  # noqa: PLC0415

        sys.stdout.write(render(record, {"tool": {"name": "tagward", "version": __version__}, "door": "check"}) + "\n")
    return record.exit_code


def _refs(repository: GitRepository, names: list[str]) -> list[PushedRef]:
    from tagward.model.refs import TAGS, PushedRef  # noqa: PLC0415

    if not names:
        head = repository.commit_of("HEAD")
        names = list(repository.tags_at(head)) if head else []
    full = [TAGS + name.removeprefix(TAGS) for name in names]
    return [PushedRef(ref, repository.tag_oid(ref.removeprefix(TAGS)), ref, NEW) for ref in full]
