"""The git side of a release: what there is, and a commit and a tag that no ref knows before they are on the remote.

Everything up to the push happens in a scratch copy. Of it only objects come into the user's repository, which nothing
names yet: an error, an interrupt or a kill leaves refs, index and files as they were, because none was touched.
"""

from __future__ import annotations

import os
import shlex
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagward.errors import CannotJudge
from tagward.model.refs import HEADS, TAGS, Tag
from tagward.model.release import CommitHabits, RemoteSeen, WorkingState
from tagward.tools.environ import GUARD
from tagward.tools.export import export, setting
from tagward.tools.hook_places import look
from tagward.tools.run import run, run_shown
from tagward.tools.scratch import scratch
from tagward.tools.standing import complaint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tagward.tools.git import GitRepository
    from tagward.tools.run import Completed

COMMIT_HOOKS = ("pre-commit", "prepare-commit-msg", "commit-msg")
"""The hooks that may refuse or reword a commit (githooks(5)); post-commit waits for a commit that a branch has."""

_UNDERWAY = {
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "BISECT_LOG": "a bisection",
    "index.lock": "another git command (index.lock)",
}
_OF_THE_PLACE = frozenset(
    {"core", "extensions", "include", "includeif", "remote", "branch", "submodule", "url", "fetch", "push", "safe"}
    | {"gc", "maintenance", "index", "init"}
)
"""Sections of settings that say where things are, or what git does by itself; a copy has its own."""

_QUIETLY = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-gc", "--no-prune", "--no-recurse-submodules")


def working_state(repository: GitRepository) -> WorkingState:
    """What is checked out, and what of it is not committed; nothing is refreshed or locked (git-status(1))."""
    head = repository.commit_of("HEAD") or ""
    branch = repository.ask("symbolic-ref", "--quiet", "--short", "HEAD", check=False).text.strip()
    words = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=normal", "--ignore-submodules=none")
    entries = [entry for entry in repository.ask(*words).text.split("\0") if entry]
    untracked = sum(entry.startswith("??") for entry in entries)
    begun = [what for name, what in _UNDERWAY.items() if (repository.git_dir / name).exists()]
    changes = tuple(entry[3:] for entry in entries if not entry.startswith("??"))
    return WorkingState(head, branch, changes, untracked, begun[0] if begun else "")


def remote_of(repository: GitRepository, branch: str) -> tuple[str, str]:
    """The remote that a branch is pushed to, and the full name of the branch there (git-for-each-ref(1), `push`).

    A branch that has no place yet goes to `origin`, or to the only remote, under its own name. Both are empty where
    there is no remote.
    """
    fields = ("push:remotename", "upstream:remotename", "upstream:remoteref")
    form = "%00".join(f"%({field})" for field in fields)
    asked = repository.ask("for-each-ref", f"--format={form}", HEADS + branch).text.removesuffix("\n") if branch else ""
    pushed, upstream, there = (asked.split("\0") + [""] * len(fields))[: len(fields)]
    names = repository.ask("remote").text.split("\n")[:-1]
    name = pushed.removeprefix(".") or ("origin" if "origin" in names else names[0] if len(names) == 1 else "")
    return name, (there if upstream == name and there else HEADS + branch) if name else ""


def remote_seen(repository: GitRepository, name: str, branch: str, tag: str, head: str) -> RemoteSeen:
    """Ask the remote for the branch and the tag; commits that are not here are fetched, and no ref is changed.

    Raises:
        CannotJudge: it does not answer.
    """
    wanted = (branch, TAGS + tag, f"{TAGS}{tag}^{{}}")
    listed = _ask_remote(repository, name, "ls-remote", name, *wanted)
    found = {ref: oid for oid, _, ref in (line.partition("\t") for line in listed.text.split("\n"))}
    tip, oid = found.get(branch, ""), found.get(TAGS + tag, "")
    seen = RemoteSeen(name, branch, tip, oid, found.get(wanted[2], oid))
    missing = [ref for ref, at in ((branch, tip), (TAGS + tag, oid)) if at and not repository.commit_of(at)]
    if missing:
        _ask_remote(repository, name, "fetch", *_QUIETLY, "--refmap=", name, *missing)
    if not tip:
        return seen
    counted = repository.ask("rev-list", "--left-right", "--count", f"{tip}...{head}").text.split()
    return RemoteSeen(name, branch, tip, oid, seen.commit, behind=int(counted[0]), ahead=int(counted[1]))


