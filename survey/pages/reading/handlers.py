"""What answers the addresses under /results. Each page is a pure function of its release, but for one form token."""

import asyncio
from uuid import UUID

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey.operations import reading, reviewing
from survey.pages import rendering
from survey.pages.console.desk import Desk
from survey.pages.reading import downloads, findings, sorting, texts, views
from survey.pages.reading.index import Index
from survey.pages.rendering import Cut, Link, Memo

_indexes = Memo[Index](16)
_pages = Memo[Cut](512)
_sorted = Memo[Cut](64)
"""Pages in another order than the organisation's: few are looked at twice, and they must not drive out the others."""


async def rounds(desk: NamedDependency[Desk]) -> Response[bytes]:
    """The organisation's published rounds."""
    async with desk.connection() as db:
        editions = await reading.list_published(db, desk.whose)
    ahead = Link("See how far the rounds are", "/rounds") if desk.may("manage_rounds") else None
    page = views.rounds(desk.organisation, editions, desk.zone, ahead)
    return desk.send("reading/rounds.html", page)


async def a_round(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    """The heat map of a round."""
    index = await _index(desk, round_id)
    order = sorting.order(desk.asked("order")).said
    key = (_version(index), "round", order)
    return desk.fill(_kept(order).get(key, lambda: _cut("round", views.a_round(index, desk.zone, order))))


async def a_vision(desk: NamedDependency[Desk], round_id: FromPath[str], measure: FromPath[str]) -> Response[bytes]:
    """One vision across all units."""
    index = await _index(desk, round_id)
    one = index.measure(measure)
    order = sorting.order(desk.asked("order")).said
    key = (_version(index), "vision", one.id, order)
    return desk.fill(_kept(order).get(key, lambda: _cut("vision", views.a_vision(index, one, order))))


def _kept(order: str) -> Memo[Cut]:
    """What is no order of the page was asked for in vain, and is kept as the page itself."""
    return _sorted if order else _pages


async def a_unit(desk: NamedDependency[Desk], round_id: FromPath[str], unit: FromPath[str]) -> Response[bytes]:
    """One unit, division or staff group across all visions."""
    index = await _index(desk, round_id)
    group = index.group(unit)
    made = _pages.get((_version(index), "unit", group.id), lambda: _cut("unit", views.a_unit(index, group)))
    return desk.fill(made)


async def questions(desk: NamedDependency[Desk], round_id: FromPath[str], unit: FromPath[str]) -> Response[bytes]:
    """One large group, question by question."""
    index = await _index(desk, round_id)
    group = index.group(unit)
    key = (_version(index), "questions", group.id)
    return desk.fill(_pages.get(key, lambda: _cut("questions", findings.questions_of(index, group))))


async def changes(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    """What changed since the earlier round, everywhere."""
    index = await _index(desk, round_id)
    return desk.fill(_pages.get((_version(index), "changes"), lambda: _cut("changes", findings.changes(index))))


async def priorities(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    """What people would do next, everywhere."""
    index = await _index(desk, round_id)
    made = _pages.get((_version(index), "priorities"), lambda: _cut("priorities", findings.priorities(index)))
    return desk.fill(made)


async def a_file(desk: NamedDependency[Desk], round_id: FromPath[str], file: FromPath[str]) -> Response[bytes]:
    """The release, or a table of it, to take away. Beside the loop: a large Trust's takes a moment."""
    made = await asyncio.to_thread(downloads.make, await _index(desk, round_id), file)
    headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{made.name}"'}
    return Response(made.body, media_type=made.media_type, headers=headers)


async def method(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    """How the round's results were worked out, and what was agreed before it."""
    index = await _index(desk, round_id)
    made = _pages.get((_version(index), "method"), lambda: _cut("method", texts.method(index)))
    return desk.fill(made)


async def comments(desk: NamedDependency[Desk], round_id: FromPath[str]) -> Response[bytes]:
    """What staff wrote, as far as it has been released. Made anew each time: pages with free text are not kept."""
    async with desk.connection() as db:
        edition = await reading.edition(db, desk.whose, round_id)
        released = await reviewing.released(db, desk.whose, round_id)
    return desk.send("reading/comments.html", texts.comments(desk.organisation, edition, released))


async def _index(desk: Desk, round_id: str) -> Index:
    """What this visitor may see of a release: another's part of it is never taken for theirs."""
    within = desk.visitor.who.unit_id
    async with desk.connection() as db:
        result = await reading.find(db, desk.whose, round_id, within)
    key = (desk.whose, round_id, result.edition.number, result.edition.digest, within)
    return _indexes.get(key, lambda: Index(result))


def _version(index: Index) -> tuple[str, int, str, UUID | None]:
    return index.edition.round_id, index.edition.number, index.edition.digest, index.result.within


def _cut(template: str, page: msgspec.Struct) -> Cut:
    return rendering.cut(rendering.render(f"reading/{template}.html", page))
