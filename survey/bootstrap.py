"""Makes `python3 -m survey …` work on a machine with nothing but Python and pip.

Where the environment `.venv` beside this package is missing or does not match the pins, a pinned uv is fetched with
pip, makes it, and fills it with exactly what the pins say, hashes checked; then this process becomes the same command
there. Only the standard library is imported here, and nothing newer than Python 3.8 is used to say that 3.11 is needed.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator  # noqa: UP035  an older Python must come far enough to be told it is too old

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
PINS = {"run": "requirements.txt", "test": "requirements-test.txt"}
UV_PIN = "requirements-bootstrap.txt"
NO_PIP = (
    "This Python has no pip, which sets everything else up. Install it:  apt-get install python3-pip"
    "  (Red Hat: dnf install python3-pip)"
)
PATIENCE = (60.0, 120.0)
"""Seconds given to uv, time after time: a transfer that hangs is begun again, and what came whole is kept. Then pip,
which may know of a package index or a proxy that uv does not, has all the time it needs."""
_MISLEADING = (
    "UV_PYTHON",
    "UV_SYSTEM_PYTHON",
    "UV_TARGET",
    "UV_PREFIX",
    "UV_PROJECT",
    "PYENV_",
    "VIRTUAL_ENV",
    "CONDA_",
)
"""Beginnings of variables that would point uv or pip at another Python than the one we name."""


class Failed(Exception):
    """A sentence for the person at the terminal."""


def ensure(arguments: list[str], root: Path = ROOT) -> None:
    """Return when this process can run the command; otherwise prepare `.venv` and become that process there."""
    if os.environ.get("SURVEY_NO_BOOTSTRAP") == "1":
        return
    try:
        check_version(sys.version_info[:2])
        environment = Environment(root)
        wanted = "test" if arguments[:1] == ["test"] else "run"
        if not environment.serves(wanted):
            environment.prepare(wanted)
    except Failed as failure:
        sys.exit(str(failure))
    if not environment.is_ours():
        environment.become(arguments)


def check_version(version: tuple[int, ...]) -> None:
    if version < OLDEST:
        raise Failed(f"Python {version[0]}.{version[1]} is too old: 3.11 or newer is needed.")


class Environment:
    """`.venv` under `root`. Its `.ready` says for what it was filled (`run` or `test`) and from which pins."""

    def __init__(self, root: Path) -> None:
        self.root, self.home = root, root / ".venv"
        self.python = self.home / "bin" / "python"
        self._ready, self._uv = self.home / ".ready", self.home / ".uv"

    def _stamp(self, kind: str) -> str:
        """What `.ready` holds when the environment matches the pins of that kind."""
        digest = hashlib.sha256()
        for name in (PINS[kind], "pyproject.toml"):
            digest.update((self.root / name).read_bytes())
        return f"{kind} {digest.hexdigest()}"

    def _found(self) -> str:
        try:
            return self._ready.read_text(encoding="ascii")
        except OSError:
            return ""

    def serves(self, wanted: str) -> bool:
        """Whether the command can run there. What is filled for tests serves every command."""
        kinds = ("test",) if wanted == "test" else ("run", "test")
        return self.python.exists() and self._found() in {self._stamp(kind) for kind in kinds}

    def is_ours(self) -> bool:
        """Whether this very process runs there."""
        return Path(sys.prefix).resolve() == self.home.resolve()

    def become(self, arguments: list[str]) -> None:
        with contextlib.suppress(ValueError, OSError):
            sys.stdout.flush()
        os.execv(self.python, [str(self.python), "-m", "survey", *arguments])  # noqa: S606

    def prepare(self, wanted: str) -> None:
        """Fill the environment. A second process that needs it too waits, and finds it done."""
        self.home.mkdir(exist_ok=True)
        with self._locked():
            if self.serves(wanted):
                return
            kind = "test" if self._found().startswith("test ") else wanted
            print("Setting up .venv from the pins (once; needs the network) …", file=sys.stderr, flush=True)  # noqa: T201
            started = time.monotonic()
            self._ready.unlink(missing_ok=True)
            self._fill(kind)
            self._ready.write_text(self._stamp(kind), encoding="ascii")
            print(f"Done in {time.monotonic() - started:.0f} s.", file=sys.stderr, flush=True)  # noqa: T201

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.home / ".filling").open("w") as file:  # uv has a lock of its own, `.lock`
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _fill(self, kind: str) -> None:
        uv, python = str(self._fetch_uv()), str(self.python)
        if not self.python.exists():
            self._run([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(self.home)])
        pins = ["--require-hashes", str(self.root / PINS[kind])]
        for patience in PATIENCE:
            with contextlib.suppress(Failed, subprocess.TimeoutExpired):
                self._run([uv, "pip", "sync", "--python", python, *pins], patience, show=True)
                return
        self._run(self._pip("--python", python, "install", "--no-deps", "-r", pins[1], pins[0]))

    def _fetch_uv(self) -> Path:
        """The pinned uv. `--target` works without python3-venv, and on a Python that its distribution manages."""
        pin, mark = self.root / UV_PIN, self._uv / "pin"
        if not mark.exists() or mark.read_bytes() != pin.read_bytes():
            options = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--upgrade", f"--target={self._uv}"]
            self._run(self._pip("install", *options, "-r", str(pin)))
            mark.write_bytes(pin.read_bytes())
        return self._uv / "bin" / "uv"

    def _pip(self, *arguments: str) -> list[str]:
        command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
        if subprocess.run([*command, "--version"], capture_output=True, check=False).returncode:  # noqa: S603
            raise Failed(NO_PIP)
        return [*command, *arguments]

    def _run(self, command: list[str], patience: float | None = None, *, show: bool = False) -> None:
        """`show`: let the program draw its progress where there is a terminal."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_MISLEADING)}
        said = None if show and sys.stderr.isatty() else subprocess.PIPE
        environment = {**kept, "PIP_USER": "0"}
        done = subprocess.run(  # noqa: S603
            command, env=environment, cwd=self.root, stdout=said, stderr=said, text=True, check=False, timeout=patience
        )
        if done.returncode:
            raise Failed(f"Setting up .venv failed.\n{(done.stderr or done.stdout or '').strip()[-2000:]}")
