"""What the texts are made of that readers are tried with: words, and whole ones."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from archive_writer import METADATA, WHEEL
from hostile_documents import pyprojects, workflows
from hostile_refs import names
from made_secrets import pypi_token
from mutants import bases
from paper_setup import PUBLISHES

from tagward.model.receipt import Receipt, Sealed, render
from tagward.model.tagmessage import tag_message

LARGE = 4096
RECEIPT = Receipt(
    *("v1.4.0", "a" * 40, "b" * 40, "acme-demo", "1.4.0"),
    files=(Sealed("acme_demo-1.4.0.tar.gz", 1, "0" * 64),),
    checks={"T001": "passed"},
    ignored={},
    tools={"build": "1.6.1"},
)
_SETUPTOOLS = (
    b'[project]\nname = "demo"\ndynamic = ["version"]\n[tool.setuptools.dynamic]\nversion = {attr = "demo.__version__"}\n[build-system]\nbuild-backend = "setuptools.build_meta"\n',
    b"[metadata]\nversion = attr: demo.__version__\n",
    b'from setuptools import setup\nsetup(version="1.0")\n',
    b'__version__ = "1.0"\n',
    b'{"version": "1.0"}',
    b"version: 1.0\n",
    b"# Changes\n\n## [Unreleased]\n\n- a\n\n## [1.0] - 2026-01-01\n",
)
_HATCHLING = (
    b'[build-system]\nbuild-backend = "hatchling.build"\n[project]\nname = "demo"\ndynamic = ["version"]\n[tool.hatch.version]\npath = "demo/__init__.py"\n',
    *(b"", b"", b'__version__ = "1.0"\n'),
)
WORDS = {
    "refs": f"refs/tags/v1.4.0 refs/heads/main refs/tags/ {'0' * 40} {'1' * 40} {'a' * 64} (delete) \n v 1 . rc + ! é",
    "pyproject": """[project] [tool. tagward ] [build-system] build-backend requires = ' setuptools.build_meta hatchling.build pdm.backend
        flit_core.buildapi poetry.core.masonry.api setuptools_scm [tool.hatch.version] path dynamic version name attr file "1.4.0" [ ] { }
        [tool.setuptools.dynamic] \0 __version__ def ( ) : import setup( \\ # ''' == -> 0x 1e9 ## [Unreleased] {"version": [metadata] regex""",
    "archives": "",
    "workflow": """on: jobs: push release: - run: uses: with: ${{ }} tags: types: [published] [v*] if: steps: needs: &a *a | > ' " github.ref
        secrets.PYPI twine upload pypa/gh-action-pypi-publish@v1 matrix: 3.10 << == !!int""",
    "documents": """Metadata-Version: 2.4 Name: demo Version: 1.0 Requires-Dist: Requires-Python: >= ; extra == ' [ ] Tag: py3-none-any
        Description-Content-Type: text/markdown \0 RECORD,, sha256= [console_scripts] a = demo:main License-File: -any é import from try: except match async def :""",
    "YAML": """repos: updates: - hooks: id: tagward entry: tagward check rev: v1.0 &a *a [ ] { } ? : << !!int !!bool !!timestamp " ' | 1:1
        package-ecosystem: github-actions default_install_hook_types: --- é""",
    "index": """{ } [ ] , : "meta" "api-version" "1.0" "name" "acme-demo" "files" "filename" "acme_demo-1.4.0.tar.gz" "hashes" "size"
        Infinity NaN 1e999 null "upload-time" "0001-01-01T00:00" "yanked" <a href=" data-yanked > <![ <!-- <base &#x""",
    "git objects": "object tag type committer a <b> 1 +0000 9999999999999999999999999999 gpgsig -----BEGIN",
    "tag messages and receipts": 'Judged-File: Judged-With: , bytes sha256: inside: build 1.6.1 { } [ ] : "files" null 1e999',
    "logs": '* Building < error: ERROR: Traceback File " ::error file=a,line=1::x ::add-mask:: ::stop-commands:: ^^^ - a==1.0',
    "notes": '{ } [ ] , : "config" "made_hooks" "moving" true null 1e999 "error" "frame" "release" "tag_name" << = a',
    "remote tags": "refs/tags/v1 ^{} \t",
    "secrets": "pypi-AgEIcHlwaS5vcmc -----BEGIN PRIVATE KEY----- -----END AKIA ghp_ password = : @ // \xff\xfe",
}
"""By the name of the reader; blanks, line ends and U+2028 are words of all."""
SEEDS = {
    "refs": tuple(b"refs/tags/%s %s refs/tags/%s %s\n" % (name, b"1" * 40, name, b"0" * 40) for name in names()),
    "pyproject": (
        *(b"\0".join(files) for files in (_SETUPTOOLS, _HATCHLING)),
        b'[project]\nname = "demo"\nversion = "1.0"\n[tool.tagward]\ntag = "v{version}"\n',
        *(data for _, data in pyprojects() if len(data) < LARGE),
    ),
    "archives": tuple(data for _, data in bases()),
    "workflow": (PUBLISHES.encode(), *(data for _, data in workflows() if len(data) < LARGE)),
    "documents": (
        METADATA.encode() + b"\0" + WHEEL.encode() + b"\0RECORD,,\n\0[console_scripts]\na = demo:main\n\0import demo\n",
    ),
    "YAML": (
        b"repos:\n  - repo: x\n    rev: v1\n    hooks:\n      - id: a\n",
        b"? &a [*a]\n: x\n",
        b"a: &a {<<: *a}\n",
        *(b"a: !!%s\n" % tag for tag in (b'int ""', b"bool x", b"timestamp x", b'float "1:_"', b"python/x")),
    ),
    "index": (
        b'\0{"meta": {"api-version": "1.0"}, "name": "acme-demo", "files": [{"filename": "acme_demo-1.4.0.tar.gz", "hashes": '
        b'{"sha256": "%s"}, "size": 1, "upload-time": "2026-11-22T12:00:00Z", "url": "x"}]}' % (b"0" * 64),
        b'\0{"meta": {"api-version": "1.0"}, "name": "acme-demo", "files": [{"filename": "a", "hashes": {}, "size": Infinity}]}',
        b'\1<a href="acme_demo-1.4.0.tar.gz#sha256=%s" data-yanked="">x</a>' % (b"0" * 64),
        b"\1<![x[ a",
        b'\1<a href="acme_demo-%s.tar.gz">' % (b"1" * 5000),
    ),
    "git objects": (b"object %s\ntype commit\ntag v1\ntagger a <b> 1 +0000\n\nx\n" % (b"a" * 40),),
    "tag messages and receipts": (render(RECEIPT).encode(), tag_message(RECEIPT, "acme-demo").encode()),
    "logs": (b"",),
    "notes": (b"[" * 100_000 + b"\n", b'{"error": "x", "frame": {"file": "a", "line": 1, "quote": "b"}}\n'),
    "remote tags": (b"%s\trefs/tags/v1\xe2\x80\xa8x\n" % (b"a" * 40),),
    "secrets": (pypi_token().encode(), b"-----BEGIN PRIVATE KEY-----\nMII=\n-----END PRIVATE KEY-----\n"),
}
