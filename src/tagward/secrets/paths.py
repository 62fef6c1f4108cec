"""What the path of a file says: that it is made for secrets, or that it belongs to tests and documentation."""

from __future__ import annotations

import hashlib
import re

from tagward.model.secrets import Hit

FILE, LIKELY = "S001", "S002"
"""The checks that tell what was found."""

HEAD = 65_536
"""So many bytes of a file with such a name are looked at."""

_SAMPLE = re.compile(
    r"(?:t|tests?|testing|unit|unittests?|testdata|docs?|documentation|examples|fixtures?|samples|demos|mocks|stubs"
    r"|test[_.-].*|tests[_-].*|.*[_-]tests?|conftest\.py|.*_test\.py|dummyserver|snakeoil.*)",
    re.IGNORECASE,
)
"""Parts of paths; none that import packages are often named, as `demo`, because a key in those is shipped."""

_VALUE = (
    rb"[ \t]*[:=][ \t]*[\"']?(?![\"'\s]|\$|<|\{|%\(|changeme|your|example|xxx|\*\*|\.\.\.|none\b|null\b|true\b|false\b)"
)
_PASSWORD = re.compile(rb"(?im)^[ \t]*password" + _VALUE + rb"[^\s\"']{6,}")
_NETRC = re.compile(rb"(?i)\blogin\s+\S+\s+password\s+(?!\$|<|\{|your|example|xxx|\*\*)\S{6,}")
_LOGIN = re.compile(rb"(?m)^https?://[^\s:/@]*:[^\s@]{6,}@")
_KEY = re.compile(rb"PRIVATE KEY-----\s+[A-Za-z0-9+/]{20,}")
_AWS = re.compile(rb"(?im)^[ \t]*aws_(?:secret_access_key|session_token)" + _VALUE + rb"[A-Za-z0-9/+=]{20,}")
_DOCKER = re.compile(rb"\"auth\"\s*:\s*\"[A-Za-z0-9+/=]{8,}\"")
_NPM = re.compile(rb"(?m)^[^#;\n]*_(?:authToken|auth|password)[ \t]*=[ \t]*(?!\$)[^\s$]{8,}")
_VARIABLE = re.compile(
    rb"(?im)^[ \t]*(?:export[ \t]+)?"
    rb"[A-Z0-9_]{0,60}(?:SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|PRIVATE_KEY|ACCESS_KEY)[A-Z0-9_]{0,60}"
    + _VALUE
    + rb"[^\s\"']{8,}"
)
_CLOUD = re.compile(
    rb"\"(?:private_key|client_secret|refresh_token|aws_secret_access_key|password)\"\s*:\s*\"[^\"]{12,}\""
)
_ANY = re.compile(rb"[\s\S]")
_HARMLESS = re.compile(
    r"\.env[._-](?:example|sample|template|dist|defaults?|test|testing|ci|schema)\b|\.example$|\.sample$"
)

FILES = (
    (FILE, re.compile(r"(?:^|/)\.pypirc$"), _PASSWORD, "a .pypirc with a password"),
    (FILE, re.compile(r"(?:^|/)[._]netrc$"), _NETRC, "a .netrc with a password"),
    (FILE, re.compile(r"(?:^|/)\.git-credentials$"), _LOGIN, "credentials of git"),
    (FILE, re.compile(r"(?:^|/)id_(?:rsa|dsa|ecdsa|ed25519)$"), _KEY, "an SSH key"),
    (FILE, re.compile(r"(?:^|/)\.aws/credentials$"), _AWS, "credentials of AWS"),
    (FILE, re.compile(r"(?:^|/)\.docker/config\.json$|(?:^|/)\.dockercfg$"), _DOCKER, "credentials of Docker"),
    (FILE, re.compile(r"(?:^|/)\.npmrc$"), _NPM, "an .npmrc with a token"),
    (FILE, re.compile(r"(?:^|/)\.env(?:\.[\w.-]+)?$"), _VARIABLE, "a .env with secrets"),
    (LIKELY, re.compile(r"(?:^|/)(?:credentials|client_secrets?|service[_-]account)\.json$"), _CLOUD, "credentials"),
    (LIKELY, re.compile(r"\.tfstate(?:\.backup)?$"), _CLOUD, "a state of Terraform with secrets"),
    (LIKELY, re.compile(r"\.(?:kdbx|p12|pfx|jks|keystore)$"), _ANY, "a store of keys or passwords"),
    (LIKELY, re.compile(r"(?:^|/)\.htpasswd$"), re.compile(rb"(?m)^[^\s:#]+:\S{8,}"), "hashed passwords"),
)  # fmt: skip
"""The check, the path, what a file of that name holds where it is no empty shell, and what it is."""


def is_sample(path: str) -> bool:
    """Whether a path is that of tests, documentation or examples, by one of its parts."""
    return any(_SAMPLE.fullmatch(part) for part in path.split("/"))


def is_named(path: str) -> bool:
    """Whether a file of this path is made for secrets, so that its content decides."""
    return not _HARMLESS.search(path) and any(pattern.search(path) for _, pattern, _, _ in FILES)


def judge_named(path: str, head: bytes) -> tuple[Hit, ...]:
    """What a file with such a path is.

    Args:
        path: see `is_named`.
        head: the first `HEAD` bytes of it.
    """
    for code, name, content, what in FILES:
        if name.search(path) and not _HARMLESS.search(path) and content.search(head):
            return (Hit(code, what, hashlib.sha256(head).hexdigest(), certain=code == FILE),)
    return ()
