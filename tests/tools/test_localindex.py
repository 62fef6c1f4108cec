"""The index on this machine: real twine, real pip, PyPI's answers, and an end whatever happens to its parent."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from broken_artifacts import CASES, Case
from small_release import PROJECT, VERSION, metadata, upload, write_release, write_sdist, write_wheel

from tagward.acceptance.rules import RULES
from tagward.errors import CannotJudge
from tagward.model.artifact import RefusalKind
from tagward.tools import localindex
from tagward.tools.localindex import LocalIndex, local_index
from tagward.tools.scratch import sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SECONDS = 30
DAY = 86400
JSON = "application/vnd.pypi.simple.v1+json"
RELEASE = f"{PROJECT}=={VERSION}"
PIP = (sys.executable, "-I", "-m", "pip")
WRONG = "pypi-wrong"
PIP_ACCEPTS = f"{JSON}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalIndex, Path]]:
    """An index for the whole module, in whose folder every test has a project of its own or begins anew."""
    folder = tmp_path_factory.mktemp("index")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TMPDIR", str(tmp_path_factory.mktemp("module")))
        patched.setattr("tempfile.tempdir", None)
        with local_index(folder) as index:
            yield index, folder


@pytest.fixture
def shelf(served: tuple[LocalIndex, Path]) -> Path:
    """The folder of the index, empty."""
    for path in served[1].iterdir():
        path.unlink()
    return served[1]


@pytest.fixture
def index(served: tuple[LocalIndex, Path], shelf: Path) -> LocalIndex:
    """The index, with nothing on it."""
    del shelf
    return served[0]


def _wait_for(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


def _page(index: LocalIndex, accept: str = JSON, project: str = PROJECT) -> requests.Response:
    return requests.get(f"{index.simple}{project}/", headers={"Accept": accept}, timeout=SECONDS)


def _sent(
    index: LocalIndex,
    path: Path,
    fields: Mapping[str, str] | None = None,
    *,
    file: str = "",
    content: bytes | None = None,
) -> requests.Response:
    """What twine sends, with single fields changed."""
    data = path.read_bytes() if content is None else content
    form = {
        ":action": "file_upload",
        "protocol_version": "1",
        "name": PROJECT,
        "version": VERSION,
        "filetype": "bdist_wheel",
        "sha256_digest": hashlib.sha256(data).hexdigest(),
        **(fields or {}),
    }
    return requests.post(
        index.upload,
        data=form,
        files={"content": (file or path.name, data, "application/octet-stream")},
        auth=(index.username, index.password),
        timeout=SECONDS,
    )


def test_twine_uploads_a_release_and_the_index_shows_every_digest(
    index: LocalIndex, shelf: Path, tmp_path: Path
) -> None:
    files = write_release(tmp_path)

    done = upload(index, *files)

    assert done.returncode == 0, done.stdout + done.stderr
    page = _page(index)
    assert page.headers["Content-Type"] == JSON
    shown = {one["filename"]: one for one in page.json()["files"]}
    assert set(shown) == {path.name for path in files}
    for path in files:
        entry = shown[path.name]
        assert entry["hashes"] == {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        assert (entry["size"], entry["yanked"]) == (path.stat().st_size, False)
        assert entry["upload-time"].endswith("Z")
        assert (shelf / path.name).read_bytes() == path.read_bytes()
    assert page.json()["versions"] == [VERSION]


def test_pip_installs_from_it(index: LocalIndex, tmp_path: Path) -> None:
    upload(index, *write_release(tmp_path, code="answer = 42\n"))
    environment = tmp_path / "env"
    subprocess.run([sys.executable, "-I", "-m", "venv", "--without-pip", environment], check=True)

    installed = subprocess.run(
        [*PIP, "--python", environment, "install", "--no-cache-dir", "--index-url", index.simple, RELEASE],
        env={**os.environ, "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert installed.returncode == 0, installed.stderr
    said = subprocess.run(
        [environment / "bin" / "python", "-I", "-c", "import acme_demo; print(acme_demo.answer)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "42"


@pytest.mark.parametrize(
    ("accept", "json"),
    [
        (JSON, True),
        ("application/vnd.pypi.simple.latest+json", True),
        (PIP_ACCEPTS, True),
        ("text/html", False),
        ("", False),
        ("*/*", False),
        (f"{JSON};q=0.1, text/html", False),
        (f"{JSON};q=0, text/html", False),
        (f"{JSON};q=high, text/html;q=0.5", True),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_page_is_json_where_a_client_would_rather_have_that(
    index: LocalIndex, tmp_path: Path, accept: str, json: bool
) -> None:
    wheel = write_wheel(tmp_path)
    assert _sent(index, wheel).status_code == 200

    page = _page(index, accept)

    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith(JSON if json else "text/html")
    assert hashlib.sha256(wheel.read_bytes()).hexdigest() in page.text


def test_a_project_that_is_not_there_is_not_found_and_nobody_is_sent_elsewhere(index: LocalIndex) -> None:
    for accept in (JSON, "text/html"):
        answer = requests.get(
            f"{index.simple}requests/", headers={"Accept": accept}, timeout=SECONDS, allow_redirects=False
        )

        assert answer.status_code == 404


def test_a_name_that_is_not_normalized_leads_to_the_page(index: LocalIndex, tmp_path: Path) -> None:
    _sent(index, write_wheel(tmp_path))

    assert _page(index, project="Acme_Demo").json()["name"] == PROJECT


def test_identical_bytes_are_accepted_and_nothing_happens(index: LocalIndex, shelf: Path, tmp_path: Path) -> None:
    files = write_release(tmp_path)
    upload(index, *files)
    os.utime(shelf / files[0].name, (1, 1))

    again = upload(index, *files)

    assert again.returncode == 0, again.stdout + again.stderr
    assert (shelf / files[0].name).stat().st_mtime == 1


def test_other_bytes_under_a_name_that_is_there_are_refused_in_the_words_of_pypi(
    index: LocalIndex, shelf: Path, tmp_path: Path
) -> None:
    before = write_wheel(tmp_path / "a")
    upload(index, before)
    other = write_wheel(tmp_path / "b", code="x = 1\n")

    done = upload(index, other)

    blake2 = hashlib.blake2b(other.read_bytes(), digest_size=32).hexdigest()
    assert done.returncode == 1
    assert f"File already exists ('{other.name}', with blake2_256 hash '{blake2}')." in done.stdout + done.stderr
    assert (shelf / before.name).read_bytes() == before.read_bytes()


def test_the_same_bytes_under_another_name_are_refused(index: LocalIndex, tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path)
    _sent(index, wheel)

    answer = _sent(index, wheel, file="acme_demo-1.4.0-py2-none-any.whl")

    assert (answer.status_code, answer.reason[:19]) == (400, "File already exists")


def test_a_second_sdist_of_a_release_is_refused(index: LocalIndex, tmp_path: Path) -> None:
    upload(index, write_sdist(tmp_path))

    answer = _sent(
        index, write_sdist(tmp_path / "b", version="1.4", readme="x"), {"version": "1.4", "filetype": "sdist"}
    )  # equal versions, another name

    assert (answer.status_code, answer.reason) == (400, "Only one sdist may be uploaded per release.")


def test_the_name_of_a_deleted_file_stays_taken(index: LocalIndex, shelf: Path, tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path)
    upload(index, wheel)
    (shelf / wheel.name).unlink()

    done = upload(index, wheel)

    assert "previously used by a file that has since been deleted" in done.stdout + done.stderr
    assert not (shelf / wheel.name).exists()


@pytest.mark.parametrize(("days", "status"), [(13, 200), (15, 400)])
def test_a_release_is_closed_after_fourteen_days(
    index: LocalIndex, shelf: Path, tmp_path: Path, days: int, status: int
) -> None:
    sdist, wheel = write_release(tmp_path)
    upload(index, sdist)
    then = time.time() - days * DAY
    os.utime(shelf / sdist.name, (then, then))

    answer = _sent(index, wheel)

    assert answer.status_code == status
    assert (shelf / wheel.name).exists() == (status == 200)
    if status == 400:
        assert answer.reason == "Uploading new files to releases older than 14 days is not allowed."
        assert upload(index, sdist).returncode == 0, "identical bytes are fine at any age"


@pytest.mark.parametrize("password", ["", WRONG], ids=["empty", "wrong"])
def test_a_wrong_token_is_refused_in_the_words_of_pypi(
    index: LocalIndex, shelf: Path, tmp_path: Path, password: str
) -> None:
    done = upload(index, write_wheel(tmp_path), password=password)

    assert done.returncode == 1
    assert "Invalid or non-existent authentication information." in done.stdout + done.stderr
    assert list(shelf.iterdir()) == []


@pytest.mark.parametrize("header", ["", "Bearer x", "Basic", "Basic ***", "Basic eDp5"])
def test_nobody_uploads_without_the_token(index: LocalIndex, tmp_path: Path, header: str) -> None:
    wheel = write_wheel(tmp_path)
    for address in (index.upload, index.upload.removesuffix("legacy/")):
        answer = requests.post(
            address,
            data={":action": "file_upload"},
            files={"content": wheel.read_bytes()},
            headers={"Authorization": header} if header else {},
            timeout=SECONDS,
        )

        assert answer.status_code == 403


def test_a_large_upload_that_is_refused_is_answered_and_not_reset(index: LocalIndex, tmp_path: Path) -> None:
    large = write_wheel(tmp_path, code="x = '" + os.urandom(4 << 20).hex() + "'\n")

    done = upload(index, large, password=WRONG)

    assert "403 Forbidden" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({":action": "remove_pkg"}, "Unknown action."),
        ({"protocol_version": "2"}, "Unknown protocol version."),
        ({"sha256_digest": ""}, "Error: Include at least one message digest."),
        ({"sha256_digest": "0" * 64}, "The digest supplied does not match a digest calculated from the uploaded file."),
        (
            {"blake2_256_digest": "0" * 64},
            "The digest supplied does not match a digest calculated from the uploaded file.",
        ),
        ({"name": "other"}, "Start filename for 'other' with 'other'."),
        ({"version": "1.4.1"}, "Version in filename should be '1.4.1' not '1.4.0'."),
        ({"version": "one"}, "Version in filename should be 'one' not '1.4.0'."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_declared_must_be_so(
    index: LocalIndex, shelf: Path, tmp_path: Path, fields: dict[str, str], reason: str
) -> None:
    answer = _sent(index, write_wheel(tmp_path), fields)

    assert (answer.status_code, answer.reason, answer.text) == (400, reason, reason)
    assert list(shelf.iterdir()) == []


@pytest.mark.parametrize("name", ["../evil-1.0-py3-none-any.whl", "demo-1.0.exe", ".demo-1.0.tar.gz", "demo.whl"])
def test_a_file_name_that_is_none_is_refused(index: LocalIndex, shelf: Path, tmp_path: Path, name: str) -> None:
    answer = _sent(index, write_wheel(tmp_path), file=name)

    assert answer.status_code == 400
    assert list(shelf.iterdir()) == []
    assert not list(shelf.parent.glob("evil*"))


def test_a_file_that_is_another_project_inside_is_refused(index: LocalIndex, tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path, project="other", version=VERSION)

    answer = _sent(index, wheel, file=f"acme_demo-{VERSION}-py3-none-any.whl")

    assert answer.reason == "Start filename for 'other' with 'other'."


def test_bytes_that_are_no_archive_are_refused(index: LocalIndex, tmp_path: Path) -> None:
    answer = _sent(index, write_wheel(tmp_path), content=metadata().encode())

    assert answer.status_code == 400
    assert answer.reason.startswith("Invalid distribution file. ")


ONE_FOR_EACH_CODE = {
    case.code: case
    for case in CASES
    if case.code not in {"M101", "V101"} and RULES[case.rule].kind in {RefusalKind.REFUSE, RefusalKind.CRASH}
}
"""The last broken artifact under every code, of those that PyPI itself refuses."""


@pytest.mark.parametrize("case", ONE_FOR_EACH_CODE.values(), ids=lambda case: f"{case.code} {case.id}")
def test_what_a_rule_of_pypi_refuses_is_refused_and_its_neighbour_taken(
    index: LocalIndex, shelf: Path, case: Case, tmp_path: Path
) -> None:
    broken, neighbour = (_sent_as_demo(index, *file(), tmp_path) for file in (case.broken, case.neighbour))

    assert broken.status_code >= 400
    assert neighbour.status_code == 200, neighbour.reason
    assert [path.name for path in shelf.glob("demo*")] == [case.neighbour()[0]]


def _sent_as_demo(index: LocalIndex, name: str, content: bytes, folder: Path) -> requests.Response:
    path = folder / name
    path.write_bytes(content)
    return _sent(index, path, {"name": "demo", "version": "1.0"})


def test_the_first_rule_that_is_broken_is_what_the_index_answers(index: LocalIndex, tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path, more="Classifier: Topic :: Releases\n")

    answer = _sent(index, wheel)

    assert (answer.status_code, answer.reason) == (
        400,
        "'Topic :: Releases' is not a valid classifier.",
    )


def test_a_yanked_file_is_told_with_its_reason(index: LocalIndex, shelf: Path, tmp_path: Path) -> None:
    sdist, wheel = write_release(tmp_path)
    upload(index, sdist, wheel)
    (shelf / f".{sdist.name}.yanked").write_text("broken on Monday\n")
    (shelf / f".{wheel.name}.yanked").write_text("")

    yanked = {one["filename"]: one["yanked"] for one in _page(index).json()["files"]}

    assert yanked == {sdist.name: "broken on Monday", wheel.name: True}


def test_it_can_be_reached_on_loopback_alone(index: LocalIndex) -> None:
    port = int(index.simple.split(":")[2].split("/")[0])
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS):
        pass

    second = ("127.0.0.2",) if sys.platform == "linux" else ()  # elsewhere only 127.0.0.1 is there at all
    for other in (*second, *_own_addresses()):
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((other, port), timeout=SECONDS)


def _own_addresses() -> list[str]:
    """The address by which this machine would reach others; a datagram socket that connects sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1 (RFC 5737)
        except OSError:
            return []
        return [str(probe.getsockname()[0])]


