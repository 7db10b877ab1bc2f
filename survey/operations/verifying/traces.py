"""Traces: the server's files, its log, its statistics and a dump, searched for every secret there is and for what a
closed round should have left nowhere."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from pathlib import Path

from survey.db import Db
from survey.operations.keeping import programs
from survey.operations.verifying import secrets
from survey.operations.verifying.findings import Verdict, failed, judged, not_checked, passed
from survey.operations.verifying.needles import Needles
from survey.operations.verifying.scene import OF_OPEN_ROUNDS, Scene
from survey.store import catalogue, deployments, files
from survey.store.files import File

_LINK = re.compile(rb"/(?:r/[0-9a-z]{4,40}|sign-in)/[A-Za-z0-9_-]{20,128}")
"""A path that carries a secret."""
_PIECE = 1 << 20


async def remains(scene: Scene) -> Verdict:
    """A deleted row stays in its table's file until it is written over. Every such row has its round's id in it."""
    closed = [one.round_id.encode() for one in scene.opened]
    await files.flush(scene.db)
    found: Counter[str] = Counter()
    for file in await files.of_tables(scene.db):
        if file.relation in OF_OPEN_ROUNDS:
            async for piece in files.content(scene.db, file.path):
                found[file.relation] += sum(piece.count(round_id) for round_id in closed)
    amiss = (
        f"{count} deleted rows of closed rounds can still be read in the files of {name}."
        for name, count in found.items()
        if count
    )
    return judged(amiss, f"The files of tables hold no deleted row of any of {len(closed)} closed rounds.")


async def tables(scene: Scene) -> Verdict:
    needles = await secrets.needles(scene)
    await files.flush(scene.db)
    found = await _search(scene.db, needles, await files.of_tables(scene.db))
    return _judged(found, needles, "the files of tables")


async def wal(scene: Scene) -> Verdict:
    """The write-ahead log keeps what was written, deleted rows included; nothing in it may be usable."""
    needles = await secrets.needles(scene)
    segments = await files.of_wal(scene.db)
    found = await _search(scene.db, needles, segments)
    return _judged(found, needles, f"{len(segments)} segments of the write-ahead log")


async def _search(db: Db, needles: Needles, places: Iterable[File]) -> Counter[str]:
    found: Counter[str] = Counter()
    for place in places:
        found += await needles.find_in(files.content(db, place.path))
    return found


def _judged(found: Mapping[str, int], needles: Needles, where: str) -> Verdict:
    if not len(needles):
        return not_checked("There is no key directory here, so there is nothing to look for.")
    amiss = (f"{where[0].upper()}{where[1:]} hold {name}: {count} times." for name, count in found.items())
    return judged(amiss, f"No token, key or secret is in {where}; {len(needles)} forms were looked for.")


async def dump(scene: Scene) -> Verdict:
    """What a backup of the database would hold."""
    if scene.programs is None:
        return not_checked("No dump was made.")
    needles = await secrets.needles(scene)
    closed = {one.round_id.encode(): f"rows of the closed round {one.round_id}" for one in scene.opened}
    found, left = await asyncio.gather(
        needles.find_in(_dumped(scene.programs, scene.url)),
        _left_in(_dumped(scene.programs, scene.url, OF_OPEN_ROUNDS), closed),
    )
    return _judged(found + left, needles, "a dump of the database")


async def _dumped(folder: Path, url: str, tables: Iterable[str] = ()) -> AsyncIterator[bytes]:
    with programs.dumping(folder, url, tables) as content:
        while piece := await asyncio.to_thread(content.read, _PIECE):
            yield piece


async def _left_in(pieces: AsyncIterable[bytes], names: Mapping[bytes, str]) -> Counter[str]:
    return await Needles({}, names).find_in(pieces)


async def statements(scene: Scene) -> Verdict:
    """Texts of statements, which other sessions and the server's statistics show."""
    needles = await secrets.needles(scene)
    texts = await catalogue.statements(scene.db)
    statistics = await catalogue.extension(scene.db, "pg_stat_statements")
    kept = statistics is not None and statistics.visible
    if kept:
        texts += await catalogue.counted_statements(scene.db)
    content = "\n".join(texts).encode()
    found = needles.find(content)
    if links := len(_LINK.findall(content)):
        found["links with tokens"] = links
    if found:
        return failed(" ".join(f"Statements' texts show {name}: {count} times." for name, count in found.items()))
    what = "running statements and the server's statistics" if kept else "running statements (no statistics are kept)"
    return passed(f"No secret is in the texts of {what}.")


async def server_log(scene: Scene) -> Verdict:
    places = await files.of_log(scene.db)
    if not places:
        return not_checked("Postgres does not write a log of its own that it could show. Name its file with --log.")
    return await _logs(scene, {place.path: files.content(scene.db, place.path) for place in places})


async def logs(scene: Scene) -> Verdict:
    """The logs of the service and of the proxy before it, where the operator says they are."""
    if not scene.logs:
        return not_checked("No log file was named. Name the service's and the proxy's with --log.")
    return await _logs(scene, {path.name: _read(path) for path in scene.logs})


async def _logs(scene: Scene, named: Mapping[str, AsyncIterable[bytes]]) -> Verdict:
    needles = await secrets.needles(scene)
    amiss = []
    for name, pieces in named.items():
        content = b"".join([piece async for piece in pieces])
        found = needles.find(content)
        if links := len(_LINK.findall(content)):
            found["links with tokens"] = links
        amiss += [f"{name} holds {what}: {count} times." for what, count in found.items()]
    return judged(amiss, f"No token, key or secret is in {', '.join(named)}.")


async def _read(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece


async def touched_together(scene: Scene) -> Verdict:
    """Transactions in the write-ahead log that wrote opened answers: no more than one a closed round."""
    server = await deployments.server(scene.db)
    if server.version < 160_000 or await catalogue.extension(scene.db, "pg_walinspect") is None:
        return not_checked("This needs the extension pg_walinspect of Postgres 16 or newer.")
    await files.flush(scene.db)
    written = await catalogue.writers_of_answers(scene.db)
    most = len(scene.opened)
    if written > most:
        return failed(f"{written} transactions wrote answers, and only {most} rounds have been closed.")
    return passed(f"As far back as the log goes, {written} transactions wrote answers, for {most} closed rounds.")
