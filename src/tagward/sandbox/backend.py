"""A whole build backend that needs nothing but Python, so that the rehearsal works without any network (PEP 517)."""

import base64
import gzip
import hashlib
import io
import os
import pathlib
import tarfile
import time
import tomllib
import zipfile

PROJECT = tomllib.loads(pathlib.Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME = PROJECT["name"].replace("-", "_")
VERSION = PROJECT["version"]
EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH", "1000000000"))


def _metadata() -> str:
    lines = ["Metadata-Version: 2.1", f"Name: {PROJECT['name']}", f"Version: {VERSION}"]
    lines += [f"Summary: {PROJECT.get('description', '')}"]
    lines += [f"Requires-Python: {PROJECT['requires-python']}"] if "requires-python" in PROJECT else []
    lines += [f"Requires-Dist: {requirement}" for requirement in PROJECT.get("dependencies", [])]
    for extra, requirements in PROJECT.get("optional-dependencies", {}).items():
        lines += [f"Provides-Extra: {extra}"]
        lines += [f"Requires-Dist: {requirement}; extra == '{extra}'" for requirement in requirements]
    readme = PROJECT.get("readme")
    if not readme:
        return "\n".join(lines) + "\n"
    kind = "text/x-rst" if readme.endswith(".rst") else "text/markdown"
    body = pathlib.Path(readme).read_text(encoding="utf-8")
    return "\n".join([*lines, f"Description-Content-Type: {kind}", "", body])


def _sources(top: str) -> list[pathlib.Path]:
    found = [path for path in pathlib.Path(top).rglob("*") if path.is_file()]
    return sorted(path for path in found if not {".git", "__pycache__"} & set(path.parts))


def build_sdist(directory: str, config_settings: object = None) -> str:
    """Pack every file, and the metadata as PKG-INFO."""
    del config_settings
    top = f"{NAME}-{VERSION}"
    files = {path.as_posix(): path.read_bytes() for path in _sources(".")}
    files["PKG-INFO"] = _metadata().encode()
    with (
        pathlib.Path(directory, f"{top}.tar.gz").open("wb") as file,
        gzip.GzipFile("", "wb", fileobj=file, mtime=EPOCH) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name, data in sorted(files.items()):
            info = tarfile.TarInfo(f"{top}/{name}")
            info.size, info.mtime, info.mode = len(data), EPOCH, 0o644
            archive.addfile(info, io.BytesIO(data))
    return f"{top}.tar.gz"


def build_wheel(directory: str, config_settings: object = None, metadata_directory: object = None) -> str:
    """Pack what lies under src, with the metadata, the scripts and a record of it all."""
    del config_settings, metadata_directory
    wheel, info = f"{NAME}-{VERSION}-py3-none-any.whl", f"{NAME}-{VERSION}.dist-info"
    files = {path.relative_to("src").as_posix(): path.read_bytes() for path in _sources("src")}
    files[f"{info}/METADATA"] = _metadata().encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: sandbox\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    if scripts := PROJECT.get("scripts"):
        lines = [f"{name} = {target}" for name, target in scripts.items()]
        files[f"{info}/entry_points.txt"] = "\n".join(["[console_scripts]", *lines, ""]).encode()
    record = [f"{name},sha256={_digest(data)},{len(data)}" for name, data in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    with zipfile.ZipFile(pathlib.Path(directory, wheel), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, time.gmtime(max(EPOCH, 315532800))[:6]), data)
    return wheel


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
