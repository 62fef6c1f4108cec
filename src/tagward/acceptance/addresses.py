"""E-mail addresses and URLs in metadata."""

from __future__ import annotations

import inspect
from email.utils import getaddresses, parseaddr
from typing import TYPE_CHECKING

from tagward.acceptance.forms import FILE_NAMES
from tagward.acceptance.rules import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagward.acceptance.forms import Form
    from tagward.model.artifact import Refusal

MAX_LABEL = 32
MAX_ADDRESS = 10_000
_STRICT = "strict" in inspect.signature(parseaddr).parameters


def judge_addresses(form: Form) -> Iterator[Refusal]:
    """The two fields for e-mail, the two for one URL, and the one for many."""
    for name in ("author_email", "maintainer_email"):
        if form.text(name):
            yield from _email(FILE_NAMES[name].title(), form.text(name))
    for name in ("home_page", "download_url"):
        value = form.text(name)
        if value and (fault := url_fault(value)):
            field = {"home_page": "Home-page", "download_url": "Download-URL"}[name]
            yield refusal("U-META-URL", field=field, value=value, detail=fault)
    for entry in form.texts("project_urls"):
        yield from _project_url(entry)


def _project_url(entry: str) -> Iterator[Refusal]:
    label, _, url = (part.strip() for part in entry.partition(","))
    if not label:
        yield refusal("U-META-PURL-LABEL", field="Project-URL", value=entry)
    elif len(label) > MAX_LABEL:
        detail = f"the label has {len(label)} characters"
        yield refusal("U-META-PURL-LENGTH", field="Project-URL", value=label, detail=detail)
    elif not url:
        yield refusal("U-META-PURL-EMPTY", field="Project-URL", value=entry, detail=f"{label!r} leads nowhere")
    elif fault := url_fault(url):
        yield refusal("U-META-PURL-URL", field="Project-URL", value=url, detail=f"of {label!r}: {fault}")


def url_fault(url: str) -> str:
    """Why PyPI takes a text for no URL (RFC 3986, http or https, a host is not asked for); empty where it does not."""
    from rfc3986 import exceptions, uri_reference, validators  # type: ignore[import-untyped]  # noqa: PLC0415  # untyped, for releases only

    checks = validators.Validator().allow_schemes("http", "https").require_presence_of("scheme")
    checks.check_validity_of("scheme", "host", "port", "path", "query")
    try:
        checks.validate(uri_reference(url).normalize())
    except exceptions.MissingComponentError:
        return "it does not begin with https:// or http://"
    except exceptions.UnpermittedComponentError:
        return "it begins with another scheme than https or http"
    except exceptions.RFC3986Exception as failure:
        return str(failure)
    return ""


def _email(field: str, value: str) -> Iterator[Refusal]:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  # for releases only

    address = the_address(value)
    if address:
        try:
            validate_email(address, check_deliverability=False)
        except EmailNotValidError as failure:
            yield refusal("U-META-EMAIL", field=field, value=address, said=str(failure))


def the_address(value: str) -> str:
    """The address in a field, as Python's strict `parseaddr` finds it; empty unless there is exactly one.

    Python 3.13 and the security releases of older ones are strict. Without it, `Foo, Bar <a@x.org>` gives `Foo`.
    """
    if len(value) > MAX_ADDRESS:
        return ""
    if _STRICT:
        return parseaddr(value)[1]
    found = getaddresses([value])
    return found[0][1] if len(found) == 1 and "[" not in found[0][1] and _is_balanced(value) else ""


def _is_balanced(value: str) -> bool:
    """Whether every parenthesis outside of quotes has its partner."""
    opened, quoted, escaped = 0, False, False
    for character in value:
        if escaped or character == "\\":
            escaped = not escaped
        elif character == '"':
            quoted = not quoted
        elif not quoted:
            opened += {"(": 1, ")": -1}.get(character, 0)
            if opened < 0:
                return False
    return opened == 0
