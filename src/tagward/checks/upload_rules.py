"""U0: PyPI's own rules on uploads, told beforehand and in its own words (`tagward.acceptance`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagward.acceptance.rules import DATE
from tagward.checks._check import check
from tagward.checks._refusals import built, told
from tagward.model.distributions import Distributions
from tagward.model.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator


@check("U003", Distributions, fix="build with a current backend: it names files as PyPI wants them")
def file_name_refused(distributions: Distributions) -> Iterator[Finding]:
    """PyPI takes the file names

    It wants the normalised name and version of the project in them (PEP 625, binary distribution format), the
    extensions .whl and .tar.gz, and room for the name of the metadata file beside the wheel.
    """
    return told(distributions, "U003")


@check("U004", Distributions, fix="repair the field in the project's metadata")
def core_metadata_refused(distributions: Distributions) -> Iterator[Finding]:
    """PyPI takes the core metadata

    It judges what the upload client sends, field by field, and shows one error at a time, after the tag is public.
    """
    return told(distributions, "U004")


@check("U005", Distributions, fix="take the classifier from PyPI's list, or leave it out")
def classifier_refused(distributions: Distributions) -> Iterator[Finding]:
    """PyPI knows the classifiers

    Its list is closed: an unknown, a private and a replaced classifier keep the whole file out.
    """
    return told(distributions, "U005")


@check("U006", Distributions, fix='state it as an SPDX expression, license = "MIT", with license-files that exist')
def licence_refused(distributions: Distributions) -> Iterator[Finding]:
    """PyPI takes the licence

    Since PEP 639 it checks the expression, refuses License beside License-Expression, and looks for every licence file
    that the metadata name.
    """
    return told(distributions, "U006")


@check("U007", Distributions, fix="repair the README, or its content type")
def description_refused(distributions: Distributions) -> Iterator[Finding]:
    """PyPI can show the description

    It renders the description while it takes the file, and refuses one that gives warnings or nothing at all. Without a
    content type it takes it for reStructuredText, which a README in Markdown is not.
    """
    return told(distributions, "U007")


@check("U008", Distributions, fix="write a full address: name@example.org, https://example.org/")
def address_refused(distributions: Distributions) -> Iterator[Finding]:
    """PyPI takes the e-mail addresses and URLs

    It takes http and https only, labels of 32 characters at most, and addresses that could exist.
    """
    return told(distributions, "U008")


@check("U009", Distributions, fix="name a version that is on the index: a release cannot depend on a URL")
def dependency_refused(distributions: Distributions) -> Iterator[Finding]:
    """PyPI takes the dependencies

    A requirement has to be one (PEP 508), and must not lead away from the index.
    """
    return told(distributions, "U009")


@check(
    "U010",
    Distributions,
    fix="leave out what is large; where PyPI has granted the project more, ignore U010 and say so",
)
def file_too_large(distributions: Distributions) -> Iterator[Finding]:
    """No file is larger than PyPI takes

    The limit is 100 MB for a file, unless a project has asked for more.
    """
    return told(distributions, "U010")


@check("U011", Distributions, fix="build the archive anew, with deflate and with nothing around it")
def archive_refused(distributions: Distributions) -> Iterator[Finding]:
    """PyPI and installers can read the archives to their end

    Other compression, encryption, broken data and bombs are refused, or crash the upload, or every installation.
    """
    return told(distributions, "U011")


@check("U012", Distributions, fix="build the wheel with a backend, and do not edit it afterwards")
def zip_framing_refused(distributions: Distributions) -> Iterator[Finding]:
    """Every wheel reads the same from the front and from its directory

    A zip that two readers take for two things can carry code past a scanner, so that PyPI compares them byte by byte.
    """
    return told(distributions, "U012")


@check("U013", Distributions, fix="build the sdist with a backend: one folder, no sparse files, nothing behind the end")
def sdist_archive_refused(distributions: Distributions) -> Iterator[Finding]:
    """Every sdist is one plain tar with one folder at the top

    PyPI refuses sparse files, several folders and broken streams; what stands behind the end is seen by some readers
    and not by others.
    """
    return told(distributions, "U013")


@check("U014", Distributions, fix="publish the source itself")
def source_encrypted(distributions: Distributions) -> Iterator[Finding]:
    """The source can be read by everyone

    PyPI refuses what PyArmor or SourceDefender has encrypted.
    """
    return told(distributions, "U014")


@check(
    "U015",
    Distributions,
    fix="build the wheel with a backend: WHEEL and METADATA lie in the folder named like the file",
)
def wheel_file_missing(distributions: Distributions) -> Iterator[Finding]:
    """Every wheel has WHEEL and METADATA where its file name says

    PyPI looks into NAME-VERSION.dist-info, spelt as the file name is, and nowhere else.
    """
    return told(distributions, "U015")


@check(
    "U016", Distributions, fix="build the wheel with a backend, and do not edit it afterwards: RECORD lists every file"
)
def record_refused(distributions: Distributions) -> Iterator[Finding]:
    """RECORD lists what the wheel holds

    PyPI refuses a wheel without RECORD, crashes on an empty line in it, and tells everyone in the project by mail where
    it does not fit.
    """
    return told(distributions, "U016")


@check("U017", Distributions, fix='write it in pyproject.toml: [project.scripts] name = "package.module:function"')
def entry_points_refused(distributions: Distributions) -> Iterator[Finding]:
    """entry_points.txt is one, with names that scripts can have

    PyPI refuses what cannot be read, and names that lead out of the folder of scripts.
    """
    return told(distributions, "U017")


@check("U018", Distributions, fix="build for a platform tag that PyPI takes")
def platform_refused(distributions: Distributions) -> Iterator[Finding]:
    """PyPI takes wheels for these platforms

    A plain linux_x86_64 says nothing of the libraries that the wheel needs, and macOS beyond 10 has no minor versions.
    """
    return told(distributions, "U018")


@check("U019", Distributions, fix="write it as the specification has it", warns=True)
def refused_by_newer_rules(distributions: Distributions) -> Iterator[Finding]:
    """The metadata hold before newer versions of PyPI's own library

    PyPI takes new versions of `packaging` as they come: what only a newer one refuses is refused soon.
    """
    return told(distributions, "U019")


@check("U020", Distributions, fix="build each file once")
def same_bytes_twice(distributions: Distributions) -> Iterator[Finding]:
    """No two files are the same bytes

    PyPI knows files by their digest, and refuses the second under whatever name.
    """
    built(distributions)
    files: dict[str, list[str]] = {}
    for file in distributions.files:
        files.setdefault(file.sha256, []).append(file.file)
    for first, *others in files.values():
        for other in others:
            yield Finding(
                f"PyPI refuses {other}: File already exists",
                notes=(f"it is the same as {first}, byte for byte", f"U-FILE-EXISTS (PyPI's rules as of {DATE})"),
            )


CHECKS = (
    file_name_refused,
    core_metadata_refused,
    classifier_refused,
    licence_refused,
    description_refused,
    address_refused,
    dependency_refused,
    file_too_large,
    archive_refused,
    zip_framing_refused,
    sdist_archive_refused,
    source_encrypted,
    wheel_file_missing,
    record_refused,
    entry_points_refused,
    platform_refused,
    refused_by_newer_rules,
    same_bytes_twice,
)