def _ask_remote(repository: GitRepository, name: str, *words: str) -> Completed:
    environment = {**repository.environment(), "GIT_TERMINAL_PROMPT": "1"}
    done = _asking(*words, env=environment, cwd=repository.top)
    if done.status:
        raise CannotJudge(
            f"{name} did not answer: {complaint(done)}",
            why="what it has is not known, and so nothing is done",
            fixes=(f"git ls-remote {name}",),
        )
    return done


def commit_habits(repository: GitRepository, before: str, previous: str, version: str) -> CommitHabits:
    """How the commit and the tag of a release are made here.

    Args:
        repository: the user's.
        before: the tag of the release before; empty without one.
        previous: its version.
        version: of this release.
    """
    subject = f"Release {version}"
    if before:
        # Conventions differ, and a commit-msg hook may hold one: the release before shows it.
        words = ("log", "-1", "--no-show-signature", "--format=%s", f"{TAGS}{before}^{{commit}}", "--")
        was = repository.ask(*words, check=False).text.strip()
        subject = was.replace(previous, version) if was.count(previous) == 1 else subject
    hooks = _hooks_folder(repository)
    present = tuple(name for name in COMMIT_HOOKS if hooks and os.access(hooks / name, os.X_OK))
    signs = any(
        repository.ask("config", "--type=bool", "--get", key, check=False).text.strip() == "true"
        for key in ("tag.gpgSign", "tag.forceSignAnnotated")
    )
    return CommitHabits(subject, present, signs)


def _hooks_folder(repository: GitRepository) -> Path | None:
    """Where git takes hooks from, as an absolute path: git may not track the folder that core.hooksPath names."""
    assert repository.top is not None  # noqa: S101  # a release has a working tree
    standing = look(repository.top)
    if standing.hooks_path is None:
        return repository.common_dir / "hooks"
    return repository.top / standing.hooks_path.value if standing.hooks_path.value else None


@dataclass(frozen=True, slots=True)
class Draft:
    """A scratch copy in which the commit and the tag of a release are made as the user would make them.

    Attributes:
        repository: the user's.
        root: the working tree of the copy.
        head: the commit that it begins at.
        environment: of git there: the user's own, so that identity, signing and hooks work.
    """

    repository: GitRepository
    root: Path
    head: str
    environment: Mapping[str, str]

    def commit(self, subject: str) -> tuple[str, str]:
        """Commit every change, through the commit hooks; the commit, or empty and what was said against it."""
        self._git("add", "--update")
        done = _asking("commit", "--quiet", "--message", subject, env=self.environment, cwd=self.root)
        if done.status:
            return "", (done.text + done.error).strip()
        commit, *parents = self._git("rev-parse", "HEAD", "HEAD^@").text.split()
        if parents != [self.head]:
            raise CannotJudge(f"a hook made another commit than one on {self.head[:7]}", why="it is not used")
        return commit, ""

    def tag(self, name: str, commit: str, message: str, *, signed: bool) -> str:
        """Make an annotated tag, and return its object; signed only if git is configured to sign."""
        file = self.root.parent / "message"
        file.write_text(message, encoding="utf-8")
        words = ["tag", "--force", "--annotate", "--cleanup=verbatim", f"--file={file}"]
        words += [*(() if signed else ("--no-sign",)), "--end-of-options", name, commit]
        done = _asking(*words, env=self.environment, cwd=self.root)
        if done.status:
            raise CannotJudge(
                "the tag could not be made" + (", or not signed" if signed else ""),
                why=done.error.strip(),
                fixes=("git config user.signingKey, if it should be signed; or: git config tag.gpgSign false",),
            )
        return self._git("rev-parse", "--verify", TAGS + name).text.strip()

    def hand_over(self, oid: str) -> None:
        """Copy an object, and what it leads to, into the user's repository, where no ref names it."""
        asked = f"{oid}\n^{self.head}\n".encode()
        packed = run(
            ["git", "pack-objects", "--quiet", "--revs", "--stdout"],
            env=self.environment,
            cwd=self.root,
            stdin=asked,
        )
        self.repository.ask("unpack-objects", "-q", stdin=packed.stdout)

    def _git(self, *words: str) -> Completed:
        return run(["git", *words], env=self.environment, cwd=self.root)


