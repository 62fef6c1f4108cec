"""What a backend makes of the tags on a commit, as measured with git 2.39 and the backends."""

from __future__ import annotations

import pytest
from packaging.version import Version
from paper_tree import PaperTree, pyproject

from tagward.model.prediction import Prediction, TagAtCommit
from tagward.sources import find_source
from tagward.sources.prediction import predict

DYNAMIC = ("[project]", 'name = "demo"', 'dynamic = ["version"]')
HATCH_VCS = pyproject(*DYNAMIC, "[tool.hatch.version]", 'source = "vcs"')
SCM = pyproject(*DYNAMIC, "[tool.setuptools_scm]", backend="setuptools.build_meta", requires='"setuptools-scm"')
UV_DYNAMIC = pyproject(*DYNAMIC, "[tool.hatch.version]", 'source = "uv-dynamic-versioning"')
POETRY = pyproject("[tool.poetry-dynamic-versioning]", "enable = true", backend="poetry_dynamic_versioning.backend")
PDM = pyproject(*DYNAMIC, "[tool.pdm.version]", 'source = "scm"', backend="pdm.backend")
VERSIONINGIT = pyproject(
    *DYNAMIC, "[tool.versioningit]", backend="setuptools.build_meta", requires='"versioningit", "setuptools"'
)
PBR = "import setuptools\nsetuptools.setup(pbr=True)\n"


def predicted(toml: str, *tags: TagAtCommit | str, expected: str = "") -> Prediction:
    files = PaperTree({"setup.py": toml} if "pbr=True" in toml else {"pyproject.toml": toml})
    known = [TagAtCommit(tag, annotated=True, timestamp=1) if isinstance(tag, str) else tag for tag in tags]
    version = Version(expected) if expected else None
    found = predict(find_source(files), files, known, known[0].name, expected=version)
    assert found is not None
    return found


TABLE = {
    # tag: (setuptools-scm 10.3.4 and hatch-vcs, dunamai 1.26.5); None is "fails" or "no tag".
    "v1.2.3": ("1.2.3", "1.2.3"),
    "V1.2.3": ("1.2.3", None),
    "1.2.3": ("1.2.3", None),
    "v.1.2.3": (None, None),
    "release-1.2.3": ("1.2.3", None),
    "pkg-v1.2.3": ("1.2.3", None),
    "my-pkg-2-1.0.0": ("1.0.0", None),
    "release/1.2.3": (None, None),
    "pkg==1.2.3": (None, None),
    "pkg@1.2.3": (None, None),
    "rel_1_2_3": (None, None),
    "sdk-v1.7.0,otel-v0.3.0": (None, None),
    "v1.2.3rc1": ("1.2.3rc1", "1.2.3rc1"),
    "v1.2.3-rc.1": ("1.2.3rc1", "1.2.3rc1"),
    "v1.2.3_rc1": ("1.2.3rc1", "1.2.3rc1"),
    "v1.2.3-RC1": ("1.2.3rc1", "1.2.3rc1"),
    "v1.2.3-preview.1": ("1.2.3rc1", "1.2.3rc1"),
    "v1.2.3-beta": ("1.2.3b0", "1.2.3b0"),
    "v1.2.3-alpha.0": ("1.2.3a0", "1.2.3a0"),
    "v1.2.3-1": ("1.2.3.post1", None),
    "v1.2.3-r4": ("1.2.3.post4", None),
    "v1.2.3-post1": ("1.2.3.post1", "1.2.3.post1"),
    "v1.2.3-alpha1-2": ("1.2.3a1.post2", None),
    "v1.2.3-dev.1": ("1.2.3.dev1", "1.2.3.dev1"),
    "v1.2.3+cu118": ("1.2.3+cu118", "1.2.3"),
    "v1.2.3-hotfix": (None, None),
    "v1.2.3.final": (None, None),
    "v01.02.03": ("1.2.3", "1.2.3"),
    "2024.01.05": ("2024.1.5", None),
    "v2024.01.05": ("2024.1.5", "2024.1.5"),
    "2024-01-05": ("5", None),
    "BASELINE_D2024-10-03": ("3", None),
    "metriq-paper-v1": ("1", None),
    "nightly-2026-01-05": ("5", None),
    "v1": ("1", "1"),
    "v1!2.0": ("1!2.0", "1!2.0"),
    "latest": (None, None),
}


@pytest.mark.parametrize(("tag", "expected"), TABLE.items(), ids=TABLE)
def test_each_tool_makes_of_one_tag_what_was_measured(tag: str, expected: tuple[str | None, str | None]) -> None:
    scm = {predicted(toml, tag).version for toml in (SCM, HATCH_VCS)}
    dunamai = {predicted(toml, tag).version for toml in (UV_DYNAMIC, POETRY)}

    assert (scm, dunamai) == ({expected[0]}, {expected[1]})


