"""The tagged commit as a repository of its own, checked out like a fresh clone, without a trace in the user's."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge
from tagward.model.refs import TAGS
from tagward.tools.environ import scratch_env, without_user_info
from tagward.tools.git import ending, too_old
from tagward.tools.lfs import lfs_settings, missing_content, refuse_pointers
from tagward.tools.objects import FETCH_SECONDS, damaged, fetch_missing, is_partial, object_stores, verify_objects
from tagward.tools.run import run
from tagward.tools.submodules import fill_submodules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tagward.model.refs import Tag
    from tagward.tools.git import GitRepository
    from tagward.tools.run import Completed

_PROBE_BYTES = 1 << 20
_OLDEST = (2, 32)  # the first that knows GIT_CONFIG_GLOBAL (git(1))
_UMASK = 0o022  # modes go into the sdist; ours must not depend on the user's shell
_SETTINGS = (
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("core.autocrlf", "false"),
    ("core.eol", "lf"),
    ("core.attributesFile", os.devnull),
    ("core.excludesFile", os.devnull),
    ("submodule.recurse", "false"),
    ("advice.detachedHead", "false"),
)
"""In the configuration of the scratch repository, so that a build backend that asks git gets the same answers."""
_TAGGER = ("-c", "user.name=tagward", "-c", "user.email=tagward@localhost", "-c", "tag.gpgSign=false")


@dataclass(frozen=True, slots=True)
class Exported:
    """A checked out commit: its folder, and what the user should know about it, as sentences."""

    root: Path
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Scratch:
    root: Path
    environment: Mapping[str, str]

    def ask(self, *words: str | Path, stdin: bytes = b"", cwd: Path | None = None) -> Completed:
        where, env = cwd or self.root, self.environment
        argv = ["git", *words]
        return run(argv, env=env, cwd=where, stdin=stdin, timeout=FETCH_SECONDS, check=False, umask=_UMASK)


def export(repository: GitRepository, tag: Tag, into: Path, *, home: Path) -> Exported:
    """Check a tag out into a new scratch repository that borrows the user's objects and has all tags.

    Not `git archive` (drops files), `git worktree` (writes to the repository) or `git clone` (hooks, settings, copies).

    Args:
        repository: the user's; nothing in it is written, but for objects that a partial clone fetches.
        tag: as the remote would know it, with the object that is pushed.
        into: the folder to make.
        home: the scratch home of every git process.

    Raises:
        CannotJudge: objects are damaged or cannot be fetched, LFS content is missing, or the checkout fails.
    """
    if tag.kind == "missing":
        raise damaged(f"the object {tag.oid}, or what it leads to, is missing or damaged")
    if not tag.commit:
        raise CannotJudge(f"{tag.name} leads to a {tag.kind}, not to a commit")
    scratch = _Scratch(into, {**scratch_env(home), "GIT_TEMPLATE_DIR": ""})
    try:
        home.mkdir(mode=0o700, exist_ok=True)
        _require_version(scratch, into.parent)
        if is_partial(repository):
            fetch_missing(repository, tag.commit)
        with ThreadPoolExecutor(1) as beside:
            verified = beside.submit(verify_objects, repository, tag.commit)
            try:
                _init(repository, scratch)
                _create_tags(repository, scratch, tag)
                _check_out(scratch, tag.commit)
                notes = _inspect(scratch)
            except CannotJudge:
                verified.result()  # which knows better what is wrong
                _require_room(into.parent)
                raise
            verified.result()
        return Exported(into, (*notes, *fill_submodules(into, repository.common_dir, scratch.ask)))
    except OSError as failure:
        raise CannotJudge(f"the scratch copy cannot be written: {failure.strerror or failure}") from failure


def on_disk_only(repository: GitRepository, commit: str, paths: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Those paths that are in the working tree but not in a commit, each with the rule that makes git ignore it.

    The rule is `file:line` (git-check-ignore(1)); it is empty for a file that is only untracked.
    """
    if repository.top is None:
        return ()
    top = repository.top
    inside = [path for path in dict.fromkeys(paths) if path and not {"..", "/"}.intersection(Path(path).parts)]
    present = [path for path in inside if os.path.lexists(top / path)]
    if not present:
        return ()
    tracked = set(_with_parents(repository.tree(commit).paths()))
    left_out = [path for path in present if path.rstrip("/") not in tracked]
    asked = b"".join(os.fsencode(f"./{path}") + b"\0" for path in left_out)  # with a dot, `:` means nothing
    fields = repository.ask("check-ignore", "-v", "-z", "--stdin", stdin=asked, check=False).text.split("\0")
    records = zip(fields[::4], fields[1::4], fields[2::4], fields[3::4], strict=False)
    rules = {
        path.removeprefix("./"): f"{source}:{line}"
        for source, line, pattern, path in records
        if not pattern.startswith("!")
    }
    return tuple((path, rules.get(path, "")) for path in left_out)


