"""The cases of the matrix: what fails, under which command, and the word that has to name it."""

from __future__ import annotations

import resource
import shutil
import socket
import subprocess
import threading
from typing import TYPE_CHECKING

from fault_ground import Case, Impossible, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MIB = 1 << 20
CHECK = "check v1.0.0 --again"
DIST = "check v1.0.0 --again --dist {folder}/out/dist --receipt {folder}/out/receipt.json"
PUSH = "push v1.0.0"
BAD = "check v2.0.0"
PUBLISH = (
    "publish {folder}/dist/demo-1.0.0-py3-none-any.whl {folder}/dist/demo-1.0.0.tar.gz --receipt {folder}/receipt.json"
)
VERIFY = "verify 1.0.0 --index http://127.0.0.1:{port}/"
GONE = "no room|No space left|[Ff]ile too large"
MISMATCH = "V001|Version mismatch"
PASSES = (0,)
CREDENTIAL = {"TWINE_USERNAME": "__token__", "TWINE_PASSWORD": "pypi-none"}


def disk(options: str, *, large: bool = False) -> Callable[[Place], None]:
    """A temporary folder that is a disk of its own."""

    def strike(place: Place) -> None:
        if large:
            place.write("data", "x" * 500_000)
            place.git("add", "-A")
            place.git("commit", "-qm", "more")
            place.git("tag", "-f", "-a", "v1.0.0", "-m", "v1.0.0")
        place.mount(place.tmp, options)

    return strike


def call(
    op: int, error: str, after: int = 0, where: str = "tmp", *, everywhere: bool = False
) -> Callable[[Place], None]:
    """Calls that fail below a folder of the place."""

    def strike(place: Place) -> None:
        values = {"prefix": f'"{place.folder / where}"', "error": error, "after": after, "ops": op}
        place.inject(everywhere=everywhere, folder=place.folder, **values)

    return strike


def limit(which: int, most: int) -> Callable[[Place], None]:
    """A limit of the process (setrlimit(2))."""
    return lambda place: place.limits.update({which: most})


def environ(**values: str) -> Callable[[Place], None]:
    """Variables of the environment; empty ones go."""

    def strike(place: Place) -> None:
        place.environ.update({name: value.format(folder=place.folder) for name, value in values.items()})
        for name in [name for name, value in values.items() if not value]:
            del place.environ[name]

    return strike


def damaged(revision: str, how: str) -> Callable[[Place], None]:
    """An object that is gone, empty, cut short, or has a byte turned over."""

    def strike(place: Place) -> None:
        file = place.loose(revision)
        data = file.read_bytes()
        if how == "missing":
            file.unlink()
        else:
            middle = len(data) // 2
            turned = data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]
            file.write_bytes({"empty": b"", "cut": data[:middle], "flipped": turned}[how])

    return strike


def written(path: str, data: bytes) -> Callable[[Place], None]:
    """A file with other content, relative to the project."""

    def strike(place: Place) -> None:
        file = place.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    return strike


def clock(year: int) -> Callable[[Place], None]:
    """Another year for everything that runs."""

    def strike(place: Place) -> None:
        place.inject(everywhere=True, folder=place.folder, year_shift=f"{int((year - 2026) * 365.2425 * 86400)}L")

    return strike


def dated(year: int) -> Callable[[Place], None]:
    """A tagged commit of another year."""

    def strike(place: Place) -> None:
        seconds = int((year - 1970) * 365.2425 * 86400)
        stamp = {"GIT_AUTHOR_DATE": f"@{seconds} +0000", "GIT_COMMITTER_DATE": f"@{seconds} +0000"}
        place.git("commit", "-q", "--amend", "--allow-empty", "-m", "another time", **stamp)
        place.git("tag", "-f", "-a", "v1.0.0", "-m", "v1.0.0")

    return strike


def read_only(what: str) -> Callable[[Place], None]:
    """A folder that nobody can write to."""
    return lambda place: place.read_only(place.folder / what)


