"""From where a release stands to the one safe next command; nothing is done here.

Safe means: it destroys nothing, moves nothing that was published, and sends nothing that was not judged.

| condition | what is there | next |
|---|---|---|
| published | every file, and it installs and imports | nothing |
| published-uncompared | files, and nothing that says what they have to be | compare with a receipt or a rebuild |
| published-but-broken | every file, but it does not install or import | yank by hand, bump |
| published-with-other-bytes | a file that is none of those that were judged | look for the cause, bump |
| published-without-tag | every file, and no tag on the remote | push it, or make it at the commit that was judged |
| yanked | files that were taken back | bump |
| half-published | a part of the files, and the index still takes the others | publish the same bytes |
| half-published-too-late | a part of the files, and the index takes no more | bump |
| tag-moved | tags and receipt name different objects | look at what the tag names now |
| tag-only | the tag is on the remote, nothing is on the index | publish the GitHub release |
| local-tag-only | the tag is in this repository alone | push it |
| nothing | no tag, no files | bump |
| unknown | the index, the remote or pip did not answer | ask again |
"""

from __future__ import annotations

import shlex
from pathlib import PurePath
from typing import TYPE_CHECKING

from packaging.version import Version

from tagward.model.refs import TAGS
from tagward.model.standing import Answer, Condition, Match, NextStep
from tagward.plans.publish import CLOSING_DAYS, DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagward.model.standing import Standing, TagSeen

OPEN_DAYS = 14
"""PyPI takes no new file for a release whose first one is older (rule of 2026-07-08); `CLOSING_DAYS` is the margin."""


def next_step(standing: Standing) -> NextStep:
    """What a standing means, and what to do next: the first rule that has something to say."""
    return next(step for rule in _RULES if (step := rule(standing)))


def worth_waiting(standing: Standing) -> bool:
    """Whether the same questions may be answered better in a while: index pages are cached, and servers come back."""
    if standing.of(Match.DIFFERENT, Match.UNJUDGED):
        return False
    trial = standing.trial
    missing = not standing.published or bool(standing.of(Match.MISSING))
    return bool(standing.silence) or missing or bool(trial and trial.trouble)


def fit_to_install(standing: Standing) -> bool:
    """Whether to install it: all of it is there, and it is what was judged. Bytes of unknown origin are not run."""
    complete = bool(standing.published) and not standing.of(Match.MISSING, Match.DIFFERENT, Match.UNJUDGED)
    return complete and not standing.silence and not _yanked(standing)


def _index_silent(standing: Standing) -> NextStep | None:
    if not standing.silence:
        return None
    return _unknown(standing, f"{standing.index} did not answer: {standing.silence}")


def _other_bytes(standing: Standing) -> NextStep | None:
    wrong = standing.of(Match.DIFFERENT, Match.UNJUDGED)
    if not wrong:
        return None
    first = wrong[0]
    what = "with other bytes than were judged" if first.match is Match.DIFFERENT else "which was not judged"
    more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return NextStep(
        Condition.OTHER_BYTES,
        f"{standing.index} has {first.file}, {what}{more}",
        (
            "it was not installed here; find out who uploaded it, and when (the project's history on the index)",
            "if nobody of you did: yank the release, remove the tokens and publishers of the project, and tell users",
            "a name that was used stays taken: what was judged can only be published under another version",
        ),
        _bump(standing),
    )


def _taken_back(standing: Standing) -> NextStep | None:
    yanked = _yanked(standing)
    if not yanked:
        return None
    reason = next((reason for reason in yanked if reason), "")
    return NextStep(
        Condition.YANKED,
        f"{standing.project} {standing.version} was yanked" + (f": {reason}" if reason else ""),
        ("a version number is used once: a repaired release has another",),
        _bump(standing),
    )


def _broken(standing: Standing) -> NextStep | None:
    trial = standing.trial
    if trial is None or not trial.failure:
        return None
    return NextStep(
        Condition.BROKEN,
        f"{standing.project} {standing.version} is published, and does not work: {trial.failure}",
        (f"yank {standing.version} on the web page of the project: no tool can, and tagward never does it by itself",),
        _bump(standing),
    )