def test_a_client_that_keeps_a_connection_open_holds_up_nobody(index: LocalIndex, tmp_path: Path) -> None:
    port = int(index.simple.split(":")[2].split("/")[0])
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS):
        assert _sent(index, write_wheel(tmp_path)).status_code == 200


def test_the_password_is_new_in_every_run_and_on_no_command_line(tmp_path: Path) -> None:
    passwords = set()
    for _ in range(2):
        with local_index(tmp_path / "index") as index:
            passwords.add(index.password)
            listed = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True).stdout
            assert "tagward.tools._localindex" in listed
            assert index.password not in listed

    assert len(passwords) == 2
    assert all(password.startswith("pypi-") for password in passwords)


def test_it_is_gone_afterwards(tmp_path: Path) -> None:
    with local_index(tmp_path / "index") as index:
        port = int(index.simple.split(":")[2].split("/")[0])

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=SECONDS)


PARENT = """
import sys, pathlib
from tagward.tools.keeper import Keeper
if sys.argv[2] == "alone":
    Keeper.begin = lambda self: None
from tagward.tools.localindex import local_index
with local_index(pathlib.Path(sys.argv[1])) as index:
    print(index.simple, flush=True)
    sys.stdin.read()
"""


def _servers(parent: int) -> set[int]:
    """The processes of indexes that a process has started."""
    listed = subprocess.run(["ps", "-ww", "-eo", "ppid=,pid=,args="], capture_output=True, text=True, check=True).stdout
    ours = [line.split(maxsplit=2) for line in listed.splitlines() if "tagward.tools._localindex" in line]
    return {int(pid) for above, pid, _ in ours if int(above) == parent}