def git_says(text: str) -> Callable[[Place], None]:
    """An old git: a wrapper that tells another version, and is git in all else."""

    def strike(place: Place) -> None:
        real = shutil.which("git")
        place.program(
            "git", f'case "$*" in *--version*|version) echo "git version {text}";; *) exec {real} "$@";; esac'
        )

    return strike


def no_git(place: Place) -> None:
    place.environ["PATH"] = str(place.folder)


def crashing_git(place: Place) -> None:
    place.program("git", "kill -SEGV $$")


def silent_git(place: Place) -> None:
    place.program("git", "exit 0")


def network_gone(place: Place) -> None:
    place.network = False


def needs_a_backend(place: Place) -> None:
    """A build requirement that has to come from an index which refuses."""
    text = (
        (place.root / "pyproject.toml").read_text(encoding="utf-8").replace("requires = []", 'requires = ["hatchling"]')
    )
    place.write("pyproject.toml", text)
    place.git("commit", "-qam", "needs hatchling")
    place.git("tag", "-f", "-a", "v1.0.0", "-m", "v1.0.0")
    place.environ.update(
        PIP_INDEX_URL="http://127.0.0.1:9/simple/", UV_INDEX_URL="http://127.0.0.1:9/simple/", PIP_RETRIES="0"
    )
    place.environ.update(PIP_CONFIG_FILE="/dev/null", PIP_DEFAULT_TIMEOUT="2")
    place.network = False


