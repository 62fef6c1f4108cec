"""The user's repository, asked and never written: single tags through GitPython, all else by argument lists."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge, CommandFailed, ConfigError
from tagward.model.refs import TAGS, Tag
from tagward.tools.environ import source_env
from tagward.tools.objects import (
    LARGEST,
    GitObject,
    committer_time,
    damaged,
    genuine,
    is_signed,
    read_objects,
    tag_header,
)
from tagward.tools.run import run
from tagward.tools.trees import open_commit_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tagward.model.versions import Tree
    from tagward.tools.run import Completed
    from tagward.tools.trees import GitTree

_GIT = ("git", "-c", "core.fsmonitor=false")  # that setting names a program that git would run (git-config(1))
_QUESTIONS = ("--show-object-format", "--git-dir", "--git-common-dir", "--show-toplevel")


@dataclass(frozen=True, slots=True)
class GitRepository:
    """Where a repository is, by absolute paths, and the questions that tagward has.

    Attributes:
        git_dir: its git directory; of a linked worktree or a submodule, the one of that.
        common_dir: the git directory that all its worktrees share.
        top: the top of the working tree; None in a bare repository and inside a git directory.
        object_format: `sha1` or `sha256`.
        seen: small objects that were read; what an id names never changes.
    """

    git_dir: Path
    common_dir: Path
    top: Path | None
    object_format: str
    seen: dict[str, GitObject] = field(default_factory=dict, compare=False, repr=False)
    _tree: dict[str, GitTree] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def find(cls, start: Path | None = None) -> GitRepository:
        """The repository that git itself finds, by its environment or from a folder upwards (git-rev-parse(1)).

        Raises:
            ConfigError: there is none.
            CannotJudge: git is missing or too old, or it refuses to read the repository.
        """
        answers = _asked(_QUESTIONS, start)
        if len(answers) not in (len(_QUESTIONS), len(_QUESTIONS) - 1):  # a path with line feeds
            answers = [
                answer for question in _QUESTIONS for answer in ["\n".join(_asked((question,), start))] if answer
            ]
        object_format, git_dir, common_dir, *top = answers
        return cls(Path(git_dir), Path(common_dir), Path(top[0]) if top else None, object_format)

    def ask(
        self, *words: str | Path, stdin: bytes = b"", check: bool = True, timeout: float | None = None
    ) -> Completed:
        """Run a git command on this repository, and on no other.

        Raises:
            CannotJudge: it failed, and `check` is set.
        """
        done = run(
            [*_GIT, *words],
            env=self.environment(),
            cwd=self._cwd,
            stdin=stdin,
            timeout=timeout,
            check=False,
            brief=timeout is None,
        )
        if check and done.status:
            raise CannotJudge(f"git {words[0]} failed", why=done.error.strip())
        return done

    def environment(self) -> dict[str, str]:
        """What git gave us, with the paths made absolute: it may have said `.`, for where the process stood."""
        environment = {name: value for name, value in source_env().items() if not name.startswith("GIT_TRACE")}
        environment["GIT_DIR"] = os.fspath(self.git_dir)
        if self.top:
            environment["GIT_WORK_TREE"] = os.fspath(self.top)
        return environment

    @property
    def _cwd(self) -> Path:
        return self.top or self.git_dir

    def tag(self, name: str, oid: str, *, moved: bool = False) -> Tag:
        """The tag that the pushed object makes, peeled as `^{}` peels (gitrevisions(7))."""
        headers: list[str] = []
        signed = False
        kind, current = "missing", oid
        with self._reader() as read:
            while (found := read(current)) is not None:
                kind = found.kind
                if kind != "tag":
                    break
                kind = "missing"
                target, header = tag_header(found.data or b"")
                signed = signed or (not headers and is_signed(found.data or b""))
                headers.append(header)
                current = target
        commit = current if kind == "commit" else ""
        return Tag(name, oid, commit, kind, bool(headers), signed, tuple(headers), moved)

    def tag_oid(self, name: str) -> str:
        """The object that the local tag of exactly this name is at.

        Raises:
            ConfigError: there is no such tag.
            CannotJudge: there is, but git does not give its object.
        """
        shown_why = ""
        if name and "\0" not in name:
            shown = self.ask("show-ref", "--verify", "--hash", "--", TAGS + name, check=False)
            if not shown.status:
                return shown.text.strip()
            shown_why = shown.error.strip()
        names = [known for known, _ in self.tags()]
        import difflib  # noqa: PLC0415  # only a wrong word needs it

        if name in names:
            raise CannotJudge(
                f"the object of the tag {name} is missing or damaged",
                why=shown_why,
                fixes=("git fsck --full", f"git fetch --force origin tag {name}"),
            )
        near = difflib.get_close_matches(name, names, n=1)
        fixes = (f"did you mean {near[0]}?",) if near else ("git tag --list",)
        raise ConfigError(f"there is no tag {name}", fixes=fixes)

    def tags(self) -> tuple[tuple[str, str], ...]:
        """All local tags, as names and the objects they are at (git-for-each-ref(1))."""
        listed = self.ask("for-each-ref", "--format=%(objectname)%00%(refname)%00", TAGS).text
        fields = [field.removeprefix("\n") for field in listed.split("\0")]
        return tuple((ref.removeprefix(TAGS), oid) for oid, ref in zip(fields[::2], fields[1::2], strict=False))

    def tags_at(self, commit: str) -> tuple[str, ...]:
        """The names of all local tags that peel to a commit, nested ones included."""
        tags = self.tags()
        asked = "".join(f"{oid}^{{commit}}\n" for _, oid in tags).encode()
        answer = self.ask("cat-file", "--batch-check=%(objectname)", stdin=asked, check=False)
        peeled = answer.text.splitlines()
        if len(peeled) != len(tags):  # git stops at the first damaged tag object
            peeled = [self.tag(name, oid).commit for name, oid in tags]
        return tuple(name for (name, _), oid in zip(tags, peeled, strict=True) if oid == commit)

    def refs_now(self, names: Iterable[str]) -> dict[str, str]:
        """What refs are at, by their full names; those that are no more are left out."""
        listed = self.ask("for-each-ref", "--format=%(objectname) %(refname)", "--", *names).text
        return {name: oid for oid, _, name in (line.partition(" ") for line in listed.split("\n")) if name}

    def commit_of(self, revision: str) -> str | None:
        """The commit that a revision names (gitrevisions(7)); None where there is none."""
        if "\0" in revision:
            return None
        words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        return self.ask(*words, check=False).text.strip() or None

    def tree(self, commit: str) -> Tree:
        """The files of a commit; the last of them is kept, for it is asked for several times."""
        if commit not in self._tree:
            self._tree.clear()
            self._tree[commit] = open_commit_tree(self, commit)
        return self._tree[commit]

    def commit_time(self, commit: str) -> int:
        """When a commit was made, in seconds, for SOURCE_DATE_EPOCH.

        Raises:
            CannotJudge: the commit is missing or damaged.
        """
        found = read_objects(self, [commit]).get(commit)
        when = committer_time(found.data or b"") if found else None
        if when is not None:
            return when
        raise damaged(f"the commit {commit} cannot be read")

    def remote_url(self, name: str) -> str:
        """The address of a remote, as git uses it (git-remote(1)); empty without one."""
        if not name or "\0" in name:
            return ""
        return self.ask("remote", "get-url", "--end-of-options", name, check=False).text.removesuffix("\n")

    @contextmanager
    def _reader(self) -> Iterator[Callable[[str], GitObject | None]]:
        """Read objects through GitPython; git itself is asked for what GitPython cannot read (SHA-256, damage)."""

        def plain(oid: str) -> GitObject | None:
            return read_objects(self, [oid]).get(oid)

        with ExitStack() as stack:
            through_gitpython = self._gitpython(stack) if self.object_format == "sha1" else None
            if through_gitpython is None:
                yield plain
                return

            def read(oid: str) -> GitObject | None:
                try:
                    return through_gitpython(oid)
                except Exception:  # noqa: BLE001 - GitPython does not say what it raises on damage; git itself then tells
                    return plain(oid)

            yield read

    def _gitpython(self, stack: ExitStack) -> Callable[[str], GitObject | None] | None:
        try:
            import git  # noqa: PLC0415 - it takes 0.1 s: as long as a gate's fifty questions to git

            # Without a path it would take GIT_DIR; with variables expanded, a `$` in the path would lead elsewhere.
            repo = stack.enter_context(git.Repo(self.common_dir, expand_vars=False))
        except Exception:  # noqa: BLE001 - a configuration or a program that it does not understand
            return None
        repo.git.update_environment(**self.environment())  # it has none of its own, and git would obey refs/replace

        def read(oid: str) -> GitObject | None:
            found = git.Object.new_from_sha(repo, bytes.fromhex(oid))
            if found.size > LARGEST:
                return GitObject(found.type, found.size, None)
            data = found.data_stream.read()
            return GitObject(found.type, found.size, data) if genuine(oid, found.type, data) else None

        return read


def _asked(questions: Sequence[str], start: Path | None) -> list[str]:
    if start and not start.is_dir():
        raise ConfigError(f"there is no folder {start}")
    try:
        words = [*_GIT, "rev-parse", "--path-format=absolute", *questions]
        done = run(words, env=source_env(), cwd=start, check=False, brief=True)
    except CommandFailed as failure:
        raise CannotJudge(
            "git is not there", why=str(failure), fixes=("install git 2.32 or newer, and see that PATH leads to it",)
        ) from failure
    answer = done.text.removesuffix("\n")
    if "--path-format" in answer:
        raise too_old()
    said = done.error.strip()
    if not done.status and not answer and questions == _QUESTIONS:
        raise CannotJudge("git does not answer", why="it ended well, and said nothing of this repository")
    if not done.status or "must be run in a work tree" in said:
        return answer.split("\n") if answer else []
    if "not a git repository" in said:
        raise ConfigError(f"this is no git repository: {start or Path.cwd()}", fixes=("run it inside a repository",))
    if "dubious ownership" in said:
        fixes = tuple(line.strip() for line in said.splitlines() if "safe.directory" in line)
        raise CannotJudge("git does not trust this repository, which belongs to someone else", why=said, fixes=fixes)
    raise CannotJudge("git cannot read this repository", why=said or ending(done))


def ending(done: Completed) -> str:
    """How a git ended that said nothing itself."""
    if done.status < 0:
        return f"git was ended by the system: {signal.strsignal(-done.status) or f'signal {-done.status}'}"
    return f"git ended with {done.status}, without a word"


def too_old() -> CannotJudge:
    """The error for a git without the options that reading safely takes."""
    return CannotJudge(
        "this git is too old",
        why="tagward needs git 2.32 or newer: older ones cannot keep the user's settings out of the scratch copy",
        fixes=("install a newer git",),
    )
