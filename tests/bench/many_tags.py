"""Many tags: reading them all, and pushing them all."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import threading
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from frame import Row, paired
from ground import PYPROJECT, tagged_commit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ground import Ground

COUNTS = (1, 100, 1_000, 10_000)


def all_tags(ground: Ground) -> Iterator[Row]:
    """`versions --all-tags` with ever more tags, and one git process that reads as many files."""
    for count in COUNTS:
        there = ground.imported(f"tags-{count}", (tagged_commit(number) for number in range(count)))
        names = "".join(f"v0.{number}.0:pyproject.toml\n" for number in range(count)).encode()
        plain, ours = paired(
            3,
            partial(there.run, "git", "cat-file", "--batch", data=names),
            partial(there.run, "tagward", "versions", "--all-tags"),
        )
        what = f"one `git cat-file --batch` of {count:,} files; `tagward versions --all-tags` of as many tags"
        yield Row(what, plain, ours, f"{ours * 1000 / count:.2f} ms a tag", series="versions --all-tags", size=count)


def tags_push(ground: Ground) -> Iterator[Row]:
    """`git push --tags` to an empty remote; the index has every release, so that what is left is the judgement.

    A tag that is pushed alone is always judged in full: that is what the gate costs.
    """
    for count in (10, *COUNTS[1:]):
        versions = [f"0.{number}.0" for number in range(count)]
        there = ground.imported(
            f"push-{count}",
            (tagged_commit(number, annotated=True, body=STATIC_PYPROJECT) for number in range(count)),
        )
        there.run("tagward", "install")
        with shelf("bench-demo", versions) as index:
            guarded = replace(there, env={**there.env, "TAGWARD_INDEX": index})

            def push(where: Ground, *words: str) -> None:
                remote = where.folder / "empty.git"
                shutil.rmtree(remote, ignore_errors=True)
                where.run("git", "init", "-q", "--bare", remote)
                where.run("git", "push", "-q", *words, remote, "main", "--tags")

            rounds = 3 if count > 1_000 else 5
            plain, ours = paired(rounds, partial(push, there, "--no-verify"), partial(push, guarded))
            peak = _peak(guarded)
        what = f"`git push --tags` of {count:,} released tags, without the hook and with it"
        said = f"{(ours - plain) * 1000 / count:.2f} ms a tag, {peak:.0f} MiB"
        yield Row(what, plain, ours, said, series="git push --tags", size=count)


def _peak(ground: Ground) -> float:
    """MiB of the largest process of the gate, asked as the hook asks it."""
    oids = ground.run("git", "for-each-ref", "--format=%(refname) %(objectname)", "refs/tags").splitlines()
    lines = "".join(f"{line} {line.split()[0]} {'0' * 40}\n" for line in oids)
    words = ("tagward", "pre-push", "origin", "/nowhere")
    return float(ground.run(sys.executable, "-c", PEAK, *words, data=lines.encode()).split()[-1])


PEAK = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=2, stderr=subprocess.DEVNULL);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
)
STATIC_PYPROJECT = PYPROJECT.replace('readme = "README.md"\n', "")


@contextlib.contextmanager
def shelf(project: str, versions: Sequence[str]) -> Iterator[str]:
    """An index on this machine that has had every one of these releases for long (PEP 691, PEP 700)."""
    files = [
        {
            "filename": f"{project.replace('-', '_')}-{version}-py3-none-any.whl",
            "url": "/nothing",
            "hashes": {"sha256": "0" * 64},
            "upload-time": "2024-01-01T00:00:00Z",
        }
        for version in versions
    ]
    page = json.dumps({"meta": {"api-version": "1.1"}, "name": project, "files": files}).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server uses
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/simple/"
    server.shutdown()
    server.server_close()