def drips(place: Place) -> None:
    """An index that sends a byte now and then, and never an answer."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with server:
            end = threading.Event()
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                while not end.wait(0.2):
                    try:
                        connection.sendall(b" ")
                    except OSError:
                        return

    threading.Thread(target=serve, daemon=True).start()
    port = server.getsockname()[1]
    place.words = [word.replace("127.0.0.1:{port}", f"127.0.0.1:{port}") for word in place.words]
    place.words += ["--timeout", "1", "--deadline", "3", "--attempts", "1", "--wait", "1", "--pause", "0.1"]
    place.environ.update(CREDENTIAL)


def refusing(place: Place) -> None:
    """A port where nobody listens."""
    place.words = [word.replace("{port}", "9") for word in place.words]
    place.environ.update(CREDENTIAL)


def hurried(place: Place) -> None:
    refusing(place)
    place.words += ["--timeout", "1", "--attempts", "1", "--wait", "0", "--pause", "0"]


def packed(ending: str, data: bytes | None) -> Callable[[Place], None]:
    """All objects in one pack; its file or its index is cut short, or gone."""

    def strike(place: Place) -> None:
        place.git("gc", "-q", "--aggressive", "--prune=now")
        file = next((place.git_dir / "objects/pack").glob(f"*.{ending}"))
        file.chmod(0o600)
        if data is None:
            file.unlink()
        else:
            file.write_bytes(file.read_bytes()[:-40] + data)

    return strike


def foreign(place: Place) -> None:
    """A repository of somebody else."""
    if subprocess.run(["chown", "-R", "65534:65534", place.root], capture_output=True, check=False).returncode:
        raise Impossible("only root can give files away")


def partial(place: Place) -> None:
    """A clone without its blobs, whose remote is gone."""
    source = place.folder / "source"
    place.root.rename(source)
    subprocess.run(["git", "-C", source, "config", "uploadpack.allowFilter", "true"], check=True, env=place.environ)
    words: list[str | Path] = [
        "git",
        "clone",
        "-q",
        "--filter=blob:none",
        "--no-checkout",
        f"file://{source}",
        place.root,
    ]
    subprocess.run(words, check=True, env=place.environ)
    shutil.rmtree(source)


def shallow(place: Place) -> None:
    """The newest commit alone, of two."""
    source = place.folder / "source"
    place.git("commit", "-q", "--allow-empty", "-m", "second")
    place.git("tag", "-f", "-a", "v1.0.0", "-m", "v1.0.0")
    place.root.rename(source)
    words: list[str | Path] = [
        "git",
        "clone",
        "-q",
        "--depth",
        "1",
        f"file://{source}",
        "--branch",
        "v1.0.0",
        place.root,
    ]
    subprocess.run(words, check=True, capture_output=True, env=place.environ)


def closed(*numbers: int) -> Callable[[Place], None]:
    """Streams that are not open at all."""

    def strike(place: Place) -> None:
        redirects = " ".join({0: "<&-", 1: ">&-", 2: "2>&-"}[number] for number in numbers)
        place.words = ["sh", "-c", f'"$@" {redirects}', "sh", *place.words]

    return strike


def full_stdout(place: Place) -> None:
    place.stdout = "/dev/full"


def gone_reader(place: Place) -> None:
    place.words = ["sh", "-c", '{ "$@"; echo "status $?" >&2; } | true; exit 1', "sh", *place.words]


def narrow(place: Place) -> None:
    """A terminal of twenty columns."""
    if not shutil.which("script"):
        raise Impossible("no script(1)")
    place.environ["TERM"] = "xterm"
    line = " ".join(f"'{word}'" for word in place.words)
    place.words = ["script", "-qec", f"stty cols 20; {line}", "/dev/null"]


def inside_repository(place: Place) -> None:
    place.environ["TMPDIR"] = str(place.root)


def tmp_is_a_file(place: Place) -> None:
    file = place.folder / "file"
    file.write_text("")
    place.environ["TMPDIR"] = str(file)


def full_out(place: Place) -> None:
    (place.folder / "out").mkdir()
    place.mount(place.folder / "out", "size=4k")


def read_only_out(place: Place) -> None:
    (place.folder / "out").mkdir()
    place.read_only(place.folder / "out")


def out_is_a_file(place: Place) -> None:
    (place.folder / "out").write_text("")


def tag_without_object(place: Place) -> None:
    (place.git_dir / "refs/tags/v1.0.0").write_text("1" * 40 + "\n")


def half_receipt(place: Place) -> None:
    refusing(place)
    file = place.folder / "receipt.json"
    file.write_bytes(file.read_bytes()[:100])


def no_receipt(place: Place) -> None:
    refusing(place)
    (place.folder / "receipt.json").unlink()


def other_bytes(place: Place) -> None:
    refusing(place)
    wheel = next((place.folder / "dist").glob("*.whl"))
    wheel.write_bytes(wheel.read_bytes() + b"\0")


def no_wheel(place: Place) -> None:
    refusing(place)
    next((place.folder / "dist").glob("*.whl")).unlink()


def no_credential(place: Place) -> None:
    refusing(place)
    place.environ.update(TWINE_PASSWORD="")


def full_journal(place: Place) -> None:
    refusing(place)
    place.words += ["--journal", "/dev/full/journal"]


def dirty_stdin(place: Place) -> None:
    place.words = ["sh", "-c", r"printf 'refs/tags/v1.0.0 \377\n' | " + '"$@"', "sh", *place.words]


def cases() -> Iterator[Case]:
    """All of them, by family."""
    yield from _disks()
    yield from _calls()
    yield from _limits()
    yield from _network()
    yield from _git()
    yield from _objects()
    yield from _clocks()
    yield from _streams()
    yield from _files()


def _disks() -> Iterator[Case]:
    for size in ("8k", "64k", "200k", "600k"):
        yield Case("ENOSPC", f"a temporary folder of {size}", CHECK, disk(f"size={size}", large=size != "8k"), GONE)
    for size in ("64k", "600k"):
        yield Case("ENOSPC", f"a temporary folder of {size}", PUSH, disk(f"size={size}", large=True), GONE, (1,))
    for number in (2, 6, 20, 60):
        yield Case("no inodes", f"{number} of them", CHECK, disk(f"nr_inodes={number}"), "No space left|no room")
    yield Case("no inodes", "10 of them", PUSH, disk("nr_inodes=10"), "No space left|no room", (1,))
    yield Case("no inodes", "10 of them", "rehearse", disk("nr_inodes=10"), "No space left|no room")
    yield Case("ENOSPC", "a temporary folder of 64k", "rehearse", disk("size=64k"), GONE)
    yield Case("ENOSPC", "for the distributions", DIST, full_out, "No space left")
    yield Case("EROFS", "the temporary folder, in whose place another serves", CHECK, read_only("tmp"), "✓", PASSES)
    yield Case("EROFS", "the temporary folder, a bad tag", BAD, read_only("tmp"), MISMATCH, (1,))
    yield Case("EROFS", "for the distributions", DIST, read_only_out, "Read-only file system")
    yield Case(
        "EROFS",
        "the repository, which is enough to judge",
        CHECK,
        read_only("project"),
        "passed|may be pushed|✓",
        PASSES,
    )
    yield Case("EROFS", "the repository, a bad tag", BAD, read_only("project"), MISMATCH, (1,))
    yield Case("EROFS", "the repository", "init --yes", read_only("project"), "Read-only file system", (2, 3))
    yield Case("EROFS", "the repository", "bump 1.1.0", read_only("project"), "Read-only file system", (2, 3))
    yield Case("EROFS", "the repository", "uninstall", read_only("project"), "Read-only file system", (1, 2, 3))
    yield Case("EROFS", "the home folder, which is enough to judge", CHECK, read_only("home"), "✓", PASSES)
    yield Case("noexec", "the temporary folder, a bad tag", BAD, disk("noexec"), MISMATCH, (1,))
    yield Case("noexec", "the temporary folder", CHECK, disk("noexec"), "✓|noexec|Permission denied", (0, 1, 3))


def _calls() -> Iterator[Case]:
    for error, said in (("ENOSPC", "No space left"), ("EDQUOT", "[Qq]uota exceeded"), ("EIO", "[Ii]nput/output error")):
        # the first write is that with which Python tries the temporary folder out
        yield Case(error, "a new folder in scratch", CHECK, call(32, error), said)
        yield Case(error, "every write in scratch, whoever writes", CHECK, call(1, error, 1, everywhere=True), said)
        yield Case(error, "the distributions", DIST, call(1, error, where="out"), said)
        yield Case(error, "a write into the project", "bump 1.1.0", call(1, error, where="project"), said, (3,))
        yield Case(error, "a rename in the project", "bump 1.1.0", call(16, error, where="project"), said, (3,))
        yield Case(error, "a write into the project", "init --yes", call(1, error, where="project"), said, (3,))
        where = "project/.git/tagward"
        yield Case(error, "what is kept in .git/tagward", CHECK, call(1, error, where=where), f"✓|{said}", (0, 1, 3))
    yield Case(
        "EIO",
        "reading the objects",
        CHECK,
        call(2, "EIO", where="project/.git/objects", everywhere=True),
        "[Ii]nput/output error|damaged",
        (1, 2, 3),
    )
    yield Case(
        "EIO", "closing what is written in scratch", CHECK, call(4, "EIO", 2, everywhere=True), "[Ii]nput/output error"
    )
    for after in (0, 1, 4):
        log = call(1, "EIO", after, "project/.git/tagward/last", everywhere=True)
        yield Case("EIO", f"writing what the build says, after {after}", CHECK, log, "[Ii]nput/output error", (3,))
    yield Case("EIO", "syncing the receipt", DIST, call(8, "EIO", where="out"), "[Ii]nput/output error")
    yield Case("EACCES", "opening files in scratch", CHECK, call(2, "EACCES", 1), "Permission denied")
    yield Case("ENFILE", "opening files in scratch", CHECK, call(2, "ENFILE", 3), "[Tt]oo many open files")
    yield Case(
        "EIO",
        "reading the files to publish",
        PUBLISH + " --index http://127.0.0.1:{port}/",
        _unreadable,
        "[Ii]nput/output error",
    )


def _unreadable(place: Place) -> None:
    refusing(place)
    place.inject(folder=place.folder, prefix=f'"{place.folder / "dist"}"', error="EIO", after=0, ops=64)


def _limits() -> Iterator[Case]:
    for most in (8, 12, 16, 24):
        yield Case(
            "EMFILE",
            f"{most} open files",
            CHECK,
            limit(resource.RLIMIT_NOFILE, most),
            "[Tt]oo many open files|✓",
            (0, 3),
        )
    yield Case("EMFILE", "5 open files", CHECK, limit(resource.RLIMIT_NOFILE, 5), "[Tt]oo many open files", (3,))
    yield Case("EMFILE", "5 open files", PUSH, limit(resource.RLIMIT_NOFILE, 5), "[Tt]oo many open files", (1, 128))
    yield Case(
        "EFBIG", "files of 100 bytes", CHECK, limit(resource.RLIMIT_FSIZE, 100), "[Ff]ile (size limit|too large)"
    )
    yield Case("EFBIG", "files of 1 kB", CHECK, limit(resource.RLIMIT_FSIZE, 1000), "[Ff]ile (size limit|too large)")
    yield Case(
        "EFBIG",
        "files of 100 bytes",
        "bump 1.1.0",
        limit(resource.RLIMIT_FSIZE, 100),
        "[Ff]ile (size limit|too large)",
        (3,),
    )
    for most in (40, 80, 120, 200):
        yield Case(
            "ENOMEM",
            f"{most} MiB of address space",
            CHECK,
            limit(resource.RLIMIT_AS, most * MIB),
            "[Mm]emory|✓",
            (0, 1, 3),
        )
    yield Case(
        "ENOMEM", "60 MiB of address space", "rehearse", limit(resource.RLIMIT_AS, 60 * MIB), "[Mm]emory", (1, 3)
    )
    yield Case(
        "ENOMEM",
        "60 MiB of address space",
        "versions --all-tags",
        limit(resource.RLIMIT_AS, 60 * MIB),
        "[Mm]emory|1.0.0",
        (0, 1, 3),
    )


def _network() -> Iterator[Case]:
    index = " --index http://127.0.0.1:{port}/"
    refused = "[Cc]onnection refused|unreachable|cannot be reached|does not answer|did not answer"
    yield Case("no network", "the index is only asked in passing", CHECK, network_gone, "I001|index", PASSES)
    yield Case("no network", "a bad tag", BAD, network_gone, MISMATCH, (1,))
    yield Case("no network", "the index has to answer", CHECK + " --ci", network_gone, refused, (3,))
    yield Case("no network", "a backend has to come", CHECK, needs_a_backend, refused + "|network|resolve")
    yield Case("no network", "nobody listens", VERIFY, refusing, refused, (3,))
    yield Case("no network", "nobody listens", PUBLISH + index, hurried, refused, (3,))
    yield Case("slow network", "the index drips", PUBLISH + index, drips, "time|took|within|slow", (3,))


def _git() -> Iterator[Case]:
    for text in ("1.8.3", "2.20.1", "2.31.9"):
        yield Case("old git", text, CHECK, git_says(text), "too old", (3,))
    yield Case("old git", "2.20.1", "install", git_says("2.20.1"), "too old", (3,))
    yield Case("old git", "2.20.1", "rehearse", git_says("2.20.1"), "too old", (3,))
    for words in (CHECK, "versions", "bump 1.1.0", "init --yes", "rehearse", "verify 1.0.0", "doctor", "install"):
        yield Case(
            "no git",
            "not on PATH",
            words,
            no_git,
            "git is not there|git could not be started|there is no git|needs git",
            (1, 2, 3),
        )
    yield Case("no git", "it crashes", CHECK, crashing_git, "git", (2, 3))
    yield Case("no git", "it says nothing", CHECK, silent_git, "git", (2, 3))


def _objects() -> Iterator[Case]:
    harm = "damaged|corrupt|does not hold|missing|cannot be read"
    for how in ("missing", "empty", "cut", "flipped"):
        for revision in ("HEAD:README.md", "HEAD:pyproject.toml", "HEAD^{tree}", "HEAD"):
            yield Case("objects", f"{how}: {revision}", CHECK, damaged(revision, how), harm, (1, 3))
    yield Case("objects", "flipped: the tag", CHECK, damaged("v1.0.0", "flipped"), harm, (1, 2, 3))
    yield Case("objects", "flipped: HEAD:README.md", PUSH, damaged("HEAD:README.md", "flipped"), harm, (1,))
    yield Case("objects", "missing: HEAD", "versions --all-tags", damaged("HEAD", "missing"), harm, (0, 1, 3))
    yield Case("objects", "missing: HEAD^{tree}", "rehearse", damaged("HEAD^{tree}", "missing"), harm, (1, 3))
    yield Case("objects", "a pack cut short", CHECK, packed("pack", b""), harm)
    yield Case("objects", "a pack without index", CHECK, packed("idx", None), harm + "|no tag", (1, 2, 3))
    yield Case("objects", "a tag on nothing", CHECK, tag_without_object, harm + "|no tag", (1, 2, 3))
    yield Case("HEAD", "garbage", CHECK, written(".git/HEAD", b"\xff garbage\n"), "no git repository", (2, 3))
    yield Case("HEAD", "garbage", "rehearse", written(".git/HEAD", b"\xff garbage\n"), "no git repository", (2, 3))
    yield Case(
        "HEAD",
        "no such branch, which a tag does not need",
        CHECK,
        written(".git/HEAD", b"ref: refs/heads/none\n"),
        "✓",
        PASSES,
    )
    yield Case(
        "HEAD", "no such branch", "rehearse", written(".git/HEAD", b"ref: refs/heads/none\n"), "HEAD|commit", (2, 3)
    )
    yield Case("config", "garbage", CHECK, written(".git/config", b"[\n"), "config", (2, 3))
    yield Case("index", "garbage, which a tag does not need", CHECK, written(".git/index", b"garbage"), "✓", PASSES)
    yield Case("index", "garbage", "check --fast", written(".git/index", b"garbage"), "index", (2, 3))
    yield Case("index", "garbage", "bump 1.1.0", written(".git/index", b"garbage"), "index", (2, 3))
    yield Case(
        "refs",
        "garbage in packed-refs",
        CHECK,
        written(".git/packed-refs", b"garbage\n"),
        "packed-refs|unexpected line",
        (2, 3),
    )
    for lock in ("index.lock", "packed-refs.lock", "shallow.lock", "HEAD.lock", "refs/tags/v1.0.0.lock", "config.lock"):
        yield Case("stale lock", f"{lock}, a good tag", CHECK, written(f".git/{lock}", b""), "✓", PASSES)
    yield Case("stale lock", "index.lock, a bad tag", BAD, written(".git/index.lock", b""), MISMATCH, (1,))
    yield Case("foreign owner", "the whole repository", CHECK, foreign, "owner|dubious ownership", (2, 3))
    yield Case("foreign owner", "the whole repository", "bump 1.1.0", foreign, "owner|dubious ownership", (2, 3))
    yield Case("partial clone", "its remote is gone", CHECK, partial, "partial|fetch", (3,))
    yield Case("shallow clone", "of the tag", CHECK, shallow, "✓|shallow|history", (0, 1, 3))


def _clocks() -> Iterator[Case]:
    for year in (1979, 2038, 2108):
        yield Case("clock", f"the year {year}, a bad tag", BAD, clock(year), MISMATCH, (1,))
        yield Case("clock", f"the year {year}", CHECK, clock(year), "✓|1980|clock|2107", (0, 1, 3))
    for year in (1979, 2038, 2108):
        yield Case("clock", f"a commit of {year}", CHECK, dated(year), "✓|1980|2107|4294967295", (0, 1, 3))
    yield Case("clock", "the year 2108", PUSH, clock(2108), "✓|1980|2107|new tag", (0, 1))


def _streams() -> Iterator[Case]:
    ascii_only = environ(LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii", PYTHONCOERCECLOCALE="0")
    yield Case("C locale", "a bad tag", BAD, ascii_only, MISMATCH, (1,))
    yield Case("C locale", "a good tag", CHECK, ascii_only, "ready", PASSES)
    yield Case("C locale", "a push of a bad tag", "push v2.0.0", ascii_only, MISMATCH, (1,))
    yield Case("20 columns", "COLUMNS", BAD, environ(COLUMNS="20"), "V001", (1,))
    yield Case("20 columns", "a terminal", BAD, narrow, "V001", (1,))
    yield Case("stdin closed", "a bad tag", BAD, closed(0), MISMATCH, (1,))
    yield Case(
        "stdin closed", "the hook without its list", "pre-push origin url", closed(0), "Bad file descriptor", (3,)
    )
    yield Case("stdin", "no UTF-8, and no list", "pre-push origin url", dirty_stdin, "cannot be read", (3,))
    yield Case("stdout closed", "a bad tag", BAD, closed(1), MISMATCH, (1,))
    yield Case(
        "stdout closed",
        "a document is asked for",
        CHECK + " --format json",
        closed(1),
        "standard output|stdout|Bad file",
        (3,),
    )
    yield Case("stderr closed", "a bad tag", BAD, closed(2), "", (1, 3))
    yield Case("all closed", "a bad tag", BAD, closed(0, 1, 2), "", (1, 3))
    yield Case("all closed", "a bad tag pushed", "push v2.0.0", closed(0, 1, 2), "", (1, 3))
    yield Case("stdout full", "a document is asked for", CHECK + " --format json", full_stdout, "No space left", (3,))
    yield Case("stdout full", "the places of the version", "versions", full_stdout, "No space left", (3,))
    yield Case("reader gone", "a document is asked for", CHECK + " --format json", gone_reader, "status [13]|✓", (1,))


def _files() -> Iterator[Case]:
    index = " --index http://127.0.0.1:{port}/"
    yield Case("TMPDIR", "not there", CHECK, environ(TMPDIR="{folder}/none"), "✓", PASSES)
    yield Case("TMPDIR", "a file", CHECK, tmp_is_a_file, "✓", PASSES)
    yield Case("TMPDIR", "inside the repository", CHECK, inside_repository, "inside the repository", (3,))
    yield Case("HOME", "unset", BAD, environ(HOME=""), MISMATCH, (1,))
    yield Case("HOME", "not there", BAD, environ(HOME="{folder}/none"), MISMATCH, (1,))
    yield Case(
        "distributions", "their folder is a file", DIST, out_is_a_file, "Not a directory|is a file|exists", (2, 3)
    )
    yield Case("receipt", "cut short", PUBLISH + index, half_receipt, "receipt", (2,))
    yield Case("receipt", "not there", PUBLISH + index, no_receipt, "receipt", (2,))
    yield Case("receipt", "of other bytes", PUBLISH + index, other_bytes, "receipt|sha256|differs", (1,))
    yield Case(
        "receipt",
        "a file is missing",
        PUBLISH + index,
        no_wheel,
        "there is no file|No such file|not there|missing",
        (1, 2, 3),
    )
    yield Case("credential", "empty", PUBLISH + index, no_credential, "TWINE_PASSWORD", (2,))
    yield Case("journal", "cannot be written", PUBLISH + index, full_journal, "journal", (3,))
