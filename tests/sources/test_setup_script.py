"""setup.py, followed as far as it is certain and never run."""

from __future__ import annotations

import pytest
from paper_tree import PaperTree

from tagward.sources import find_project_name, find_source

INIT = {"demo/__init__.py": '"""Demo."""\n__version__ = "1.2.3"\n__author__ = "me"\n'}
AT_INIT = "demo/__init__.py:2:16"

READ = {
    "literal": ("setup(name='demo', version='1.2.3')", "setup.py:2:29"),
    "constant": ("V = '1.2.3'\nsetup(version=V)", "setup.py:2:6"),
    "the-last-assignment": ("V = '0'\nV = '1.2.3'\nsetup(version=V)", "setup.py:3:6"),
    "mapping": ("kw = dict(version='1.2.3')\nkw['name'] = unknown()\nsetup(**kw)", "setup.py:2:20"),
    "main": ("def main():\n    setup(version='1.2.3')\nif __name__ == '__main__':\n    main()", "setup.py:3:20"),
    "file": ("setup(version=open('VERSION').read().strip())", "VERSION:2:1"),
    "with-file": ("with open('VERSION') as f:\n    v = f.read().strip()\nsetup(version=v)", "VERSION:2:1"),
    "path": (
        "from pathlib import Path\nsetup(version=(Path(__file__).parent / 'VERSION').read_text().strip())",
        "VERSION:2:1",
    ),
    "regex": (
        (
            "import re, os\nhere = os.path.dirname(os.path.abspath(__file__))\n"
            "text = open(os.path.join(here, 'demo', '__init__.py')).read()\n"
            "setup(version=re.search(r'''^__version__ = ['\"]([^'\"]*)''', text, re.M).group(1))"
        ),
        AT_INIT,
    ),
    "function": (
        (
            "import io, re\ndef read(*names):\n    return io.open('/'.join(names)).read()\n"
            "def find(name, default=None):\n"
            "    m = re.search('__%s__ = \"(.*)\"' % name, read('demo', '__init__.py'))\n"
            "    if m:\n        return m.group(1)\n    raise RuntimeError(name)\nsetup(version=find('version'))"
        ),
        AT_INIT,
    ),
    "loop": (
        (
            "import ast\ndef v():\n    with open('demo/__init__.py') as f:\n        for line in f:\n"
            "            if line.startswith('__version__'):\n"
            "                return ast.literal_eval(line.split('=')[1].strip())\n"
            "setup(version=v())"
        ),
        AT_INIT,
    ),
    "exec": ("about = {}\nexec(open('demo/__init__.py').read(), about)\nsetup(version=about['__version__'])", AT_INIT),
    "exec-after-a-placeholder": (
        "__version__ = '0.0.0'\nexec(open('demo/__init__.py').read())\nsetup(version=__version__)",
        AT_INIT,
    ),
    "import": ("import demo\nsetup(version=demo.__version__)", AT_INIT),
    "from-import": ("from demo import __version__ as v\nsetup(version=v)", AT_INIT),
    "loader": (
        (
            "from importlib.machinery import SourceFileLoader\n"
            "setup(version=SourceFileLoader('demo', 'demo/__init__.py').load_module().__version__)"
        ),
        AT_INIT,
    ),
    "findall": (
        (
            "import re\nattrs = dict(re.findall('__([a-z]+)__ = \"(.*)\"', open('demo/__init__.py').read()))\n"
            "setup(version=attrs['version'])"
        ),
        AT_INIT,
    ),
    "either-way-the-same": (
        "import sys\nif sys.version_info < (3,):\n    from distutils.core import setup\nsetup(version='1.2.3')",
        "setup.py:5:16",
    ),
    "a-way-that-ends": (
        "import sys\nv = '1.2.3'\nif sys.platform == 'x':\n    v = '9'\n    sys.exit()\nsetup(version=v)",
        "setup.py:3:6",
    ),
    "missing-file-handled": (
        "try:\n    v = open('absent').read()\nexcept IOError:\n    v = '1.2.3'\nsetup(version=v)",
        "setup.py:5:10",
    ),
    "an-early-way-out": (
        "import sys\ndef main():\n    if sys.argv[1:]:\n        return clean()\n    setup(version='1.2.3')\nmain()",
        "setup.py:6:20",
    ),
    "an-unknown-mapping-beside-it": ("setup(version='1.2.3', **computed())", "setup.py:2:16"),
}


