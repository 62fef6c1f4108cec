"""[tool.tagward], and the names of release tags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from tagward.errors import ConfigError
from tagward.model.config import Config, ProjectRules
from tagward.model.tagnames import DEFAULT_FORMS, tag_for

versions = st.builds(
    lambda release, pre, post, dev: Version(".".join(map(str, release)) + pre + post + dev),
    st.lists(st.integers(0, 3000), min_size=1, max_size=4),
    st.sampled_from(["", "a1", "b0", "rc2"]),
    st.sampled_from(["", ".post1"]),
    st.sampled_from(["", ".dev3"]),
)


@given(version=versions, form=st.sampled_from(["v{version}", "{version}", "release-{version}", "acme/v{version}"]))
def test_the_tag_of_a_version_names_that_version(version: Version, form: str) -> None:
    assert Config.of({"tag": form}).version_in(tag_for(version, form)) == version


@pytest.mark.parametrize("name", ["v1.4.0", "1.4.0", "v1.4", "v1.4.0.0"])
def test_by_default_a_leading_v_may_stand_or_not(name: str) -> None:
    assert Config().version_in(name, DEFAULT_FORMS) == Version("1.4.0")


@pytest.mark.parametrize(
    "name",
    [
        "V1.4.0",
        "vv1.4.0",
        "v.1.4.0",
        "v1.4.0 ",
        "v1.4.0\u00a0",
        "v１.４.０",
        "v1.4.O",
        "",
        "v",
        "nightly",
        "v1.4.0\udcff",
        "v1.4.0\n",
    ],
)
def test_other_names_are_no_releases(name: str) -> None:
    assert Config().version_in(name, DEFAULT_FORMS) is None


def test_a_configured_form_is_the_only_one() -> None:
    config = Config.of({"tag": "acme-{version}"})

    assert config.version_in("acme-1.0") == Version("1.0")
    assert config.version_in("v1.0") is None


def test_every_key_is_read() -> None:
    config = Config.of(
        {
            "tag": "v{version}",
            "legacy-tags": ["rel-{version}"],
            "ignore-tags": ["nightly-*"],
            "project": [{"path": "./packages/core/", "tag": "core-{version}"}, {"path": "."}],
            "version-files": ["a.py:V"],
            "changelog": "NEWS",
            "strict": True,
            "allow-delete": True,
            "import": ["acme.demo"],
            "commands": ["acme --version"],
            "select": ["ALL", "V", "B001"],
            "ignore": {"T001": "made on the release page"},
            "timeout": 60,
            "max-builds": 2,
        }
    )

    assert config == Config(
        "v{version}",
        legacy_tags=("rel-{version}",),
        ignore_tags=("nightly-*",),
        projects=(ProjectRules("packages/core", "core-{version}"), ProjectRules("", "{name}-v{version}")),
        version_files=("a.py:V",),
        changelog="NEWS",
        strict=True,
        allow_delete=True,
        imports=("acme.demo",),
        commands=("acme --version",),
        select=("V", "B001"),
        ignore={"T001": "made on the release page"},
        timeout=60,
        max_builds=2,
    )


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"tga": "v{version}"}, "does not know 'tga'; did you mean 'tag'"),
        ({"allow_delete": True}, "did you mean 'allow-delete'"),
        ({"zzzzzz": 1}, "it knows"),
        ({"tag": "v"}, "must be ASCII text with {version} in it once"),
        ({"tag": 1}, "must be ASCII text"),
        ({"tag": "{version}{version}"}, "once"),
        ({"strict": "yes"}, "must be true or false"),
        ({"timeout": 0}, "whole number above 0"),
        ({"timeout": True}, "whole number above 0"),
        ({"import": "acme"}, "must be a list of strings"),
        ({"import": ["acme-demo"]}, "not the name of a module"),
        ({"select": ["v1"]}, "neither a code nor the beginning of one"),
        ({"ignore": ["T001"]}, "must be a table"),
        ({"ignore": {"T001": ""}}, "ignored without a reason"),
        ({"ignore": {"tee": "x"}}, "'tee' is not a code"),
        ({"legacy-tags": ["v"]}, "must be ASCII text"),
        ({"changelog": True}, "the path of a file, or false"),
        ({"project": {"path": "x"}}, "must be tables"),
        ({"project": [{"tag": "v{version}"}]}, "must be a table with a path"),
        ({"project": [{"path": "x", "tga": "v{version}"}]}, "does not know 'tga'; did you mean 'tag'"),
        ({"project": [{"path": "../x"}]}, "leads out of the repository"),
        ({"project": [{"path": "x", "name": 1}]}, "name must be a string"),
        ({"project": [{"path": "x"}, {"path": "x/"}]}, "two projects in one folder"),
        ({"test-requires": ["pytest >= "]}, "'pytest >= ' is no requirement"),
        ({"test-extras": ["a b"]}, "'a b' is not the name of an extra"),
        ({"commands": ["acme 'x"]}, '"acme \'x" is no command line: No closing quotation'),
        ({"commands": [" "]}, "' ' names no program"),
        ({"secrets-allowed": ["x"]}, "must be a table: the sha256 of a secret"),
        ({"secrets-allowed": {"XYZ": "a test"}}, "'XYZ' is no sha256 in small letters"),
        ({"secrets-allowed": {"0" * 64: " "}}, "000000000000… is allowed without a reason"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said(table: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message.replace("{", r"\{").replace("}", r"\}")):
        Config.of(table)


def test_no_changelog_may_be_wanted() -> None:
    assert not Config.of({"changelog": False}).changelog_checked
