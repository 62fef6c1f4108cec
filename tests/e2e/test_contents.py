"""What is in the archives, from real builds, through real pushes."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from conftest import PYPROJECT, Project, tagward
from push_support import accepted, refused
from support import backend, release, version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.e2e


def left_out(project: Project, name: str) -> None:
    """Let the wheel lack a file that git has."""
    backend(project, wheel=f"pathlib.Path('src', {name!r}).unlink()")


def joined(said: str) -> str:
    """What was said, with wrapped lines as one."""
    return said.replace("\n           ", " ")


def test_D101_a_wheel_with_tests_at_the_top(guarded: Project) -> None:
    guarded.write("src/tests/__init__.py", "")
    guarded.write("src/tests/test_a.py", "")
    release(guarded)

    said = refused(guarded, "v1.0.0")

    assert 'error[D101]: the wheel carries the top-level package "tests"' in said
    assert "--> demo-1.0.0-py3-none-any.whl" in said
    assert "it holds tests/__init__.py, tests/test_a.py" in joined(said)
    assert "✗ contents  1 problem" in said
    assert "– install: not reached" in said


def test_D102_a_wheel_that_was_changed_after_it_was_made(guarded: Project) -> None:
    more = "_old_digest = _digest\ndef _digest(data):\n    return _old_digest(data + b'x')\n"
    backend(guarded, more=more)
    release(guarded)

    assert "error[D102]: demo-1.0.0-py3-none-any.whl has files with other contents" in refused(guarded, "v1.0.0")


def test_D001_a_wheel_that_writes_elsewhere(guarded: Project) -> None:
    more = "_old_sources = _sources\nclass _Bad(pathlib.PosixPath):\n"
    more += "    def relative_to(self, top):\n        return pathlib.PurePosixPath('../evil.py')\n"
    more += "def _sources(top):\n    found = _old_sources(top)\n"
    more += "    return found + [_Bad(found[0])] if top == 'src' else found\n"
    backend(guarded, more=more)
    release(guarded)

    said = refused(guarded, "v1.0.0")

    assert "error[D001]: demo-1.0.0-py3-none-any.whl holds a member with `..` in its name: ../evil.py" in said


def test_D106_a_wheel_without_the_package(guarded: Project) -> None:
    backend(guarded, wheel="import shutil; shutil.rmtree('src')")
    release(guarded)

    said = refused(guarded, "v1.0.0")

    assert "error[D106]: the wheel is empty: it has nothing of src/demo" in said
    assert "X002" not in said


def test_D107_a_module_that_only_the_sdist_has(guarded: Project) -> None:
    guarded.write("src/demo/plugins.py", "x = 1\n")
    guarded.write("src/demo/more.py", "y = 1\n")
    left_out(guarded, "demo/plugins.py")
    release(guarded)

    said = accepted(guarded, "v1.0.0")

    assert "warning[D107]: the wheel lacks the module src/demo/plugins.py" in said


def test_D108_a_data_file_that_the_sdist_lacks_already(guarded: Project) -> None:
    guarded.write("src/demo/table.json", "{}")
    hide = (
        "global _sources\n_all = _sources\n_sources = lambda top: [one for one in _all(top) if one.suffix != '.json']"
    )
    backend(guarded, sdist=hide)
    release(guarded)

    said = joined(accepted(guarded, "v1.0.0"))

    assert "warning[D108]: the wheel lacks the data file src/demo/table.json" in said
    assert "= note: the sdist lacks it already, and the wheel is built from the sdist" in said


def test_D108_keeps_silent_of_a_file_that_has_another_name_in_the_wheel(guarded: Project) -> None:
    guarded.write("src/demo/table.json", '{"a": 1}')
    backend(guarded, wheel="os.rename('src/demo/table.json', 'src/demo/_table.data')")
    release(guarded)

    assert "[D108]" not in accepted(guarded, "v1.0.0")


def test_D109_a_marker_that_is_lost(guarded: Project) -> None:
    guarded.write("src/demo/py.typed", "")
    left_out(guarded, "demo/py.typed")
    release(guarded)

    assert "error[D109]: the wheel lacks the marker src/demo/py.typed" in refused(guarded, "v1.0.0")


def test_D006_a_relative_link_is_told_with_its_line(guarded: Project) -> None:
    guarded.write("README.md", "# Demo\n\nRead [how](docs/how.md) first.\n")
    release(guarded)

    said = accepted(guarded, "v1.0.0")

    assert "warning[D006]: the description links to docs/how.md, which PyPI does not have" in said
    assert "--> README.md:3:12" in said


@pytest.fixture
def earlier(project: Project, tmp_path: Path) -> Iterator[str]:
    """The root of an index that has demo 1.0.0, as this project builds it."""
    project.tag("v1.0.0")
    done = tagward("check", "v1.0.0", "--dist", str(tmp_path / "old"), cwd=project.root)
    assert done.returncode == 0, done.stderr
    files = {path.name: path.read_bytes() for path in (tmp_path / "old").iterdir()}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rstrip("/").rpartition("/")[2]
            listed = [
                {
                    "filename": one,
                    "url": f"/files/{one}",
                    "size": len(data),
                    "hashes": {"sha256": hashlib.sha256(data).hexdigest()},
                }
                for one, data in files.items()
            ]
            page = json.dumps({"meta": {"api-version": "1.1"}, "name": "demo", "files": listed}).encode()
            body = files.get(name, page)
            self.send_response(200)
            self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server uses
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/simple/"
    server.shutdown()
    server.server_close()
    thread.join(10)


def test_what_is_new_and_gone_is_told_with_new_names_and_scripts(project: Project, earlier: str) -> None:
    version(project, "1.1.0")
    text = PYPROJECT.format(version="1.1.0") + '[project.scripts]\ndemo = "demo.cli:main"\n'
    project.write("pyproject.toml", text)
    project.write("src/demo/cli.py", "def main():\n    return 0\n")
    project.write("src/second/__init__.py", "")
    project.write("src/demo.pth", "import demo\n")
    project.commit()
    project.tag("v1.1.0")

    done = tagward("check", "v1.1.0", cwd=project.root, TAGWARD_INDEX=earlier)
    said = done.stderr + done.stdout

    assert done.returncode == 0, said
    assert "4 new, 0 gone since 1.0.0" in said
    assert "new in this release: .dist-info/entry_points.txt, demo.pth, demo/cli.py and 1 more" in joined(said)
    assert "new to import: second" in said
    assert "new scripts: demo" in said
    assert "warning[D302]: demo.pth runs whenever Python starts, and is new since 1.0.0" in said


def test_without_an_index_the_release_is_compared_with_nothing(project: Project) -> None:
    project.tag("v1.0.0")

    done = tagward("check", "v1.0.0", cwd=project.root, TAGWARD_INDEX="http://127.0.0.1:1/simple/")

    assert done.returncode == 0, done.stderr
    assert "in the wheel, compared with nothing" in done.stderr + done.stdout


def test_the_first_release_says_so(project: Project) -> None:
    project.tag("v1.0.0")

    done = tagward("check", "v1.0.0", cwd=project.root)

    assert "in the wheel, the first release" in done.stderr + done.stdout


def test_without_an_index_the_release_before_is_built_from_its_tag_where_that_is_asked_for(project: Project) -> None:
    project.tag("v1.0.0")
    version(project, "1.1.0")
    project.write("src/demo/more.py", "")
    project.write("src/extra/__init__.py", "")
    release(project, "v1.1.0")

    plain = tagward("check", "v1.1.0", cwd=project.root, TAGWARD_INDEX="http://127.0.0.1:1/simple/")
    deep = tagward("check", "v1.1.0", "--deep", cwd=project.root, TAGWARD_INDEX="http://127.0.0.1:1/simple/")

    assert "compared with nothing" in plain.stderr
    assert deep.returncode == 0, deep.stderr
    assert "since 1.0.0" in deep.stderr
    assert "demo/more.py" in deep.stderr
    assert "extra" in deep.stderr


def test_a_release_before_that_does_not_build_is_nothing_to_compare_with(project: Project) -> None:
    text = (project.root / "backend.py").read_text()
    project.write("backend.py", "raise SystemExit(1)\n")
    release(project, "v0.9.0")
    project.write("backend.py", text)
    release(project, "v1.0.0")

    done = tagward("check", "v1.0.0", "--deep", cwd=project.root, TAGWARD_INDEX="http://127.0.0.1:1/simple/")

    assert done.returncode == 0, done.stderr
    assert "compared with nothing" in done.stderr
