"""Secrets with the structure of true ones, made when a test runs, so that none of them stands in the repository."""

from __future__ import annotations

import random
import string
import zlib
from base64 import b64encode, urlsafe_b64encode
from functools import cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from twine import utils

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | dsa.DSAPrivateKey | ed25519.Ed25519PrivateKey
DRAWN = random.Random(20261122)  # noqa: S311  # tests are to be the same every time
LETTERS = string.ascii_letters + string.digits
DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
HOSTS = [
    (urlsplit(address).hostname or "").removeprefix("upload.")
    for address in (utils.DEFAULT_REPOSITORY, utils.TEST_REPOSITORY)
]


def drawn(count: int, alphabet: str = LETTERS) -> str:
    """So many characters."""
    return "".join(DRAWN.choice(alphabet) for _ in range(count))


def pypi_token(host: str = HOSTS[0], *, caveat: bool = True) -> str:
    """A token of an index: a macaroon in the second format, with or without a caveat."""
    identifier, rule = drawn(36).encode(), b'[1, ["a project"]]'
    raw = bytes([2, 1, len(host)]) + host.encode() + bytes([2, len(identifier)]) + identifier + b"\0"
    raw += bytes([2, len(rule)]) + rule + b"\0" if caveat else b""
    raw += b"\0" + bytes([6, 32]) + DRAWN.randbytes(32)
    return "pypi-" + urlsafe_b64encode(raw).decode().rstrip("=")


def basic_token() -> str:
    """The same as the header of a request."""
    return b64encode(f"__token__:{pypi_token()}".encode()).decode()


def checksummed(prefix: str) -> str:
    """A token of GitHub or npm, with its checksum."""
    body, digits = drawn(30), ""
    left = zlib.crc32(body.encode())
    for _ in range(6):
        left, digit = divmod(left, 62)
        digits = DIGITS[digit] + digits
    return f"{prefix}_{body}{digits}"


def fine_grained() -> str:
    """A fine-grained token of GitHub."""
    return f"github_{'pat'}_{drawn(22)}_{drawn(59)}"


def access_key() -> tuple[str, str]:
    """The two halves of an access key of AWS."""
    return "AK" + "IA" + drawn(16, string.ascii_uppercase + "234567"), drawn(38, LETTERS) + "/9"


@cache
def private_keys() -> dict[str, str]:
    """One of each form, by its name."""
    keys: dict[str, PrivateKey] = {
        "rsa": rsa.generate_private_key(65537, 2048),
        "ec": ec.generate_private_key(ec.SECP256R1()),
        "dsa": dsa.generate_private_key(2048),
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
    }
    forms = serialization.PrivateFormat
    plain = serialization.NoEncryption()
    made = {}
    for name, key in keys.items():
        wanted = {"pkcs8": forms.PKCS8, "openssh": forms.OpenSSH}
        if name != "ed25519":
            wanted["traditional"] = forms.TraditionalOpenSSL
        if name == "dsa":
            del wanted["openssh"]
        for form, value in wanted.items():
            made[f"{name}-{form}"] = key.private_bytes(serialization.Encoding.PEM, value, plain).decode()
    return made


@cache
def locked_key() -> str:
    """A private key that a password protects."""
    key = rsa.generate_private_key(65537, 2048)
    lock = serialization.BestAvailableEncryption(b"a password")
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock).decode()


def putty_key() -> str:
    """A private key in the format of PuTTY."""
    lines = "\n".join(b64encode(DRAWN.randbytes(48)).decode() for _ in range(3))
    return (
        f"PuTTY-User-Key-{'File'}-3: ssh-ed25519\nEncryption: none\nComment: me\nPublic-Lines: 3\n{lines}\n"
        f"Private-Lines: 1\n{b64encode(DRAWN.randbytes(36)).decode()}\nPrivate-MAC: {'ab' * 32}\n"
    )


def age_key() -> str:
    """A key of age (Bech32)."""
    return f"AGE-SECRET-{'KEY'}-1{drawn(58, 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L')}"


def others() -> dict[str, str]:
    """Tokens of services whose structure proves nothing, by what they are."""
    return {
        "a token of GitLab": f"gl{'pat'}-{drawn(20)}",
        "a key of Google": f"AI{'za'}{drawn(35)}",
        "an account key of Azure": f"Account{'Key'}={b64encode(DRAWN.randbytes(64)).decode()}",
        "a token of Slack": f"xo{'xb'}-{drawn(12, string.digits)}-{drawn(24)}",
        "a live key of Stripe": f"sk_{'live'}_{drawn(24)}",
        "a key of OpenAI": f"sk-{'proj'}-{drawn(40)}T3Blbk{'FJ'}{drawn(40)}",
        "a key of Anthropic": f"sk-{'ant'}-api03-{drawn(93)}",
        "a token of Hugging Face": f"h{'f_'}{drawn(34)}",
        "a token of npm": checksummed("npm"),
        "a token of Docker Hub": f"dckr_{'pat'}_{drawn(27)}",
        "a key of SendGrid": f"S{'G.'}{drawn(22)}.{drawn(43)}",
        "a password in an address": f"https://somebody:{drawn(20)}@git.example.net/repository",
        "the password of an index": f"[pypi]\nusername = somebody\npassword = {drawn(20)}\n",
        "a password of .netrc": f"machine git.example.net\nlogin somebody\npassword {drawn(20)}\n",
    }