ON_ONE_COMMIT = {
    "annotated-before-lightweight": (
        [TagAtCommit("v1.13.11"), TagAtCommit("v1.9.0", annotated=True, timestamp=1)],
        "v1.9.0",
    ),
    "the-newest-annotated": (
        [
            TagAtCommit("v1.0.0", annotated=True, timestamp=5),
            TagAtCommit("v1.0.0rc1", annotated=True, timestamp=10),
        ],
        "v1.0.0rc1",
    ),
    "annotated-in-the-same-second": (
        [TagAtCommit("v1.1", annotated=True, timestamp=5), TagAtCommit("v1.0", annotated=True, timestamp=5)],
        "v1.0",
    ),
    "lightweight-by-name": ([TagAtCommit("v1.13.11"), TagAtCommit("v1.13.10")], "v1.13.10"),
    "capitals-come-first": ([TagAtCommit("v1.13.10"), TagAtCommit("BASELINE_D2024-10-03")], "BASELINE_D2024-10-03"),
}


@pytest.mark.parametrize(("tags", "winner"), ON_ONE_COMMIT.values(), ids=ON_ONE_COMMIT)
def test_of_several_tags_one_wins_as_git_describe_names_it(tags: list[TagAtCommit], winner: str) -> None:
    assert predicted(SCM, *tags).tag == winner


def test_dunamai_passes_over_tags_that_its_pattern_does_not_match() -> None:
    found = predicted(UV_DYNAMIC, TagAtCommit("v1.13.10"), TagAtCommit("BASELINE_D2024-10-03"))

    assert (found.tag, found.version) == ("v1.13.10", "1.13.10")


CONFIGURED = {
    "scm-prefix": (SCM + '[tool.setuptools_scm.tag]\nprefix = "pkg/"\n', "pkg/v1.2.3", "1.2.3"),
    "scm-prefix-hides-others": (SCM + '[tool.setuptools_scm.tag]\nprefix = "pkg/"\n', "v1.2.3", None),
    "scm-strict": (SCM + "[tool.setuptools_scm.tag]\nstrict = true\n", "2024-01-05", None),
    "scm-regex": (SCM + "tag_regex = '^rel/(?P<version>.*)$'\n", "rel/1.2.3", "1.2.3"),
    "scm-one-group": (SCM + "tag_regex = '^rel/(.*)$'\n", "rel/1.2.3", "1.2.3"),
    "scm-command": (SCM + "git_describe_command = 'git describe --long --match \"v*\"'\n", "1.2.3", None),
    "scm-command-list": (
        SCM + 'git_describe_command = ["git", "describe", "--tags", "--match=pkg-*", "--exclude", "*rc*"]\n',
        "pkg-1.2.3rc1",
        None,
    ),
    "hatch-tag-pattern": (HATCH_VCS + "tag-pattern = '^pkg@(.*)$'\n", "pkg@1.2.3", "1.2.3"),
    "hatch-raw-options": (HATCH_VCS + 'raw-options = { tag_regex = "^x(.*)$" }\n', "x1.2.3", "1.2.3"),
    "dunamai-unprefixed": (
        UV_DYNAMIC + '[tool.uv-dynamic-versioning]\npattern = "default-unprefixed"\n',
        "1.2.3",
        "1.2.3",
    ),
    "dunamai-prefix": (UV_DYNAMIC + '[tool.uv-dynamic-versioning]\npattern-prefix = "pkg-"\n', "pkg-v1.2.3", "1.2.3"),
    "dunamai-pattern": (
        UV_DYNAMIC + "[tool.uv-dynamic-versioning]\npattern = '^py-(?P<base>\\d+(\\.\\d+)*)'\n",
        "py-1.2.3",
        "1.2.3",
    ),
    "dunamai-metadata": (
        UV_DYNAMIC + "[tool.uv-dynamic-versioning]\ntagged-metadata = true\n",
        "v1.2.3+cu118",
        "1.2.3+cu118",
    ),
    "pdm-filter": (PDM + 'tag_filter = "v*"\n', "1.2.3", None),
    "pdm-default": (PDM, "v1.2.3+cu118", "1.2.3"),
    "pdm-regex": (PDM + "tag_regex = '^x(?P<version>.*)$'\n", "x1.2.3", "1.2.3"),
    "versioningit": (VERSIONINGIT, "v1.2.3", "1.2.3"),
    "versioningit-prefix": (
        VERSIONINGIT + '[tool.versioningit.tag2version]\nrmprefix = "pkg-"\n',
        "pkg-v1.2.3",
        "1.2.3",
    ),
    "versioningit-regex": (
        VERSIONINGIT + "[tool.versioningit.tag2version]\nregex = '(?P<version>[0-9.]+)$'\n",
        "pkg@1.2.3",
        "1.2.3",
    ),
    "versioningit-match": (VERSIONINGIT + '[tool.versioningit.vcs]\nmatch = ["v*"]\n', "1.2.3", None),
    "pbr": (PBR, "v1.2.3", "1.2.3"),
}


