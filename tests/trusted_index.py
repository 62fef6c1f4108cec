"""A stand-in for Trusted Publishing: an index that mints tokens, and GitHub's endpoint for identities, on 127.0.0.1.

twine mints tokens of two hosts alone, those of its own constants. So this is a proxy as well: it takes `CONNECT` to
those two hosts, and to no other, and answers in their place with certificates of a throw-away authority. No packet
leaves the machine.
"""

from __future__ import annotations

import json
import secrets
import ssl
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import trustme
from fault_index import FaultIndex, Handler, basic, serving
from twine import utils

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

REQUEST_TOKEN = "the-secret-with-which-a-job-asks-for-its-identity"  # noqa: S105  # of this test
HOSTS = {
    urlsplit(utils.DEFAULT_REPOSITORY).hostname or "": "pypi",
    urlsplit(utils.TEST_REPOSITORY).hostname or "": "testpypi",
}
"""The hosts that mint, and the audience that each of them wants."""

CLAIMS = {
    "iss": "https://token.actions.example",
    "sub": "repo:acme/demo:environment:pypi",
    "repository": "acme/demo",
    "repository_owner": "acme",
    "repository_owner_id": "1",
    "workflow_ref": "acme/demo/.github/workflows/release.yml@refs/tags/v1.4.0",
    "job_workflow_ref": "acme/demo/.github/workflows/release.yml@refs/tags/v1.4.0",
    "ref": "refs/tags/v1.4.0",
    "environment": "pypi",
    "event_name": "release",
}
PUBLISHER = ("repository", "workflow_ref", "environment")


@dataclass
class TrustedIndex(FaultIndex):
    """An index that knows one publisher.

    Attributes:
        claims: what GitHub says of the job.
        publisher: what the claims of the publisher are.
        audiences, identities, mints: one word for each request, in order; then `ok`.
        minted: every token that was made, and whether it was used.
        spent: the `jti` of every identity that got a token.
        hosts: every host that the proxy was asked for.
    """

    claims: dict[str, str] = field(default_factory=lambda: dict(CLAIMS))
    publisher: dict[str, str] = field(default_factory=lambda: {name: CLAIMS[name] for name in PUBLISHER})
    audiences: list[str] = field(default_factory=list)
    identities: list[str] = field(default_factory=list)
    mints: list[str] = field(default_factory=list)
    minted: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    spent: set[str] = field(default_factory=set)
    hosts: list[str] = field(default_factory=list)
    bundle: str = ""
    tls: ssl.SSLContext | None = None

    def accepts(self, authorization: str) -> bool:
        """Only what was minted here."""
        return authorization in {basic(token) for token in self.minted}

    def environ(self) -> dict[str, str]:
        """What a job of GitHub Actions has that may publish, and the way to this index."""
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": CLAIMS["repository"],
            "GITHUB_WORKFLOW_REF": CLAIMS["workflow_ref"],
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.address}/identity?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": REQUEST_TOKEN,
            "HTTPS_PROXY": self.address,
            "https_proxy": self.address,
            "NO_PROXY": "",
            "no_proxy": "",
            "REQUESTS_CA_BUNDLE": self.bundle,
            "CURL_CA_BUNDLE": self.bundle,
            "PIP_INDEX_URL": f"{self.address}/simple/",
        }

    def identity(self, audience: str) -> str:
        """A token that says who a job is (RFC 7519); nobody signs here, since nobody else is to believe it."""
        now = int(time.time())
        claims = {**self.claims, "aud": audience, "jti": secrets.token_hex(8), "exp": now + 300}
        return ".".join((_part({"alg": "none"}), _part(claims), "signature"))

    def refusal_of(self, identity: Mapping[str, object], audience: str) -> tuple[str, str] | None:
        """The code and the sentence with which an identity is refused; None where a token may be minted."""
        if identity.get("aud") != audience or float(str(identity.get("exp"))) < time.time():
            return "invalid-token", "malformed token"
        if any(identity.get(name) != wanted for name, wanted in self.publisher.items()):
            return (
                "invalid-publisher",
                "valid token, but no corresponding publisher (Publisher with matching claims was not found)",
            )
        if str(identity["jti"]) in self.spent:
            return "invalid-reuse-token", "invalid token: already used"
        return None

    def mint(self, host: str) -> str:
        """A token as PyPI makes it: a macaroon whose location is the index."""
        location, name = host.removeprefix("upload.").encode(), secrets.token_bytes(48)
        raw = bytes([2, 1, len(location)]) + location + bytes([2, len(name)]) + name + b"\0\0\6 " + bytes(32)
        self.minted.append("pypi-" + urlsafe_b64encode(raw).decode().rstrip("="))
        return self.minted[-1]