def _running(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


@pytest.mark.parametrize("watched", ["kept", "alone"])
def test_it_is_gone_when_its_parent_is_killed(tmp_path: Path, watched: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-I", "-c", PARENT, tmp_path / "index", watched],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout
        simple = parent.stdout.readline().strip()
        servers = _servers(parent.pid)
        requests.get(simple, timeout=SECONDS)
        assert len(servers) == 1

        parent.send_signal(signal.SIGKILL)

    _wait_for(lambda: not any(_running(server) for server in servers))
    sweep()
    assert not [path for path in Path(os.environ["TMPDIR"]).iterdir() if path.name.startswith("tagward-index")]


def test_a_child_that_hears_nothing_is_ended_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(localindex, "END_SECONDS", 0.2)
    before = _servers(os.getpid())
    with local_index(tmp_path / "index"):
        (child,) = _servers(os.getpid()) - before
        os.kill(child, signal.SIGSTOP)

    assert not _running(child)


@pytest.mark.parametrize(
    ("owner", "name", "why"),
    [(sys, "executable", "nowhere could not be started"), (localindex, "JOB", "KeyError")],
    ids=["no interpreter", "a child that breaks"],
)
def test_a_server_that_cannot_start_is_trouble_in_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, why: str
) -> None:
    monkeypatch.setattr(owner, name, "nowhere")

    with pytest.raises(CannotJudge, match="did not start") as caught, local_index(tmp_path / "index"):
        pass

    assert why in caught.value.why


def test_whoever_does_not_know_the_greeting_is_not_taken_for_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.create_server
    strangers = []

    def opened(address: tuple[str, int]) -> socket.socket:
        door = real(address)
        for said in (b'{"greeting": "x", "port": 1, "pid": 1}\n', b"[]\n", b"nonsense"):
            stranger = socket.create_connection(door.getsockname())
            stranger.sendall(said)
            stranger.shutdown(socket.SHUT_WR)
            strangers.append(stranger)
        return door

    monkeypatch.setattr(socket, "create_server", opened)

    with local_index(tmp_path / "index") as index:
        assert requests.get(index.simple, timeout=SECONDS).status_code == 200
    for stranger in strangers:
        stranger.close()
