"""Sdists and wheels on disk, whoever built them: what can be said of files alone."""

from __future__ import annotations

import io
import shutil
import tarfile
from typing import TYPE_CHECKING

import pytest
from fresh_install import make_wheel

from tagward.checks import group_of
from tagward.checks._files import judge_files
from tagward.errors import ConfigError
from tagward.model.findings import Outcome, Status
from tagward.report.record import Recorder
from tagward.tools.disk import read_files

if TYPE_CHECKING:
    from pathlib import Path

    from tagward.model.findings import Verdict

SUMMARY = "Summary: A demo\nDescription-Content-Type: text/plain\n\nText.\n"


def _judged(folder: Path, *paths: Path, strict: bool = False) -> list[Verdict]:
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return [judge_files(release) for release in read_files(paths, scratch, strict=strict)]


def _codes(verdict: Verdict) -> set[str]:
    return {result.check.code for result in verdict.results if result.status in {Status.FAILED, Status.BROKE}}


def _wheel(folder: Path, name: str = "acme_demo", metadata: str = SUMMARY) -> Path:
    folder.mkdir(exist_ok=True)
    return make_wheel(folder, name, {f"{name}/__init__.py": ""}, metadata)


def _sdist(folder: Path) -> Path:
    path = folder / "acme_demo-1.4.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in {
            "PKG-INFO": f"Metadata-Version: 2.1\nName: acme-demo\nVersion: 1.4.0\n{SUMMARY}",
            "pyproject.toml": '[project]\nname = "acme-demo"\nversion = "1.4.0"\n',
        }.items():
            info = tarfile.TarInfo(f"acme_demo-1.4.0/{name}")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return path


def test_a_good_wheel_alone_and_with_its_sdist_passes(tmp_path: Path) -> None:
    wheel, sdist = _wheel(tmp_path), _sdist(tmp_path)

    for paths in ((wheel,), (sdist,), (wheel, sdist)):
        (verdict,) = _judged(tmp_path, *paths)
        assert (verdict.outcome, _codes(verdict)) == (Outcome.PASSED, set())
        assert [file.path for file in verdict.files] == sorted(paths, key=lambda path: path.suffix == ".whl")


def test_files_of_two_projects_are_two_releases(tmp_path: Path) -> None:
    verdicts = _judged(tmp_path, _wheel(tmp_path), _wheel(tmp_path, "other_demo"), _sdist(tmp_path))

    assert [verdict.candidate.tag.name for verdict in verdicts] == ["acme_demo 1.4.0", "other_demo 1.4.0"]
    assert [len(verdict.files) for verdict in verdicts] == [2, 1]


def test_a_version_inside_that_is_not_the_one_of_the_name_refuses_in_words_for_files(tmp_path: Path) -> None:
    made = _wheel(tmp_path / "made")
    wrong = tmp_path / "acme_demo-1.5.0-py3-none-any.whl"
    shutil.copyfile(made, wrong)

    (verdict,) = _judged(tmp_path, wrong)

    messages = [one.message for result in verdict.results for one in result.findings if result.check.code == "V101"]
    assert verdict.outcome is Outcome.REFUSED
    assert not any("tag" in message or "the build" in message for message in messages)


def test_what_is_no_archive_refuses(tmp_path: Path) -> None:
    good, bad, named = _wheel(tmp_path), tmp_path / "acme_demo-1.4.1-py3-none-any.whl", tmp_path / "notes.txt"
    bad.write_bytes(b"no zip")
    named.write_text("no archive")

    verdicts = _judged(tmp_path, good, bad, named)

    assert {verdict.files[0].file: "B003" in _codes(verdict) for verdict in verdicts} == {
        good.name: False,
        bad.name: True,
        named.name: True,
    }


def test_a_secret_in_a_file_refuses(tmp_path: Path) -> None:
    key = "-----BEGIN " + "PRIVATE KEY-----\n" + "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    files = {"acme_demo/key.pem": key + "-----END " + "PRIVATE KEY-----\n"}

    (verdict,) = _judged(tmp_path, make_wheel(tmp_path, "acme_demo", files, SUMMARY))

    assert "S102" in _codes(verdict)


def test_nothing_is_asked_that_only_a_build_can_answer(tmp_path: Path) -> None:
    (verdict,) = _judged(tmp_path, _wheel(tmp_path))

    assert {"B003", "V101", "M101", "U001", "U003", "S101"} <= {result.check.code for result in verdict.results}
    assert not {"B001", "B002", "V102"} & {result.check.code for result in verdict.results}


def test_warnings_refuse_where_that_is_asked(tmp_path: Path) -> None:
    wheel = _wheel(tmp_path, metadata="")

    (lenient,), (strict,) = _judged(tmp_path, wheel), _judged(tmp_path, wheel, strict=True)

    assert (lenient.outcome, strict.outcome) == (Outcome.PASSED, Outcome.REFUSED)


@pytest.mark.parametrize("name", ["", "gone-1.0.tar.gz"])
def test_a_path_that_is_no_file_is_a_mistake_of_the_command_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError):
        read_files([tmp_path / name], tmp_path)


def test_a_recorder_hears_what_it_hears_of_a_tag(tmp_path: Path) -> None:
    (release,) = read_files([_wheel(tmp_path)], tmp_path)
    recorder = Recorder(lambda: 0.0, group_of)

    judge_files(release, recorder)

    (record,) = recorder.records
    assert (record.name, record.version, record.outcome) == ("acme_demo 1.4.0", "1.4.0", Outcome.PASSED)
    assert {stage.name for stage in record.stages if stage.status} == {"build", "contents", "upload"}