def _moved(standing: Standing) -> NextStep | None:
    basis, local, remote = standing.basis, standing.local, standing.remote
    named = {"here": local.oid, "on origin": remote.oid, "judged": basis.oid if basis else ""}
    known = {where: oid for where, oid in named.items() if oid}
    if len(set(known.values())) < 2:  # noqa: PLR2004  # two that differ
        return None
    said = ", ".join(f"{oid[:7]} {where}" for where, oid in known.items())
    command = f"git fetch origin {_ref(standing)} && git show --stat FETCH_HEAD"
    if not remote.oid:
        command = f"git show --stat {_ref(standing)}"
    if standing.published:
        note = "it is published: no tag changes that, and a release with other contents needs another version"
    elif not remote.oid or (local.oid == remote.oid):
        note = "nothing is published: judge what the tag names now"
        command = f"tagward check {shlex.quote(standing.tag)}"
    else:
        note = "nothing is published, so that the tag may still be moved, by whoever knows which one is meant"
    return NextStep(Condition.TAG_MOVED, f"the tag {standing.tag} names different objects: {said}", (note,), command)


def _half(standing: Standing) -> NextStep | None:
    missing = standing.of(Match.MISSING)
    if not missing or not standing.published:
        return None
    count = len(standing.published)
    said = f"{standing.index} has {count} of {count + len(missing)} files, and lacks {missing[0].file}"
    said += f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    if standing.age is not None and standing.age > CLOSING_DAYS * DAY:
        return NextStep(
            Condition.TOO_LATE,
            said,
            (f"the first file is {standing.age / DAY:.0f} days old: after {OPEN_DAYS} a release takes no new files",),
            _bump(standing),
        )
    note = f"within {OPEN_DAYS} days of its first file a release takes the files that it lacks"
    if standing.age is not None:
        left = max(0, round(CLOSING_DAYS - standing.age / DAY))
        note = f"{note}; {left} days are left"
    return NextStep(Condition.HALF, said, (note, "never build anew for it: only these very bytes"), _complete(standing))


def _could_not_try(standing: Standing) -> NextStep | None:
    if standing.remote.answer is Answer.SILENT:
        return _unknown(standing, f"origin did not say where {standing.tag} is: {standing.remote.trouble}")
    if standing.trial and standing.trial.trouble:
        return _unknown(standing, f"it could not be installed from {standing.index}: {standing.trial.trouble}")
    return None


def _published(standing: Standing) -> NextStep | None:
    if not standing.published:
        return None
    release = f"{standing.project} {standing.version}"
    if _lacks_tag(standing):
        return _without_tag(standing, release)
    if standing.basis is None or standing.of(Match.UNCOMPARED):
        return NextStep(
            Condition.UNCOMPARED,
            f"{release} is on {standing.index}, and nothing here says which bytes it has to have",
            ("a receipt of the gate says it, or a build of the tag in its repository",),
            _comparison(standing),
        )
    if standing.trial is None:
        return NextStep(
            Condition.PUBLISHED, f"{release} is published as it was judged; it was not installed here, as you asked"
        )
    return NextStep(Condition.PUBLISHED, f"{release} is published and sound")


def _comparison(standing: Standing) -> str:
    """The command that finds something to compare with."""
    if standing.local.answer is Answer.ABSENT:
        return f"git fetch origin tag {shlex.quote(standing.tag)}"
    how = "--rebuild" if standing.local.answer is Answer.HERE else "--receipt receipt.json"
    return f"tagward verify {standing.version} {how}{_words(standing)}"


def _without_tag(standing: Standing, release: str) -> NextStep:
    commit = standing.basis.commit if standing.basis else ""
    tag = shlex.quote(standing.tag)
    if standing.local.answer is Answer.HERE:
        sentence = f"{release} is published, and its tag {standing.tag} is in this repository alone"
        return NextStep(Condition.WITHOUT_TAG, sentence, (), f"git push origin {_ref(standing)}")
    sentence = f"{release} is published, and no tag says what it was made of"
    if commit:
        command = f"git tag -a {tag} -m {tag} {commit}"
        return NextStep(
            Condition.WITHOUT_TAG, sentence, (f"it was made of commit {commit[:7]}, says the receipt",), command
        )
    note = f"find the commit that it was made of, and tag that as {standing.tag}: the sdist on the index tells"
    return NextStep(Condition.WITHOUT_TAG, sentence, (note,), "git log --oneline --decorate")


