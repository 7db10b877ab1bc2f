"""Processor time of processes and all they started, from /proc: what the kernel accounted, whoever else is busy."""

import os
import time
from pathlib import Path

import msgspec

_TICK = 1 / os.sysconf("SC_CLK_TCK")


class Stat(msgspec.Struct, frozen=True):
    """A process. `own` and `reaped` are seconds, user and system: its threads', and its ended children's."""

    pid: int
    parent: int
    own: float
    reaped: float


class Spent(msgspec.Struct, frozen=True):
    """Seconds: of the application, of Postgres with all its processes, of this client; and on the clock."""

    app: float
    postgres: float
    client: float
    wall: float

    def __sub__(self, before: "Spent") -> "Spent":
        mine, theirs = msgspec.structs.astuple(self), msgspec.structs.astuple(before)
        return Spent(*(late - early for late, early in zip(mine, theirs, strict=True)))

    @property
    def server(self) -> float:
        return self.app + self.postgres


def parse(text: str) -> Stat:
    """A line of /proc/<pid>/stat. The name, in parentheses, may itself hold spaces and parentheses."""
    pid, _, rest = text.partition(" ")
    fields = rest[rest.rindex(")") + 2 :].split()
    own, reaped = int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])
    return Stat(int(pid), int(fields[1]), own * _TICK, reaped * _TICK)


def _everything() -> list[Stat]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            found.append(parse(path.read_text(encoding="utf-8", errors="replace")))
        except OSError:  # it ended while we looked
            continue
    return found


def total(pid: int, processes: list[Stat]) -> float:
    """Seconds of a process, of its living descendants, and of those that any of them has outlived."""
    children: dict[int, list[Stat]] = {}
    for process in processes:
        children.setdefault(process.parent, []).append(process)
    todo, seconds = [process for process in processes if process.pid == pid], 0.0
    while todo:
        process = todo.pop()
        seconds += process.own + process.reaped
        todo += children.get(process.pid, [])
    return seconds


def spent(app: int, postgres: int) -> Spent:
    """What has been spent up to now by the process trees under two process ids, and by us."""
    processes = _everything()
    return Spent(total(app, processes), total(postgres, processes), time.process_time(), time.perf_counter())