@contextmanager
def drafted(repository: GitRepository, working: WorkingState) -> Iterator[Draft]:
    """A scratch copy of HEAD on its branch, with the user's configuration and commit hooks.

    Hooks that only tell (post-commit and the like) are not run, and neither is any that needs files git does not track.

    Raises:
        CannotJudge: objects are damaged, or the copy cannot be written.
    """
    with scratch("release") as folder:
        root, head = folder / "project", working.head
        tag = Tag(f"tagward-{os.getpid()}", head, head, "commit")
        export(repository, tag, root, home=folder / "home")
        hooks = folder / "hooks"
        hooks.mkdir()
        if source := _hooks_folder(repository):
            for name in COMMIT_HOOKS:
                if os.access(source / name, os.X_OK):
                    _call(hooks / name, source / name)
        draft = Draft(repository, root, head, _environment(repository))
        with (root / ".git" / "config").open("ab") as config:
            config.write(os.fsencode(setting("core.hooksPath", str(hooks)) + _settings(draft)))
        refs = f"delete {TAGS}{tag.name}\ncreate {HEADS}{working.branch} {head}\n"
        run(["git", "update-ref", "--stdin"], env=draft.environment, cwd=root, stdin=os.fsencode(refs))
        run(["git", "symbolic-ref", "HEAD", HEADS + working.branch], env=draft.environment, cwd=root)
        yield draft


def _call(script: Path, hook: Path) -> None:
    """A script that runs a hook under its own path, beside which pre-commit and husky look for what they need."""
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(str(hook))} "$@"\n', encoding="utf-8")
    script.chmod(0o755)


def _settings(draft: Draft) -> str:
    """The user's settings for this very repository, which git does not find in a copy: also those of includeIf."""
    wanted = _listed(draft.repository.ask("config", "--list", "-z"))
    there = _listed(run(["git", "config", "--list", "-z"], env=draft.environment, cwd=draft.root))
    text = ""
    for key, values in wanted.items():
        known = there.get(key, [])
        if key.partition(".")[0] not in _OF_THE_PLACE:
            more = values[len(known) :] if values[: len(known)] == known else values[-1:]
            text += "".join(setting(key, value) for value in more)
    return text


def _listed(done: Completed) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in done.text.split("\0")[:-1]:
        key, equals, value = entry.partition("\n")
        found.setdefault(key, []).append(value if equals else "true")
    return found


def _environment(repository: GitRepository) -> dict[str, str]:
    """The user's own, but for what says which repository is meant (git-rev-parse(1), `--local-env-vars`).

    One time for all tags, so that two of one release differ in nothing but their words.
    """
    local = {*repository.ask("rev-parse", "--local-env-vars").text.split(), GUARD}
    now = {"GIT_COMMITTER_DATE": f"@{int(time.time())} {time.strftime('%z')}"}
    return {**now, **{name: value for name, value in os.environ.items() if name not in local}, GUARD: "1"}


def differ_in_words(repository: GitRepository, one: str, other: str) -> bool:
    """Whether two tag objects differ in nothing but message and signature: same commit, name, tagger and time."""
    heads = [repository.ask("cat-file", "tag", oid).stdout.partition(b"\n\n")[0] for oid in (one, other)]
    return heads[0] == heads[1]


def push(repository: GitRepository, remote: str, refs: Mapping[str, str], *, quiet: bool) -> bool:
    """Push objects to refs of the remote, all or none, through the user's hooks; whether git says that it did."""
    words = ["git", "push", "--atomic", "--no-follow-tags", *(("--quiet",) if quiet else ())]
    specs = [f"{oid}:{ref}" for ref, oid in refs.items()]
    return not run_shown([*words, remote, *specs], env=_users_own(), cwd=repository.top)


def take_over(repository: GitRepository, tag: str, oid: str, commit: str) -> str:
    """Give this repository what the remote has now: the tag, and the commit on the branch; what stands in the way."""
    if tag not in dict(repository.tags()):
        repository.ask("update-ref", TAGS + tag, oid, "0" * len(oid))
    words = ("merge", "--ff-only", "--quiet", "--no-stat", "--no-autostash", "--no-verify-signatures", commit)
    done = _asking(*words, env=_users_own(), cwd=repository.top)
    return done.error.strip() or done.text.strip() or f"git merge failed ({done.status})" if done.status else ""


def _users_own() -> dict[str, str]:
    """What git gets from a shell: without our mark, by which the hook would refuse a push from inside a gate."""
    return {name: value for name, value in os.environ.items() if name != GUARD}


def _asking(*words: str, env: Mapping[str, str], cwd: Path | None) -> Completed:
    """Run git with our terminal, in which it may have to ask for a password or a passphrase."""
    return run(["git", *words], env=env, cwd=cwd, check=False, alone=False)