def _unpublished(standing: Standing) -> NextStep | None:
    release = f"{standing.project} {standing.version}"
    judged = bool(standing.basis) and standing.local.answer is Answer.UNASKED
    if standing.remote.answer is Answer.HERE:
        return NextStep(
            Condition.TAG_ONLY,
            f"{standing.tag} is on origin, and nothing of {release} is on {standing.index}",
            ("if its GitHub release is published already, run what failed again: gh run rerun --failed",),
            f"gh release create {shlex.quote(standing.tag)} --verify-tag --generate-notes",
        )
    if judged:
        return NextStep(
            Condition.TAG_ONLY,
            f"{release} was judged, and nothing of it is on {standing.index}",
            ("the index may be behind: --wait SECONDS asks again",),
            _complete(standing),
        )
    if standing.local.answer is Answer.HERE:
        return NextStep(
            Condition.LOCAL_TAG_ONLY,
            f"{standing.tag} is in this repository alone, and nothing of {release} is on {standing.index}",
            ("the push judges it",),
            f"git push origin {_ref(standing)}",
        )
    return None


def _nothing(standing: Standing) -> NextStep:
    asked = standing.local.answer is not Answer.UNASKED
    where = f"neither a tag nor a file on {standing.index}" if asked else f"no file on {standing.index}"
    return NextStep(
        Condition.NOTHING,
        f"there is nothing of {standing.project} {standing.version}: {where}",
        () if asked else ("nobody was asked for the tag: run it inside the repository of the project",),
        f"tagward bump {standing.version}" if asked else f"tagward verify {standing.version}{_words(standing)}",
    )


_RULES: tuple[Callable[[Standing], NextStep | None], ...] = (
    _index_silent,
    _other_bytes,
    _taken_back,
    _broken,
    _moved,
    _half,
    _could_not_try,
    _published,
    _unpublished,
    _nothing,
)
"""In this order: what is known to be wrong is said even if something else could not be asked, and nothing good is."""


def _unknown(standing: Standing, sentence: str) -> NextStep:
    again = f"tagward verify {standing.version}"
    if standing.basis and standing.basis.path:
        again += f" --receipt {shlex.quote(standing.basis.path)}"
    elif standing.local.answer is Answer.UNASKED:
        again += f" --project {standing.project}"
    return NextStep(
        Condition.UNKNOWN,
        sentence,
        ("this says nothing about the release",),
        f"{again}{_words(standing)} --wait 600",
    )


def _complete(standing: Standing) -> str:
    """The command that sends what is missing; `tagward publish` itself refuses every other byte."""
    basis = standing.basis
    if basis and basis.path:
        folder = PurePath(basis.path).parent / "dist"
        return f"tagward publish {shlex.quote(str(folder))}/* --receipt {shlex.quote(basis.path)}{_words(standing)}"
    if standing.of(Match.REBUILT):
        return "gh run rerun --failed"
    check = f"tagward check {shlex.quote(standing.tag)} --receipt receipt.json --dist dist"
    return f"{check} && tagward publish dist/* --receipt receipt.json{_words(standing)}"


def _bump(standing: Standing) -> str:
    return f"tagward bump {_following(Version(standing.version))}"


def _following(version: Version) -> str:
    """The next version of the same kind: 1.4.1 after 1.4.0, 1.4.0rc2 after 1.4.0rc1."""
    release = list(version.release)
    epoch = f"{version.epoch}!" if version.epoch else ""
    numbers = ".".join(map(str, release))
    if version.pre:
        return f"{epoch}{numbers}{version.pre[0]}{version.pre[1] + 1}"
    if version.dev is not None:
        return f"{epoch}{numbers}.dev{version.dev + 1}"
    release = [*release, 0, 0][: max(3, len(release))]
    return epoch + ".".join(map(str, [*release[:-1], release[-1] + 1]))


def _lacks_tag(standing: Standing) -> bool:
    """Whether the tag is not where others look for it: on the remote, or here where there is no remote."""
    seen: TagSeen = standing.local if standing.remote.answer is Answer.UNASKED else standing.remote
    return seen.answer is Answer.ABSENT


def _yanked(standing: Standing) -> list[str]:
    return [file.shelved.yanked for file in standing.published if file.shelved and file.shelved.yanked is not None]


def _ref(standing: Standing) -> str:
    return shlex.quote(TAGS + standing.tag)


def _words(standing: Standing) -> str:
    return "".join(f" {shlex.quote(word)}" for word in standing.words)
