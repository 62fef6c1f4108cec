"""The page of a run in a real browser: what people see, reach with the keyboard, and print.

Each measure tells the faults that it finds, and a test breaks the page in a way that it has to find.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from pages import HOSTILE, README, REHEARSAL, record
from small_release import write_wheel

from tagward.model.artifact import Described, Rendered
from tagward.model.findings import Outcome
from tagward.report.html import render
from tagward.tools.archives import read_distribution
from tagward.tools.rendering import describe

if TYPE_CHECKING:
    from pathlib import Path

    from browser import Browser

pytestmark = pytest.mark.e2e
PAGES = {
    "ready": record(),
    "refused": record(Outcome.REFUSED),
    "not-checked": record(Outcome.NOT_CHECKED),
    "rehearsed": record(),
    "many-files": record(files=1_000),
}
THEMES, WIDTHS = ("light", "dark"), (360, 1280)
OPEN = "document.querySelectorAll('details').forEach(one => { one.open = true; });"
PAINT = """
const parse = text => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
const over = (top, below) => {
  const alpha = top.length > 3 ? top[3] : 1;
  return [0, 1, 2].map(at => top[at] * alpha + below[at] * (1 - alpha));
};
const behind = element => {
  const layers = [];
  for (let one = element; one; one = one.parentElement) layers.push(parse(getComputedStyle(one).backgroundColor));
  return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
};
const light = colour => {
  const [r, g, b] = colour.map(part => part / 255).map(p => p <= 0.04045 ? p / 12.92 : ((p + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (one, other) => {
  const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
};
"""
CONTRAST = (
    OPEN
    + PAINT
    + """
const faults = [];
let seen = 0;
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const text = walker.currentNode, element = text.parentElement, style = getComputedStyle(element);
  if (!text.data.trim() || !element.checkVisibility() || element.closest('.unseen, script, style')) continue;
  seen += 1;
  const ground = behind(element), ink = over(parse(style.color), ground), size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  const found = ratio(ink, ground), wanted = large ? 3 : 4.5;
  const pale = found < wanted || Number(style.opacity) < 1;
  if (pale) faults.push(`${found.toFixed(2)} for "${text.data.trim().slice(0, 40)}"`);
}
return seen > 50 ? faults : [`only ${seen} texts`];
"""
)
"""Contrast of every text with what is behind it (WCAG 2.2, 1.4.3)."""
LABELS = """
const faults = [];
let shown = 0;
for (const box of document.querySelectorAll('.map .box')) {
  const row = box.querySelector(':scope > p'), around = box.getBoundingClientRect();
  if (!row || !row.checkVisibility()) continue;
  const line = row.getBoundingClientRect();
  for (const label of row.querySelectorAll('b, span')) {
    const at = label.getBoundingClientRect();
    if (!at.width || at.top >= line.bottom - 0.5) continue;
    shown += 1;
    const inside = at.left >= around.left - 0.5 && at.right <= around.right + 0.5
      && at.top >= around.top - 0.5 && at.bottom <= around.bottom + 0.5;
    if (!inside) faults.push(`${label.textContent.slice(0, 40)} leaves its box`);
    if (parseFloat(getComputedStyle(label).fontSize) < 10) faults.push(`${label.textContent.slice(0, 40)} is small`);
  }
}
for (const box of document.querySelectorAll('.map .box')) if (!box.title) faults.push('a box without a title');
return shown > 5 ? faults : [`only ${shown} labels`];
"""
WIDE = (
    OPEN
    + """
const faults = [];
const room = document.documentElement.clientWidth, taken = document.documentElement.scrollWidth;
if (taken > room) faults.push(`the page is ${taken} wide`);
for (const one of document.querySelectorAll('body *')) {
  const at = one.getBoundingClientRect();
  if (at.right > room + 0.5 && one.checkVisibility() && !one.closest('.map, .bar, .unseen, script'))
    faults.push(`${one.tagName} ${one.className} ends at ${at.right}`);
}
return faults;
"""
)
INERT = (
    OPEN
    + """
const faults = [];
if (window.hacked) faults.push('a script ran');
const scripts = document.querySelectorAll('script:not([type="application/json"])');
if (scripts.length) faults.push(`${scripts.length} scripts`);
const foreign = document.querySelectorAll('img[src], iframe, object, embed, form, base, link, svg, math, audio, video');
for (const one of foreign) faults.push(one.outerHTML.slice(0, 60));
for (const one of document.querySelectorAll('*'))
  for (const name of one.getAttributeNames()) if (name.startsWith('on')) faults.push(`${one.tagName} ${name}`);
for (const one of document.querySelectorAll('a')) if (!/^(#|https?:|mailto:)/.test(one.getAttribute('href') || '#'))
  faults.push(one.href);
const shown = document.body.innerText + document.title;
if (/[\\u202a-\\u202e\\u2066-\\u2069\\u001b]/.test(shown)) faults.push('invisible text');
return faults;
"""
)
PRINTED = """
return [...document.querySelectorAll('details > div')]
  .filter(one => !one.checkVisibility() || one.getBoundingClientRect().height < 5)
  .map(one => one.previousElementSibling.textContent);
"""
FOCUS = """
const one = document.activeElement, style = getComputedStyle(one);
const visible = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
return one === document.body ? '' : `${one.tagName} ${one.textContent.slice(0, 60)} ${visible ? 'visible' : 'hidden'}`;
"""
FOCUSABLE = """
return [...document.querySelectorAll('a[href], summary, button, input, [tabindex]')]
  .filter(one => one.checkVisibility()).map(one => `${one.tagName} ${one.textContent.slice(0, 60)} visible`);
"""
TAB, ENTER = "\ue004", "\ue007"


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages as files."""
    folder = tmp_path_factory.mktemp("pages")
    for name, run in PAGES.items():
        page = render(run, REHEARSAL if name == "rehearsed" else None)
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in PAGES}


def _faults(window: Browser, script: str) -> list[str]:
    found = window.run(script)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", list(PAGES))
def test_it_can_be_read(window: Browser, pages: dict[str, Path], name: str, theme: str, width: int) -> None:
    window.show(pages[name], width=width, theme=theme)

    assert window.complaints() == []
    assert _faults(window, INERT) == []
    assert _faults(window, LABELS) == []
    assert _faults(window, WIDE) == []
    assert _faults(window, CONTRAST) == []


def test_the_themes_differ(window: Browser, pages: dict[str, Path]) -> None:
    seen = set()
    for theme in THEMES:
        window.show(pages["ready"], theme=theme)
        seen.add(window.run("return getComputedStyle(document.body).backgroundColor"))

    assert len(seen) == 2


@pytest.mark.parametrize("name", list(PAGES))
def test_the_keyboard_reaches_everything_in_order(window: Browser, pages: dict[str, Path], name: str) -> None:
    window.show(pages[name])
    wanted = window.run(FOCUSABLE)
    reached = []
    for _ in wanted:
        window.press(TAB)
        reached.append(window.run(FOCUS))

    assert len(wanted) > 5
    assert reached == wanted

    assert not window.run("return document.activeElement.parentElement.open")
    window.press(ENTER)
    assert window.run("return document.activeElement.parentElement.open")


def test_a_fact_leads_to_the_problems(window: Browser, pages: dict[str, Path]) -> None:
    window.show(pages["refused"])
    window.press(TAB)
    window.press(ENTER)

    assert window.run("return location.hash") == "#problems-1"
    assert window.run("return scrollY") > 0


@pytest.mark.parametrize("name", list(PAGES))
def test_print_opens_the_folds_and_is_light(window: Browser, pages: dict[str, Path], name: str) -> None:
    window.show(pages[name], theme="dark")
    assert _faults(window, PRINTED)

    window.show(pages[name], theme="dark", media="print")
    assert _faults(window, PRINTED) == []
    assert window.run("return getComputedStyle(document.body).color") == "rgb(27, 31, 36)"


def _broken(window: Browser, pages: dict[str, Path], folder: Path, was: str, instead: str) -> None:
    text = pages["refused"].read_text(encoding="utf-8")
    assert was in text
    page = folder / "broken.html"
    page.write_text(text.replace(was, instead), encoding="utf-8")
    window.show(page, width=360)


BREAKS = {
    "pale text": (CONTRAST, "--soft: #57606b", "--soft: #a7b0bb"),
    "text of the colour of its box": (CONTRAST, "--file: #d9e7f8", "--file: #38506f"),
    "labels beyond their boxes": (LABELS, "height: 18px; overflow: hidden; padding: 0 5px;", "flex-wrap: nowrap;"),
    "small labels": (LABELS, "font-size: 12px; line-height: 18px; }\n.box.meta", "font-size: 9px; }\n.box.meta"),
    "no labels": (LABELS, "{ .box > p { display: flex; } }", "{ }"),
    "a wide page": (WIDE, "overflow-wrap: anywhere;", ""),
    "an element too many": (INERT, "<body>", "<body><iframe></iframe>"),
    "a picture": (INERT, "<body>", '<body><img src="x.png">'),
    "an attribute that acts": (INERT, "<body>", '<body onload="x()">'),
    "a link that acts": (INERT, "<body>", '<body><a href="javascript:x()">x</a>'),
    "text that turns around": (INERT, "<body>", "<body>\u202e"),
}


@pytest.mark.parametrize("name", list(BREAKS))
def test_a_broken_page_is_found(window: Browser, pages: dict[str, Path], tmp_path: Path, name: str) -> None:
    script, was, instead = BREAKS[name]
    _broken(window, pages, tmp_path, was, instead)
    window.complaints()

    assert _faults(window, script)


def test_the_policy_stops_what_acts_or_fetches(window: Browser, pages: dict[str, Path], tmp_path: Path) -> None:
    acts = '<body><script>window.hacked = 1</script><img src="http://127.0.0.1:9/x.png">'
    _broken(window, pages, tmp_path, "<body>", acts)

    said = "\n".join(window.complaints())
    assert "script" in said
    assert "x.png" in said
    assert not window.run("return window.hacked || 0")


def test_focus_that_cannot_be_seen_is_found(window: Browser, pages: dict[str, Path], tmp_path: Path) -> None:
    _broken(window, pages, tmp_path, "outline: 3px solid var(--link)", "outline: 0")
    window.press(TAB)

    assert window.run(FOCUS).endswith("hidden")


def test_folds_that_stay_closed_in_print_are_found(window: Browser, pages: dict[str, Path], tmp_path: Path) -> None:
    _broken(window, pages, tmp_path, "details::details-content", "details::nothing")
    window.chromium("Emulation.setEmulatedMedia", media="print")

    assert _faults(window, PRINTED)


EVIL = f"""# Title

<style>body {{ display: none }}</style><script>window.hacked = 1</script>
<div class="verdict bad" id="record" style="position:fixed">refused</div>
<img src="https://tracker.example/x.png" alt="pixel" onerror="window.hacked=1">

![alt](https://tracker.example/y.png)
[click](javascript:window.hacked=1) [real](https://example.org/) <a href="data:text/html,x" id="tag-1">d</a>
<form action="https://tracker.example/"><input name="q"><button>go</button></form><iframe src="https://x.example"></iframe>
</div></div></section></main><header class="bad">fake</header> turned \u202e around

```html
<script>kept as text</script>
```

{HOSTILE.replace(chr(0xDC80), "")}
"""


def test_a_hostile_description_is_inert(window: Browser, tmp_path: Path) -> None:
    more = f"Description-Content-Type: text/markdown\n\n{EVIL}"
    artifact = read_distribution(write_wheel(tmp_path, more=more)).artifact
    assert artifact
    (described,) = describe([artifact], dict(os.environ))
    assert described
    assert described.outcome is Rendered.SHOWN
    page = tmp_path / "evil.html"
    page.write_text(_with_description(described), encoding="utf-8")

    window.show(page)

    assert window.complaints() == []
    assert _faults(window, INERT) == []
    named = "[class], [id], [style], header, form, input, button"
    assert window.run(f"return document.querySelector('.readme').querySelectorAll('{named}').length") == 0
    assert window.run("return document.querySelectorAll('main').length") == 1
    assert window.run("return document.querySelector('.readme').closest('section').parentElement.tagName") == "MAIN"
    links = window.run("return [...document.querySelectorAll('.readme a[href]')].map(one => [one.href, one.rel])")
    assert links == [["https://example.org/", "noopener noreferrer nofollow"]]
    assert window.run("return document.querySelector('.readme').textContent").count("kept as text") == 1
    assert _faults(window, WIDE) == []
    assert _faults(window, CONTRAST) == []


def _with_description(described: Described) -> str:
    page = render(record())
    assert README in page
    return page.replace(README, described.html)


def test_the_record_can_be_read_by_programs(window: Browser, pages: dict[str, Path]) -> None:
    window.show(pages["refused"])

    document = json.loads(window.run("return document.getElementById('record').textContent"))
    assert document["tags"][0]["verdict"] == "refused"
