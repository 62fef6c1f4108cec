"""The page of a run, as text: nothing from outside is markup, nothing grows without end, and everything is there."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import HOSTILE, REHEARSAL, member, packed, record, tag_record
from paper import SDIST, WHEEL

from tagward.model.artifact import Artifact
from tagward.model.change import Release
from tagward.model.findings import Outcome
from tagward.model.record import Record
from tagward.report.files import packed_files
from tagward.report.html import MAX_FILES, POLICY, beside, render
from tagward.report.html.fill import fill
from tagward.report.html.squarify import Box, squarified
from tagward.report.html.treemap import MAX_ROWS
from tagward.report.words import printable

if TYPE_CHECKING:
    from tagward.model.record import TagRecord

VOID = {"meta", "img", "br", "hr", "wbr"}


class _Reader(HTMLParser):
    """Reads the page as markup: its elements, whether they close, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.text: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in {"style", "script"}:
            self.text.append(data)


def read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader


def _page(tag: TagRecord) -> str:
    return render(Record("check", (tag,)))


@pytest.mark.parametrize("outcome", list(Outcome))
def test_nothing_from_outside_is_markup(outcome: Outcome) -> None:
    page = render(record(outcome), REHEARSAL)
    seen = read(page)

    assert not seen.faults
    assert not seen.open
    assert seen.names <= {
        *("html", "head", "meta", "title", "style", "body", "main", "header", "section", "article", "footer", "div"),
        *("h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td"),
        *("span", "b", "i", "s", "em", "mark", "del", "code", "pre", "a", "details", "summary", "script", "img"),
    }
    assert seen.attributes <= {
        *("lang", "charset", "content", "http-equiv", "name", "class", "id", "dir", "style", "title", "href", "rel"),
        *("role", "scope", "type", "open", "alt", "aria-label", "aria-hidden"),
    }
    assert "\u202e" not in page
    assert "\u200b" not in page
    assert "\x1b" not in page
    page.encode("utf-8")
    shown = "".join(seen.text)
    assert shown.count(printable(HOSTILE)[:60]) > 15


def test_the_page_runs_nothing_and_fetches_nothing() -> None:
    page = render(record())

    assert f'content="{POLICY}"' in page
    assert POLICY.startswith("default-src 'none';")
    assert re.findall(r"<script[^>]*>", page) == ['<script type="application/json" id="record">']


def test_text_is_escaped_and_made_visible_and_markup_of_ours_is_not() -> None:
    assert fill("<b>{}</b>", "<&\x07") == "<b>&lt;&amp;\\x07</b>"
    assert fill("<p>{}</p>", fill("<b>{}</b>", "x")) == "<p><b>x</b></p>"
    assert len(fill("{}", "x" * 5000)) == 2001


def _record_of(page: str) -> Any:
    return json.loads(page.partition('id="record">')[2].partition("</script>")[0])


def test_the_record_stands_in_it_for_programs() -> None:
    document = _record_of(render(record(Outcome.REFUSED)))

    assert document["verdict"] == "refused"
    (tag,) = document["tags"]
    assert tag["diff"]["dependencies"][0] == {"name": "attrs", "old": "", "new": ">=23"}
    assert tag["stages"][2]["spans"][2] == {"what": "sdist", "began": 0.8, "seconds": 1.1}
    wheel = next(one for one in tag["distributions"] if one["kind"] == "wheel")
    states = {one["path"]: one["change"] for one in wheel["files"]}
    assert states["acme_demo/plugins/__init__.py"] == "new"
    assert states["acme_demo/core.py"] == "changed"
    assert states["acme_demo/py.typed"] == "same"
    assert tag["name"] == printable(HOSTILE)


