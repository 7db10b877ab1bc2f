"""The service as it runs at a Trust: a durable Postgres of its own, `survey serve` as a process, its log in a file."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec

from survey.postgres import Server
from survey.postgres import binaries as programs

ROOT = Path(__file__).parents[2]
SECRET = "canary-secret-of-a-deployment-7Qm2xV9t"


class Served(msgspec.Struct, frozen=True):
    """`folder` holds everything that is ever written: `pg` (data and log), `keys`, `log`."""

    folder: Path
    server: Server
    base: str

    @property
    def url(self) -> str:
        return self.server.url()

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def dump(self) -> bytes:
        """What a backup of the database holds."""
        command = [str(programs.find() / "pg_dump"), "--inserts", self.url]
        return subprocess.run(command, capture_output=True, check=True).stdout

    def files(self) -> Iterator[tuple[Path, bytes]]:
        """Every file of the data folder: tables, indexes, TOAST, WAL segments, statistics, the server's log."""
        for path in sorted((self.folder / "pg").rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path, path.read_bytes()


def environment(server: Server, folder: Path, base: str = "http://127.0.0.1:8000") -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")}
    return ours | {
        "SURVEY_NO_BOOTSTRAP": "1",
        "SURVEY_DATABASE_URL": server.url(),
        "SURVEY_SECRET": SECRET,
        "SURVEY_KEYS": str(folder / "keys"),
        "SURVEY_LOG_FORMAT": "json",
        "SURVEY_BASE_URL": base,
    }


def survey(server: Server, folder: Path, *command: str) -> str:
    """Run one command to its end; what it printed."""
    run = [sys.executable, "-m", "survey", *command]
    done = subprocess.run(run, env=environment(server, folder), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def durable(folder: Path) -> Iterator[Server]:
    """A new server with fsync on and a `live` database in it, as a Trust's is."""
    named = os.environ.get("SURVEY_POSTGRES_BIN")
    with Server(folder / "pg", bin=Path(named) if named else None) as server:
        survey(server, folder, "migrate")
        yield server


@contextmanager
def serving(server: Server, folder: Path) -> Iterator[Served]:
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "survey", "serve", "--port", str(port)]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, env=environment(server, folder, base), cwd=ROOT, stdout=log, stderr=log)
    try:
        _wait_until_ready(base, process)
        yield Served(folder, server, base)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait_until_ready(base: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{base}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the service did not start")


def kill(server: Server) -> None:
    """SIGKILL for the whole of Postgres at once, as when the power goes, but for what the kernel holds."""
    child = server._child
    assert child is not None
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    server.stop()