class _TrustedHandler(Handler):
    """Answers for both hosts, for GitHub, and as the index of `fault_index`."""

    host = ""

    @property
    def trusted(self) -> TrustedIndex:
        assert isinstance(self.index, TrustedIndex)
        return self.index

    def do_CONNECT(self) -> None:
        host = self.path.partition(":")[0]
        self.trusted.hosts.append(host)
        if host not in HOSTS or self.trusted.tls is None:
            self._answer(403, "This proxy leads to no other host.")
            return
        self.send_response(200)
        self.end_headers()
        self.host = host
        self.connection = self.trusted.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", 0)
        self.close_connection = False

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # the server closes what it accepted, and this is what was wrapped around it

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/identity":
            self._identity()
        elif path == "/_/oidc/audience" and self.host:
            word = self.index.word(self.trusted.audiences)
            self._scripted_or(word, {"audience": HOSTS[self.host]})
        else:
            super().do_GET()

    def do_POST(self) -> None:
        if urlsplit(self.path).path in {"/_/oidc/mint-token", "/_/oidc/github/mint-token"} and self.host:
            self._mint(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        elif self.host:
            super().do_POST()
        else:
            self._answer(404, "")

    def _identity(self) -> None:
        if self.headers.get("Authorization") != f"bearer {REQUEST_TOKEN}":
            self._answer(401, "")
            return
        audience = parse_qs(urlsplit(self.path).query)["audience"][0]
        word = self.index.word(self.trusted.identities)
        value = self.trusted.given[-1] if word == "stale" else self.trusted.identity(audience)
        self.trusted.given.append(value)
        self._scripted_or("ok" if word == "stale" else word, {"count": len(value), "value": value})

    def _mint(self, asked: Mapping[str, str]) -> None:
        word = self.index.word(self.trusted.mints)
        part = asked["token"].split(".")[1]
        identity = json.loads(urlsafe_b64decode(part + "=="))
        refusal = self.trusted.refusal_of(identity, HOSTS[self.host])
        if word == "ok" and refusal:
            errors = [{"code": refusal[0], "description": refusal[1]}]
            self._document(422, {"message": "Token request failed", "errors": errors})
            return
        if word == "ok":
            self.trusted.spent.add(str(identity["jti"]))
            token, expires = self.trusted.mint(self.host), int(time.time()) + 900
            self._document(200, {"success": True, "token": token, "expires": expires})
            return
        self._scripted_or(word, {})

    def _scripted_or(self, word: str, document: Mapping[str, object]) -> None:
        """Answer with a status of the script, with HTML where it ends in `-html`, or else with the document."""
        if word == "ok":
            self._document(200, document)
        elif word.endswith("-html"):
            self._answer(int(word.removesuffix("-html")), "")
        else:
            self._document(int(word), {"message": "scripted"})

    def _document(self, status: int, document: Mapping[str, object]) -> None:
        self._send(status, "", json.dumps(document).encode(), {"Content-Type": "application/json"})


def _part(claims: Mapping[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


@contextmanager
def trusting(index: TrustedIndex, folder: Path) -> Iterator[TrustedIndex]:
    """Serve it until the end of the block.

    Args:
        index: what to serve.
        folder: takes the certificate of the throw-away authority.
    """
    authority = trustme.CA()
    index.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(index.tls)
    bundle = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    index.bundle = str(bundle)
    with serving(index, _TrustedHandler):
        yield index
