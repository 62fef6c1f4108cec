"""A run with something of everything on its page, hostile names among it."""

from __future__ import annotations

from dataclasses import replace

from paper import COMMIT, SDIST, WHEEL

from tagward.checks.build import build_failed
from tagward.checks.tag import tag_not_annotated
from tagward.model.artifact import Artifact, Described, Member, MemberKind, Rendered
from tagward.model.change import Change, Difference, Release
from tagward.model.findings import Finding, Outcome, Result, Status, Trouble
from tagward.model.places import Place
from tagward.model.receipt import Receipt
from tagward.model.record import Record, Span, Stage, TagRecord, Told
from tagward.model.rehearsal import Leg, Rehearsal, Step

HOSTILE = (
    "</script></style></pre></title><script>window.hacked=1</script><img src=x onerror=window.hacked=1>"
    "\"'><a href=javascript:hacked=1>{}%s\u202e\u200b\x1b[31m\udc80"
)
LONG = "a_name_without_any_place_to_break_it_" * 6
README = (
    "<h1>acme</h1><p>Reads <b>tables</b>, see <a href='https://example.org/' rel='nofollow'>its pages</a>.</p>"
    "<pre><code>pip install acme</code></pre><table><tr><th>a</th></tr><tr><td>1</td></tr></table><img alt='badge'>"
)
SPANS = (Span("", 0.1, 0.2), Span("environment", 0.3, 0.5), Span("sdist", 0.8, 1.1), Span("wheel", 1.9, 0.9))


def member(name: str, size: int, sha256: str = "0" * 64) -> Member:
    """A plain file of an archive."""
    return Member(name, MemberKind.FILE, size, sha256=sha256)


def packed(count: int = 40) -> tuple[Member, ...]:
    """Files in folders, of all kinds."""
    info = "acme_demo-1.4.0.dist-info"
    files = [member(f"acme_demo/part_{number % 7}/module_{number}.py", 400 + 97 * number) for number in range(count)]
    files += [member("acme_demo/core.py", 30_000), member("acme_demo/_speed.cpython-312-x86_64-linux-gnu.so", 22_000)]
    files += [member("acme_demo/plugins/__init__.py", 9_000), member(f"acme_demo/{HOSTILE}", 12_000)]
    files += [member(f"acme_demo/{LONG}.py", 8_000), member("acme_demo/py.typed", 0)]
    return (*files, member(f"{info}/METADATA", 3_000), member(f"{info}/RECORD", 5_000))


def told(status: Status) -> Told:
    """A finding with everything in it."""
    return Told(
        build_failed.info if status.blocks else tag_not_annotated.info,
        Finding(
            f"Version mismatch: git tag (1.4.0) != {HOSTILE}",
            Place("pyproject.toml", 7, 12, 5, 'version = "1.3.0"'),
            "the tag asks for 1.4.0 here",
            notes=("it is also in setup.cfg",),
            fixes=("git tag -d v1.4.0", f"tagward bump {LONG}"),
            excerpt=("  File x, in y", HOSTILE),
            log=".git/tagward/last/v1.4.0/build.log",
        ),
        status,
        "source",
    )


CHANGE = Change(
    "1.3.0",
    new=("acme_demo/plugins/__init__.py", f"acme_demo/{HOSTILE}"),
    gone=("acme_demo/old.py",),
    changed=("acme_demo/core.py",),
    modules=("extra",),
    scripts=("acme",),
    metadata=(Difference("Requires-Python", ">=3.9", ">=3.11"), Difference("Keywords", HOSTILE, f"{LONG}\nb")),
    dependencies=(Difference("attrs", "", ">=23"), Difference("six", "any", ""), Difference(HOSTILE, ">=1", ">=2")),
)
BEFORE = Release("1.3.0", "PyPI", "acme_demo-1.3.0-py3-none-any.whl", sizes={"sdist": 20_000, "wheel": 18_000})


def tag_record(outcome: Outcome = Outcome.PASSED, *, files: int = 40) -> TagRecord:
    """A tag with everything that a page can show."""
    refused = outcome is Outcome.REFUSED
    wheel, sdist = packed(files), [replace(one, name=f"acme_demo-1.4.0/src/{one.name}") for one in packed(files)]
    stages = (
        Stage("tag", Status.PASSED, 0.1, "annotated", (Span("", 0.0, 0.1),)),
        Stage("source", Status.WARNED, 0.1, HOSTILE, (Span("copying the commit", 0.1, 0.1),)),
        Stage("build", Status.FAILED if refused else Status.PASSED, 2.7, "wheel 18.6 kB", SPANS),
        Stage("install", None) if refused else Stage("install", Status.SKIPPED, 0.0, "skipped"),
    )
    receipt = Receipt("v1.4.0", "a" * 40, COMMIT, "acme-demo", "1.4.0", (), {}, {}, {"build": "1.6.1", "pip": HOSTILE})
    return TagRecord(
        HOSTILE if refused else "v1.4.0",
        "1.4.0",
        COMMIT,
        outcome,
        stages,
        (told(Status.FAILED), told(Status.WARNED)) if refused else (told(Status.WARNED),),
        {"V001": "failed" if refused else "passed", "C001": "warned", "D301": "ignored", "X002": "skipped"},
        {"D301": HOSTILE},
        {"X002": HOSTILE},
        (Result(build_failed.info, Status.BROKE, reason=HOSTILE),) if refused else (),
        Trouble(HOSTILE, HOSTILE, (HOSTILE,)) if outcome is Outcome.NOT_CHECKED else None,
        (
            replace(SDIST, artifact=Artifact(SDIST.file, 24_100, "0" * 64, tuple(sdist))),
            replace(
                WHEEL,
                artifact=Artifact(WHEEL.file, 18_600, "1" * 64, wheel),
                described=Described(Rendered.SHOWN, html=README),
            ),
        ),
        (HOSTILE,),
        7.4,
        receipt=receipt,
        compared=(HOSTILE,),
        logs={"build": f"{HOSTILE}\nsecond line\n" * 20, HOSTILE: "x\n", "empty": ""},
        before=BEFORE,
        change=CHANGE,
        project="acme-demo",
        unshipped=("docs/index.md", HOSTILE),
        builders={"hatchling": "1.33.0", "hostile": HOSTILE},
        python="3.12.7",
    )


def record(outcome: Outcome = Outcome.PASSED, *, files: int = 40) -> Record:
    """A run of one tag."""
    return Record("check", (tag_record(outcome, files=files),), started=1_795_000_000.0, seconds=7.4)


REHEARSAL = Rehearsal(
    "acme-demo",
    "1.4.0",
    "v1.4.0",
    COMMIT,
    (
        Step("clone", "your HEAD to a throwaway bare remote", passed=True, seconds=0.1),
        Step("refuse", "a wrong tag is pushed: V001", passed=True, seconds=0.4, said=HOSTILE),
        Step("push", "v1.4.0 is pushed: the gate passed", passed=True, seconds=7.1, leg=Leg.REMOTE),
        Step("refuse", "there is no README", passed=False, seconds=0.0, skipped=True, leg=Leg.REMOTE),
        Step("workflow", HOSTILE, passed=True, seconds=6.8, leg=Leg.WORKFLOW, notes=(HOSTILE,)),
        Step("publish", "the index took other bytes", passed=False, seconds=0.8, said=f"{HOSTILE}\n", leg=Leg.INDEX),
    ),
    ("git tag -a v1.4.0 -m v1.4.0", f"git push origin main {HOSTILE}"),
)
