"""The supervisor: makes a cluster, starts its server, waits until it is ready, stops it."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from survey import errors
from survey.postgres import address, binaries, holding, process

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": "5432",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",  # details and statements can quote people's data
    "log_min_error_statement": "panic",
}
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests alone: a power cut loses everything."""
_LARGE_LOG = 5_000_000
_IN_USE = b"pre-existing shared memory block"


class Server:
    """One embedded server on one data folder. `durable=False` is for tests: it is faster and does not survive."""

    def __init__(self, data: Path, *, durable: bool = True, bin: Path | None = None) -> None:  # noqa: A002
        self.data, self.durable = data.resolve(), durable
        self.cluster = self.data / "cluster"
        self._named, self._programs = bin, Path()
        self._who: process.Account | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._folder = self.cluster
        self._held = ExitStack()

    def start(self) -> None:
        """Make the cluster if there is none, and serve it. Raises Busy where another process does so already."""
        self.data.mkdir(mode=0o711, parents=True, exist_ok=True)
        self._held.enter_context(holding.take(self.data))
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        self._who = process.account()
        found = binaries.find(self._named)
        self._programs = binaries.for_others(found) if self._who else found
        holding.stop_stray(self.cluster)
        for left in self.data.glob("new-*"):
            shutil.rmtree(left)
        if not self.cluster.exists():
            self._initialise()
        self._check_version()
        self._launch()
        self._folder = self._held.enter_context(address.reachable(self.cluster))

    def _initialise(self) -> None:
        """A new cluster, made aside and moved into place: a half-made one is never taken for whole."""
        aside = Path(tempfile.mkdtemp(dir=self.data, prefix="new-"))
        cluster, given = aside / "cluster", aside / "password"
        cluster.mkdir(mode=0o700)
        given.touch(mode=0o600)
        given.write_text(self._write_password(), encoding="ascii")
        if self._who:
            for path in (aside, cluster, given):
                os.chown(path, *self._who)
        options = ["--no-locale", "--encoding=UTF8", "--auth=scram-sha-256", "--no-sync", "-U", address.USER]
        with process.folder(cluster) as at:
            where = ["-D", at.name, f"--pwfile={at.name}/../password"]
            process.run([self._program("initdb"), *where, *options], at, self._who)
        self._settle()
        cluster.rename(self.cluster)
        self._settle()
        shutil.rmtree(aside)

    def _settle(self) -> None:
        """What was written is on the disk afterwards: answers that Postgres keeps safe stand in these folders."""
        if self.durable:
            os.sync()

    def _write_password(self) -> str:
        path = self.data / "password"
        path.unlink(missing_ok=True)
        secret = secrets.token_urlsafe(24)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secret)
        return secret

    def _program(self, name: str) -> str:
        return str(self._programs / name)

    def _check_version(self) -> None:
        made_by = (self.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        said = subprocess.run([self._program("postgres"), "-V"], capture_output=True, text=True, check=True)  # noqa: S603
        ours = said.stdout.split()[2]
        if ours.partition(".")[0] != made_by:
            raise errors.Misconfigured(
                f"The data in {self.data} was made by Postgres {made_by}, and these programs are {ours}. "
                f"Name Postgres {made_by}'s folder in SURVEY_POSTGRES_BIN, make a backup, restore it with the other."
            )

    def _launch(self) -> None:
        """Start until it stays: the last workers of a killed server may hold its memory for a moment longer."""
        deadline = time.monotonic() + holding.PATIENCE
        while not self._launched():
            said = self._log_path().read_bytes()[-2000:]
            if _IN_USE not in said or time.monotonic() > deadline:
                raise errors.Misconfigured(f"Postgres did not start: {said.decode(errors='replace').strip()[-500:]}")
            time.sleep(0.2)

    def _launched(self) -> bool:
        """Ready means that our own child says so; a note left by a killed server says ready, too."""
        settings = {**SETTINGS, **({} if self.durable else HASTY)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        log = self._log_path()
        mode = "wb" if log.exists() and log.stat().st_size > _LARGE_LOG else "ab"
        with process.folder(self.cluster) as at, log.open(mode) as file:
            where = ["-D", at.name, "-c", f"unix_socket_directories={at.name}"]
            self._child = process.spawn([self._program("postgres"), *where, *options], at, self._who, file)
        while self._child.poll() is None:
            if holding.status(self.cluster) == (self._child.pid, True):
                return True
            time.sleep(0.005)
        return False

    def _log_path(self) -> Path:
        return self.data / "log"

    def password(self) -> str:
        try:
            return (self.data / "password").read_text(encoding="ascii")
        except PermissionError:
            raise errors.Misconfigured(f"This account may not read {self.data / 'password'}.") from None

    def url(self, dbname: str = "postgres") -> str:
        """How asyncpg and Postgres's own programs reach a database of this server."""
        return address.url(self._folder, self.password(), dbname)

    def stop(self) -> None:
        """Stop at once and cleanly: open transactions are rolled back. Harmless when nothing runs."""
        child, self._child = self._child, None
        if child is not None and child.poll() is None:
            child.send_signal(signal.SIGINT)
            try:
                child.wait(holding.PATIENCE)
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGQUIT)
                child.wait()
        self._held.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