def test_what_stands_out_stands_at_the_top() -> None:
    page = render(record())
    head = "".join(read(page.partition("<section")[0].partition("<body>")[2]).text)

    assert "acme-demo 1.4.0" in head
    assert "✓Ready" in head
    assert "2 files new since 1.3.0" in head
    assert "1 file gone since 1.3.0" in head
    assert "Requires-Python: >=3.9 → >=3.11" in head
    assert "dependency + attrs >=23" in head
    assert "dependency − six" in head
    assert "new to import: extra" in head
    assert "wheel 18.6 kB, +600 B" in head
    assert "sdist 24.1 kB, +4.1 kB" in head


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (Release(first=True), "the first release of the project"),
        (Release(reason="PyPI took too long"), "compared with nothing: PyPI took too long"),
    ],
)
def test_what_is_compared_with_nothing_says_so(before: Release, words: str) -> None:
    page = _page(replace(tag_record(), before=before, change=None))

    assert words in "".join(read(page).text)
    assert ">new</li>" not in page


def test_a_refusal_shows_the_problem_before_the_rest() -> None:
    page = render(record(Outcome.REFUSED))
    text = "".join(read(page).text)

    assert text.index("Problems") < text.index("Stages") < text.index("What is in the wheel")
    assert "✗Refused" in text
    assert '<pre class="quote"><s>7</s>version = &#34;<mark>1.3.0</mark>&#34;' in page
    assert 'href="#problems-1"' in page
    assert 'id="problems-1"' in page
    assert "git tag -d v1.4.0\ntagward bump" in text
    assert "install: not reached" in text


def test_what_was_not_checked_says_why() -> None:
    page = render(record(Outcome.NOT_CHECKED))

    assert "!Not checked" in "".join(read(page).text)
    assert 'class="problem warn"' in page


def test_several_tags_are_named_and_linked() -> None:
    page = render(Record("pre-push", (tag_record(), tag_record(Outcome.REFUSED))))

    assert page.count("<main ") == 2
    assert '<a href="#tag-2">' in page
    assert 'id="tag-2"' in page
    assert len(set(re.findall(r' id="([^"]+)"', page))) == len(re.findall(r' id="([^"]+)"', page))


def test_a_rehearsal_alone_has_a_page_too() -> None:
    page = render(None, REHEARSAL)
    text = "".join(read(page).text)

    assert "Rehearsal of acme-demo 1.4.0" in text
    assert "It does not work" in text
    assert re.findall(r"(your machine|the remote|the workflow|the index|pip install): (\w+)", text) == [
        ("your machine", "passed"),
        ("the remote", "passed"),
        ("the workflow", "passed"),
        ("the index", "failed"),
        ("pip install", "not"),
    ]
    assert "6 steps, 1 refusal, 15.2 s" in text
    assert "–refuse skipped there is no README" in text
    assert page.count("<details open>") == 1
    assert "git tag -a v1.4.0 -m v1.4.0" not in text


def test_a_rehearsal_that_came_out_well_says_how_the_same_is_done_for_real() -> None:
    text = "".join(read(render(None, replace(REHEARSAL, steps=REHEARSAL.steps[:5]))).text)

    assert "It works" in text
    assert "git tag -a v1.4.0 -m v1.4.0" in text


def test_without_a_tag_it_says_so() -> None:
    assert "There was no release tag" in render(Record("check", ()))
    assert "nightly is not a release tag" in render(Record("check", (), others=(("nightly", "v{version}"),)))


def test_ten_thousand_files_make_no_large_page() -> None:
    page = render(record(files=10_000))

    assert len(page.encode()) < 2_000_000
    assert f"the {MAX_ROWS} largest of 10,008 files as a table" in page
    assert f"The {10_008 - MAX_ROWS:,} smaller ones are left out here." in page
    wheel = _record_of(page)["tags"][0]["distributions"][1]
    assert (len(wheel["files"]), wheel["files_left_out"]) == (MAX_FILES, 10_008 - MAX_FILES)


