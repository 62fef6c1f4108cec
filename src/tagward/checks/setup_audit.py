"""G2, what is known of holes: in the action that publishes, and by zizmor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagward.checks._check import Skip, check
from tagward.checks._setup import at, publishers, steps
from tagward.model.findings import Finding
from tagward.model.inspection import Inspection

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tagward.model.inspection import Alarm

_PUBLISH_ACTION = re.compile(r"uses:\s*pypa/gh-action-pypi-publish@(?:\S+\s*#\s*)?v(?P<version>\d+\.\d+(?:\.\d+)?)")
_SAFE = (1, 13)
_COVERED = frozenset(
    {
        *("unpinned-uses", "unpinned-tools", "ref-version-mismatch", "excessive-permissions", "cache-poisoning"),
        *("artipacked", "secrets-outside-env", "secrets-inherit", "overprovisioned-secrets", "use-trusted-publishing"),
    }
)
"""The rules of zizmor that a check here asks of the workflows that publish, and then says itself."""
_SCRIPTS = "template-injection"
"""The one that a check here asks of every workflow."""
_STYLE = frozenset({"anonymous-definition", "self-repository", "concurrency-limits", "undocumented-permissions"})
_MILD = frozenset({"Unknown", "Informational"})


@check("G227", Inspection, fix="take 1.13.0 or newer")
def publisher_vulnerable(inspection: Inspection) -> Iterator[Finding]:
    """The publish action has no known hole

    Before 1.13.0 the name of a branch or a tag was run as a script (GHSA-vxmw-7h4f-hqxh).
    """
    if not any("pypa/gh-action-pypi-publish@" in step.uses for _, _, step in steps(inspection)):
        raise Skip("the publish action is not used")
    for seen, _ in publishers(inspection):
        for number, line in enumerate(seen.text.splitlines(), 1):
            found = _PUBLISH_ACTION.search(line)
            if found and tuple(map(int, found["version"].split("."))) < _SAFE:
                yield Finding(f"pypa/gh-action-pypi-publish is {found['version']}", at(seen, number))


@check("G226", Inspection, fix="see what zizmor says of it", warns=True)
def zizmor_alarm(inspection: Inspection) -> Generator[Finding, None, str]:
    """Zizmor finds nothing else in the workflows

    It knows the ways in which workflows were broken into.
    """
    if inspection.alarms is None:
        raise Skip("zizmor is not installed, or there is no workflow")
    if inspection.alarm_trouble:
        raise Skip(f"zizmor did not look: {inspection.alarm_trouble}")
    publishing = {seen.path for seen in inspection.publishers}
    kept = [
        one
        for one in inspection.alarms
        if one.severity not in _MILD
        and one.rule not in {*_STYLE, _SCRIPTS}
        and not (one.rule in _COVERED and one.place.path in publishing)
    ]
    for rule in dict.fromkeys(one.rule for one in kept):
        yield _alarmed([one for one in kept if one.rule == rule])
    mild = len({(one.rule, str(one.place)) for one in inspection.alarms}) - len(kept)
    return "zizmor finds nothing else" + (f"; {mild} of its findings are told above, or are mild" if mild > 0 else "")


def _alarmed(alarms: list[Alarm]) -> Finding:
    first = alarms[0]
    more = f", and {len(alarms) - 1} more" if len(alarms) > 1 else ""
    return Finding(
        f"zizmor: {first.rule}, {first.severity.lower()}: {first.message}{more}", first.place, fixes=(first.url,)
    )


CHECKS = (zizmor_alarm, publisher_vulnerable)
