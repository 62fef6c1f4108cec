"""Platform tags of wheels: which ones PyPI takes (its `forklift/legacy.py`; manylinux PEP 600, musllinux PEP 656)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FIXED = frozenset(
    {"any", "win32", "win_amd64", "win_arm64", "win_ia64", "linux_armv6l", "linux_armv7l"}
    | {f"manylinux{year}_{machine}" for year in (1, 2010) for machine in ("x86_64", "i686")}
    | {f"manylinux2014_{machine}" for machine in ("x86_64", "i686", "aarch64", "armv7l", "ppc64", "ppc64le", "s390x")}
)
_LINUX = frozenset({"x86_64", "i686", "aarch64", "armv7l", "ppc64le", "s390x", "riscv64"})
_MACHINES = {"many": _LINUX | {"ppc64"}, "musl": _LINUX}
_MACOS = frozenset(
    "ppc ppc64 i386 x86_64 arm64 intel fat fat3 fat64 universal universal2".split()  # noqa: SIM905  # reads as a list
)
_MACOS_MAJORS = frozenset({"11", "12", "13", "14", "15", "26"})
_APPLE = frozenset({"arm64", "x86_64"})
_ANDROID = frozenset({"armeabi_v7a", "arm64_v8a", "x86", "x86_64"})
_TAKEN: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    (re.compile(r"(many|musl)linux_\d+_\d+_(.*)"), lambda found: found[2] in _MACHINES[found[1]]),
    (re.compile(r"macosx_10_\d+_(.*)"), lambda found: found[1] in _MACOS),
    (re.compile(r"macosx_(\d+)_0_(.*)"), lambda found: found[1] in _MACOS_MAJORS and found[2] in _MACOS),
    (re.compile(r"ios_\d+_\d+_(.*)_(?:iphoneos|iphonesimulator)"), lambda found: found[1] in _APPLE),
    (re.compile(r"android_\d+_(.*)"), lambda found: found[1] in _ANDROID),
    (re.compile(r"pyemscripten_\d+_\d+_wasm32"), bool),
)


def is_taken(tag: str) -> bool:
    """Whether PyPI takes wheels for a platform. Patterns fit the beginning of the tag, as PyPI's do."""
    return tag in _FIXED or any((found := pattern.match(tag)) is not None and fits(found) for pattern, fits in _TAKEN)


def advice(tag: str) -> str:
    """What to do about a tag that PyPI does not take."""
    if tag.startswith("linux_"):
        return "repair the wheel with auditwheel, which makes a manylinux wheel of it: auditwheel repair WHEEL"
    if tag.startswith("macosx_"):
        return "name it for the major version: macosx_11_0 and not macosx_11_3 (MACOSX_DEPLOYMENT_TARGET=11.0)"
    return "leave it out of the upload, or build it for a platform that PyPI knows"
