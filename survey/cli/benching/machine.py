"""What was measured on: a figure without its machine says nothing."""

import os
import platform
import time
from pathlib import Path
from statistics import median

from survey.db import Db

_BLOCK = b"\x5a" * 8192


def sync_time(folder: Path, tries: int = 50) -> float:
    """Milliseconds, in the middle, to get 8 kB onto the disk: what every durable commit has to wait for."""
    path, times = folder / "sync", []
    with path.open("wb", buffering=0) as file:
        for _ in range(tries):
            started = time.perf_counter()
            file.write(_BLOCK)
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - started)
    path.unlink()
    return 1000 * median(times)


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


async def facts(db: Db, folder: Path) -> list[str]:
    """Lines about this machine, and how busy it was before we came."""
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    version = await db.fetchval("show server_version")
    disk = f"{sync_time(folder):.2f} ms to write 8 kB through to the disk"
    return [
        f"{cores} cores, {_model()}; load {load:.1f} before the bench",
        f"Python {platform.python_version()}, Postgres {version}, fsync on, {disk}",
    ]