@pytest.mark.parametrize(("toml", "tag", "version"), CONFIGURED.values(), ids=CONFIGURED)
def test_configured_keys_are_honoured(toml: str, tag: str, version: str | None) -> None:
    assert predicted(toml, tag).version == version


def test_pbr_looks_at_annotated_tags_only() -> None:
    assert predicted(PBR, TagAtCommit("1.2.3")).version is None


REMEDIES = {
    "strict": (SCM, ["v1.13.10", TagAtCommit("x-2024-10-03", annotated=True, timestamp=9)], "tag.strict = true"),
    "prefix": (
        SCM,
        ["pkg-v1.13.10", TagAtCommit("other-v2.0.0", annotated=True, timestamp=9)],
        'set `tag.prefix = "pkg-v"`',
    ),
    "unprefixed": (UV_DYNAMIC, ["1.2.3"], 'pattern = "default-unprefixed"'),
    "pattern-prefix": (UV_DYNAMIC, ["pkg-v1.2.3"], 'pattern-prefix = "pkg-"'),
    "anew": (UV_DYNAMIC, ["v1.0.0", TagAtCommit("v1.0.0rc1", annotated=True, timestamp=9)], "annotate it anew"),
    "pretend": (SCM, ["rel_1_2_3"], "SETUPTOOLS_SCM_PRETEND_VERSION=1.2.3"),
    "versioningit": (
        VERSIONINGIT,
        ["v1.2.3", TagAtCommit("nightly", annotated=True, timestamp=9)],
        'vcs.match = ["v[0-9]*"]',
    ),
    "pdm": (PDM, ["v1.2.3", TagAtCommit("x-2.0", annotated=True, timestamp=9)], 'tag_filter = "v[0-9]*.*"'),
}


@pytest.mark.parametrize(("toml", "tags", "remedy"), REMEDIES.values(), ids=REMEDIES)
def test_a_wrong_outcome_brings_the_setting_that_mends_it(
    toml: str, tags: list[TagAtCommit | str], remedy: str
) -> None:
    first = tags[0].name if isinstance(tags[0], TagAtCommit) else tags[0]
    version = first.rpartition("v")[2].removeprefix("rel_").replace("_", ".")

    assert remedy in predicted(toml, *tags, expected=version).remedy


def test_a_right_outcome_brings_no_remedy() -> None:
    assert predicted(SCM, "v1.2.3", "v1.2.3-docs", expected="1.2.3").remedy == ""


def test_the_reason_says_why_a_tag_wins() -> None:
    found = predicted(SCM, TagAtCommit("v1.13.11"), TagAtCommit("v1.13.10"))

    assert found.reason == (
        "setuptools-scm takes the tag v1.13.10 (of lightweight tags git names the first by name) and builds 1.13.10"
    )


OPAQUE = {
    "scheme": SCM + 'version_scheme = "demo:scheme"\n',
    "parse": SCM + 'parse = "demo:parse"\n',
    "command": SCM + 'git_describe_command = "./describe.sh"\n',
    "dunamai-format": UV_DYNAMIC + '[tool.uv-dynamic-versioning]\nformat = "{base}"\n',
    "pdm-format": PDM + 'version_format = "demo:format"\n',
    "versioningit-method": VERSIONINGIT + '[tool.versioningit.tag2version]\nmethod = "odd"\n',
}


@pytest.mark.parametrize("toml", OPAQUE.values(), ids=OPAQUE)
def test_what_the_project_computes_itself_is_left_to_the_build(toml: str) -> None:
    found = predicted(toml, "v1.2.3")

    assert found.version is None
    assert found.reason.endswith("so only the build decides")


FAULTY = {
    "no-regex": (SCM + "tag_regex = '('\n", "it is no regular expression"),
    "slow-regex": (SCM + "tag_regex = '^(a+)+$'\n", "may take for ever"),
    "no-base": (
        UV_DYNAMIC + "[tool.uv-dynamic-versioning]\npattern-prefix = '['\n",
        "it is no regular expression",
    ),
}


@pytest.mark.parametrize(("toml", "reason"), FAULTY.values(), ids=FAULTY)
def test_a_wrong_setting_is_told(toml: str, reason: str) -> None:
    assert reason in predicted(toml, "v1.2.3").reason


def test_a_static_version_needs_no_prediction() -> None:
    files = PaperTree({"pyproject.toml": pyproject("[project]", 'name = "demo"', 'version = "1.2.3"')})

    assert predict(find_source(files), files, [TagAtCommit("v1.2.3")], "v1.2.3") is None