def _with_parents(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        yield path
        while path := path.rpartition("/")[0]:
            yield path


def _require_version(scratch: _Scratch, cwd: Path) -> None:
    said = re.search(r"(\d+)\.(\d+)", scratch.ask("version", cwd=cwd).text)
    if not said or (int(said[1]), int(said[2])) < _OLDEST:
        raise too_old()


def _init(repository: GitRepository, scratch: _Scratch) -> None:
    words = ("init", "-q", "--template=", f"--object-format={repository.object_format}", scratch.root)
    made = scratch.ask(*words, cwd=scratch.root.parent)
    if made.status:
        raise _failed("git init", made)
    git_dir = scratch.root / ".git"
    alternates = git_dir / "objects" / "info" / "alternates"
    alternates.parent.mkdir(exist_ok=True)
    alternates.write_bytes(b"".join(os.fsencode(_quoted_path(store)) + b"\n" for store in object_stores(repository)))
    if (repository.common_dir / "shallow").is_file():
        shutil.copyfile(repository.common_dir / "shallow", git_dir / "shallow")
    url = without_user_info(repository.remote_url("origin"))
    settings = (*_SETTINGS, *lfs_settings(scratch.environment, repository))
    with (git_dir / "config").open("ab") as file:
        file.write(os.fsencode("".join(setting(*each) for each in settings)))
        if url:
            file.write(os.fsencode(f'[remote "origin"]\n\turl = {_quoted(url)}\n'))


def _create_tags(repository: GitRepository, scratch: _Scratch, tag: Tag) -> None:
    """Give it the pushed tag under its remote name, and all local ones: builds take their version from there."""
    others = [
        (name, oid)
        for name, oid in repository.tags()
        if name != tag.name and not name.startswith(f"{tag.name}/") and not tag.name.startswith(f"{name}/")
    ]
    made = _update_refs(scratch, [(tag.name, tag.oid), *others])
    if made.status:  # one tag whose object is missing spoils the transaction
        asked = "".join(f"{oid}\n" for _, oid in others).encode()
        answers = scratch.ask("cat-file", "--batch-check", stdin=asked).text.splitlines()
        sound = [each for each, answer in zip(others, answers, strict=False) if not answer.endswith(" missing")]
        made = _update_refs(scratch, [(tag.name, tag.oid), *sound])
    if made.status:
        raise _failed("git update-ref", made)
    if tag.pretended:
        # git describe prefers annotated tags, and this is what the tag will be.
        made = scratch.ask(*_TAGGER, "tag", "--force", "-a", "-m", tag.name, "--end-of-options", tag.name, tag.oid)
        if made.status:
            raise _failed("git tag", made)


def _update_refs(scratch: _Scratch, tags: Iterable[tuple[str, str]]) -> Completed:
    commands = "".join(f"create {TAGS}{name}\0{oid}\0" for name, oid in tags)
    return scratch.ask("update-ref", "--stdin", "-z", stdin=os.fsencode(commands))


def _check_out(scratch: _Scratch, commit: str) -> None:
    done = scratch.ask("-c", "checkout.workers=0", "checkout", "-q", "--detach", commit)  # as many as processors
    if "unable to read" in done.error:
        raise damaged(done.error.strip())
    if done.status and "lfs" in done.error:
        raise missing_content(_last_line(done.error))
    if done.status:
        raise _failed("git checkout", done)


def _inspect(scratch: _Scratch) -> tuple[str, ...]:
    """Look at the checkout: whole, filled, and equal to the commit."""
    in_lfs = scratch.ask("ls-files", "-z", "--", ":(attr:filter=lfs)")
    if in_lfs.status:
        raise _failed("git ls-files", in_lfs)
    refuse_pointers(scratch.root, [path for path in in_lfs.text.split("\0") if path])
    index = scratch.root / ".git" / "index"
    written = index.stat()
    # git trusts times where it can; an index older than every file makes it compare the content of them all.
    os.utime(index, (1, 1))
    state = scratch.ask("status", "--porcelain", "-z", "--ignore-submodules=all")
    os.utime(index, ns=(written.st_atime_ns, written.st_mtime_ns))
    if state.status:
        raise _failed("git status", state)
    changes = [change for change in state.text.split("\0") if change]
    gone = [change[3:] for change in changes if change.startswith(" D")]
    if gone:
        raise damaged(f"{gone[0]} is missing from a fresh checkout")
    if not changes:
        return ()
    more = f" and {len(changes) - 1} more" if changes[1:] else ""
    return (
        (
            f"a fresh checkout is dirty: {changes[0][3:]}{more} differs from the commit by the project's own "
            ".gitattributes (git add --renormalize . repairs that); a version that is read from git would end in +d…"
        ),
    )


def _require_room(folder: Path) -> None:
    """Write as git does, which often keeps to itself why it could not.

    Raises:
        OSError: the reason.
    """
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(_PROBE_BYTES))
        file.flush()
        os.fsync(file.fileno())


def setting(key: str, value: str) -> str:
    """A line of a configuration file, below the heading of its section."""
    section, _, name = key.partition(".")
    group, _, last = name.rpartition(".")
    head = f'{section} "{group}"' if group else section
    return f"[{head}]\n\t{last} = {_quoted(value)}\n"


def _quoted(value: str) -> str:
    """A value as it stands in a configuration file (git-config(1), "Syntax")."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _quoted_path(path: str) -> str:
    return _quoted(path) if "\n" in path else path


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


def _failed(what: str, done: Completed) -> CannotJudge:
    said = done.error.strip()
    if any(sign in said for sign in ("Out of diskspace", "No space left on device")):
        return CannotJudge(
            f"{what} failed in the scratch copy: No space left on device",
            why=said,
            fixes=("make room in the temporary folder, or set TMPDIR to one that has more",),
        )
    return CannotJudge(f"{what} failed in the scratch copy", why=said or ending(done))