def test_long_lists_and_logs_are_cut_and_say_so() -> None:
    many = tuple(f"docs/page_{number:04}.md" for number in range(5_000))
    tag = replace(tag_record(), unshipped=many, logs={"build": "a line of the log\n" * 50_000})
    page = _page(tag)

    assert len(page.encode()) < 500_000
    assert "and 4,700 more." in page
    assert "(49700 lines are left out here)" in page
    assert "Log of build, 50,000 lines" in page


def test_an_archive_that_cannot_be_read_says_why() -> None:
    page = _page(replace(tag_record(), files=(replace(WHEEL, fault="it is no zip <"),)))

    assert "It cannot be read: it is no zip &lt;" in page


def test_files_of_an_sdist_are_named_without_its_folder_and_not_called_new() -> None:
    members = (member("acme_demo-1.4.0/PKG-INFO", 1), member("acme_demo-1.4.0/src/a.py", 2))
    (info, code) = packed_files(replace(SDIST, artifact=Artifact(SDIST.file, 1, "", members)), None)

    assert (info.path, code.path, code.size, code.change) == ("PKG-INFO", "src/a.py", 2, "")


def test_every_file_is_in_the_treemap_by_itself_or_with_its_siblings() -> None:
    page = _page(tag_record())
    titles = re.findall(
        r'<div class="box (?!dir)[^"]*" style="[^"]*" title="([^"]*)"', page.partition("in the sdist")[0]
    )
    merged = sum(int(found[1]) for title in titles if (found := re.match(r"(\d+) files?, ", title)))
    alone = sum(not re.match(r"\d+ files?, ", title) for title in titles)

    assert alone + merged == sum(one.size > 0 for one in packed())


@given(
    st.lists(st.floats(0.01, 1e6), min_size=1, max_size=60),
    st.floats(1, 2000),
    st.floats(1, 2000),
)
def test_squarified_boxes_fill_theirs_in_proportion(sizes: list[float], width: float, height: float) -> None:
    sizes.sort(reverse=True)
    boxes = squarified(sizes, Box(5, 7, width, height))

    assert len(boxes) == len(sizes)
    scale = width * height / sum(sizes)
    slack = 1e-6 * width * height
    for size, box in zip(sizes, boxes, strict=True):
        assert abs(box.width * box.height - size * scale) <= slack
        assert 5 - 1e-6 * width <= box.x <= box.x + box.width <= 5 + width * (1 + 1e-6)
        assert 7 - 1e-6 * height <= box.y <= box.y + box.height <= 7 + height * (1 + 1e-6)
    overlap = sum(_overlap(one, other) for at, one in enumerate(boxes) for other in boxes[:at])
    assert overlap <= slack


def _overlap(one: Box, other: Box) -> float:
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0.0, width) * max(0.0, height)


def test_squarified_boxes_are_as_in_the_paper() -> None:
    boxes = squarified([6, 6, 4, 3, 2, 2, 1], Box(0, 0, 6, 4))

    assert [tuple(round(part, 2) for part in box) for box in boxes[:4]] == [
        (0, 0, 3, 2),
        (0, 2, 3, 2),
        (3, 0, 1.71, 2.33),
        (4.71, 0, 1.29, 2.33),
    ]


def test_one_large_file_beside_many_empty_ones_is_drawn() -> None:
    members = (member("a.py", 10**15), *(member(f"b/{number}.py", 1) for number in range(50)), member("c.py", 0))
    page = _page(replace(tag_record(), files=(replace(WHEEL, artifact=Artifact(WHEEL.file, 1, "", members)),)))

    assert "50 files, 50 B" in page


def test_a_rehearsal_stands_before_the_page_of_its_gate() -> None:
    alone = _page(tag_record())
    both = beside(alone, REHEARSAL)

    head, rest = both.split("<body>\n")
    assert "<title>Rehearsal of" in head
    assert head.count("<title>") == 1
    assert rest.index("The way of the release") < rest.index("Stages")
    assert not read(both).faults
    assert rest.endswith(alone.split("<body>\n")[1])
