"""[tool.tagward], and the names of release tags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from tagward.errors import ConfigError
from tagward.model.config import Config

versions = st.builds(
    lambda release, pre, post, dev: Version(".".join(map(str, release)) + pre + post + dev),
    st.lists(st.integers(0, 3000), min_size=1, max_size=4),
    st.sampled_from(["", "a1", "b0", "rc2"]),
    st.sampled_from(["", ".post1"]),
    st.sampled_from(["", ".dev3"]),
)


@given(version=versions, form=st.sampled_from(["v{version}", "{version}", "release-{version}", "acme/v{version}"]))
def test_the_tag_of_a_version_names_that_version(version: Version, form: str) -> None:
    config = Config.of({"tag": form})

    assert config.version_in(config.tag_for(version)) == version


@pytest.mark.parametrize("name", ["v1.4.0", "1.4.0", "v1.4", "v1.4.0.0"])
def test_by_default_a_leading_v_may_stand_or_not(name: str) -> None:
    assert Config().version_in(name) == Version("1.4.0")


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
    assert Config().version_in(name) is None


def test_a_configured_form_is_the_only_one() -> None:
    config = Config.of({"tag": "acme-{version}"})

    assert config.version_in("acme-1.0") == Version("1.0")
    assert config.version_in("v1.0") is None


def test_every_key_is_read() -> None:
    config = Config.of(
        {
            "tag": "v{version}",
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
    ],
    ids=str,
)
def test_what_is_wrong_is_said(table: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message.replace("{", r"\{").replace("}", r"\}")):
        Config.of(table)
