"""`tagward check`: the same judgement as in a push, without pushing; `--fast`: what is about to be committed."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING

from tagward import __version__
from tagward.errors import ConfigError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from tagward.model.github import Job
    from tagward.model.record import Record, TagRecord
    from tagward.model.refs import PushedRef
    from tagward.tools.git import GitRepository

NEW = "0" * 40
_ARCHIVES = (".whl", ".tar.gz", ".zip")


def add_arguments(parser: ArgumentParser) -> None:
    """The words of this command."""
    from tagward.cli._output import add_output_arguments  # noqa: PLC0415

    add = parser.add_argument
    add(
        "tags", nargs="*", metavar="TAG", help="tags to judge, or the files of distributions; default: the tags at HEAD"
    )
    add("--fast", action="store_true", help="static checks of the index: no build, no network")
    add("--again", action="store_true", help="judge anew what has passed before")
    add(
        "--max-builds",
        type=_count,
        metavar="N",
        help="how many releases are built (default: as the project says, or 5)",
    )
    add("--commit", metavar="COMMIT", help="judge a commit as if it were tagged already")
    add("--as", dest="name", metavar="TAG", help="with --commit: the tag (default: that of the version it states)")
    add(
        "--deep",
        action="store_true",
        help="build the wheel of the commit too, and without an index the release before",
    )
    add("--ci", action="store_true", help="for GitHub: annotations, summary, outputs (by itself in its workflows)")
    add("--dist", type=Path, metavar="DIR", help="put the distributions of a release that passes there")
    add("--receipt", type=Path, metavar="FILE", help="write down what was judged, if it passes")
    add("--report", type=Path, metavar="FILE", help="write the whole verdict as a page, FILE.html, whatever it is")
    add("--format", choices=("text", "json"), default="text", help="json: one document on standard output")
    add_output_arguments(parser)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"a whole number above 0, not {text!r}")
    return int(text)


def run(options: Namespace) -> int:
    """Judge tags as if they were pushed to a remote that has none of them, or the index."""
    if options.fast:
        from tagward.cli._fast import check_index  # noqa: PLC0415  # the commit hook pays for nothing else

        given = (options.again, options.commit, options.dist, options.receipt, options.deep, options.report)
        if options.tags or any(given):
            raise ConfigError(
                "--fast judges what is about to be committed: it takes no TAG, and none of --again, --commit, --deep, "
                "--dist, --receipt and --report"
            )
        return check_index(options)
    if options.report:
        from tagward.cli._page import clear_page  # noqa: PLC0415

        clear_page(options.report, options.dist)
    if any(name.endswith(_ARCHIVES) for name in options.tags):
        return _check_files(options)
    from tagward.cli._output import text_report  # noqa: PLC0415
    from tagward.tools.ahead import start_ahead  # noqa: PLC0415
    from tagward.tools.git import GitRepository  # noqa: PLC0415
    from tagward.tools.github import on_github, read_job  # noqa: PLC0415

    if options.receipt:
        options.receipt.unlink(missing_ok=True)  # one that lies there would be taken for that of this run
    job = read_job() if options.ci or on_github() else None
    repository = GitRepository.find()
    report = text_report(options)
    refs = _refs(repository, options)
    if (options.dist or options.receipt) and len(refs) != 1:
        raise ConfigError(f"--dist and --receipt are for one tag, and there are {len(refs)}")
    if not refs:
        if not report.quiet:
            report.stream.write("nothing to judge: no tag at HEAD (tagward check TAG, or tagward check --fast)\n")
        from tagward.model.record import Record  # noqa: PLC0415

        return _finished(Record("check", ()), options, job)
    # What is to be handed over has to be made anew, and a workflow trusts no memory.
    anew = any((options.again, options.deep, options.dist, options.receipt, options.report, options.commit, job))
    known = {} if anew else _recalled(repository, refs)
    ahead = start_ahead(refs, known)
    from tagward.cli._session import Session  # noqa: PLC0415  # beside what was started

    session = Session(
        repository,
        report,
        "check",
        ahead=ahead,
        progress=not options.no_progress,
        job=job,
        dist=options.dist,
        pretended=bool(options.commit),
        deep=options.deep,
        max_builds=options.max_builds,
    )
    record = session.run(refs, known)
    if options.tags and record.others and not job:
        name, form = record.others[0]
        raise ConfigError(f'{name} is not a release tag (tag = "{form}")', why="only release tags are judged")
    return _finished(record, options, job)


def _recalled(repository: GitRepository, refs: list[PushedRef]) -> dict[PushedRef, TagRecord]:
    from tagward.cli._recall import recall  # noqa: PLC0415  # most checks judge anew

    return recall(repository, refs)


def _check_files(options: Namespace) -> int:
    """Ask of distributions on disk what can be asked of them alone, whoever built them."""
    from tagward.cli._files import check_files  # noqa: PLC0415  # it imports what no tag needs

    if options.commit or options.name or options.dist or options.receipt or options.deep:
        raise ConfigError("files are judged as they are: they take none of --as, --commit, --deep, --dist, --receipt")
    return _finished(check_files([Path(name) for name in options.tags], options), options, None)


def _finished(record: Record, options: Namespace, job: Job | None) -> int:
    receipt = record.tags[0].receipt if len(record.tags) == 1 else None
    if options.receipt and receipt:
        from tagward.tools.delivery import write_receipt  # noqa: PLC0415

        write_receipt(options.receipt, receipt)
    if options.report:
        from tagward.cli._page import write_page  # noqa: PLC0415

        write_page(options.report, record)
    if job:
        from tagward.cli._github import tell_github  # noqa: PLC0415

        tell_github(record, job)
    if options.format == "json":
        from tagward.report.json import render as document  # noqa: PLC0415

        sys.stdout.write(
            document(record, {"tool": {"name": "tagward", "version": __version__}, "door": "check"}) + "\n"
        )
    return record.exit_code


def _refs(repository: GitRepository, options: Namespace) -> list[PushedRef]:
    from tagward.model.refs import TAGS, PushedRef  # noqa: PLC0415

    if options.commit:
        from tagward.cli._pretended import pretended_ref  # noqa: PLC0415

        if options.tags:
            raise ConfigError("--commit judges a commit that has no tag yet: give its name with --as, not as TAG")
        return [pretended_ref(repository, options.commit, options.name)]
    if options.name:
        raise ConfigError("--as names the tag that --commit is judged under")
    names = options.tags
    if not names:
        head = repository.commit_of("HEAD")
        names = list(repository.tags_at(head)) if head else []
    full = [TAGS + name.removeprefix(TAGS) for name in names]
    return [PushedRef(ref, repository.tag_oid(ref.removeprefix(TAGS)), ref, NEW) for ref in full]