def script(body: str) -> PaperTree:
    return PaperTree({**INIT, "VERSION": "\n1.2.3\n", "setup.py": f"from setuptools import setup\n{body}\n"})


@pytest.mark.parametrize(("body", "place"), READ.values(), ids=READ)
def test_a_sure_version_is_found_where_it_stands(body: str, place: str) -> None:
    source = find_source(script(body))

    assert source.declaration is not None, source.reason
    assert (source.declaration.text, str(source.declaration.place)) == ("1.2.3", place)


def test_a_version_put_together_is_placed_at_the_argument() -> None:
    declaration = find_source(script("P = (1, 2, 3)\nsetup(version='.'.join(map(str, P)))")).declaration

    assert declaration is not None
    assert (declaration.text, str(declaration.place)) == ("1.2.3", "setup.py:3:15")


UNSURE = {
    "environment": "import os\nsetup(version=os.environ['V'])",
    "either": "import sys\nv = '1'\nif sys.platform == 'x':\n    v = '2'\nsetup(version=v)",
    "two-calls": "import sys\nif sys.platform == 'x':\n    setup(version='1')\nelse:\n    setup(version='2')",
    "loop-that-may-end": "for l in ['1', '2']:\n  if odd(l):\n    v = l\n    break\n  v = '3'\nsetup(version=v)",
    "while": "v = '1'\nwhile odd():\n    v = '2'\nsetup(version=v)",
    "changed-by-a-stranger": "kw = {'version': '1'}\nchange(kw)\nsetup(**kw)",
    "global": "v = '1'\ndef f():\n    global v\n    v = '2'\nf()\nsetup(version=v)",
    "generator": "def f():\n    yield '1'\nsetup(version=f())",
    "read-twice": "f = open('VERSION')\nf.readline()\nsetup(version=f.readline().strip())",
    "unknown-mapping": "setup(**computed())",
    "raises-before": "raise SystemError\nsetup(version='1')",
    "maybe-raised-in-try": "try:\n  if odd():\n    raise\n  v = '1'\nexcept OSError:\n  v = '2'\nsetup(version=v)",
    "may-return-early": "def f():\n    if odd():\n        return '2'\n    return '1'\nsetup(version=f())",
    "attribute-of-a-stranger": "import other\nother.v = '1'\nsetup(version=other.v)",
    "slow-regex": "import re\nsetup(version=re.search('(a+)+b', 'a' * 40).group())",
    "endless": "def f():\n    return f()\nsetup(version=f())",
    "decorated": "@odd\ndef f():\n    return '1'\nsetup(version=f())",
    "long-loop": "x = list('0123456789' * 40)\nfor a in x:\n  for b in x:\n    for c in x: v = c\nsetup(version=v)",
    "mapping-with-an-unknown-entry": "d = {'v': odd()}\nsetup(version='%(v)s' % d)",
    "list-with-an-unknown-entry": "v = '1' if 'x' in [odd()] else '2'\nsetup(version=v)",
}


@pytest.mark.parametrize("body", UNSURE.values(), ids=UNSURE)
def test_what_only_running_tells_is_left_to_the_build(body: str) -> None:
    source = find_source(script(body))

    assert source.declaration is None
    assert source.reason in {
        "setup.py computes it, and only running it would tell",
        "pyproject.toml: nothing gives setuptools a version",
    }


def test_the_variable_of_a_comprehension_stays_inside() -> None:
    declaration = find_source(script("v = '1.2.3'\nw = [v for v in ['8', '9']]\nsetup(version=v)")).declaration

    assert declaration is not None
    assert declaration.text == "1.2.3"


def test_nothing_of_the_project_is_executed(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "print('ran')\nimport os\nos.mkdir('ran')\nraise SystemExit('ran')\n"
    files = PaperTree(
        {
            "setup.py": f"import demo\n{hostile}",
            "demo/__init__.py": hostile,
            "setup.cfg": "[metadata]\nversion = attr: demo.__version__\n",
        }
    )

    find_source(files)

    assert "ran" not in capsys.readouterr().out


def test_the_name_of_the_project_is_an_argument() -> None:
    assert find_project_name(script("N = 'demo'\nsetup(name=N)")) == "demo"


def test_python_of_another_day_is_named_with_its_place() -> None:
    assert find_source(PaperTree({"setup.py": "print 'hello'\n"})).reason.startswith(
        "setup.py:1:1: it is no Python source: "
    )
