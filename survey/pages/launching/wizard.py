"""The steps in their order: showing one, taking what it sends, and telling the second of two people what differs."""

from collections.abc import Mapping

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey import errors
from survey.db import Db
from survey.operations import arranging, authoring, drafting, launching
from survey.operations.launching import Round
from survey.pages.console import mistakes, ordering
from survey.pages.console.desk import Desk
from survey.pages.console.frame import CSRF
from survey.pages.launching import asking, contacting, dating, grouping, keeping, naming
from survey.pages.launching.steps import Step, with_changes
from survey.pages.rendering import Link, Shell

STEPS: tuple[Step, ...] = (naming.STEP, asking.STEP, dating.STEP, grouping.STEP, contacting.STEP, keeping.STEP)
LOOKING = ("unfold", grouping.REORDER, grouping.REORDER_ALONE)
"""Presses that show more of the page, or show it otherwise, and store nothing."""
_BY_KEY = {step.key: step for step in STEPS}


class Difference(msgspec.Struct, frozen=True):
    """A setting of which somebody else has stored something else meanwhile."""

    what: str
    stored: str
    typed: str


class StepPage(msgspec.Struct, frozen=True):
    """`place`: "Step 2 of 6". `origin`: "review" where the review leads here and is led back to. `overtaken`: somebody
    else changed the draft since this page was opened."""

    shell: Shell
    title: str
    csrf: Markup
    back: Link
    place: str
    heading: str
    action: str
    version: int
    origin: str
    problems: tuple[Link, ...]
    overtaken: bool
    differences: tuple[Difference, ...]
    body: msgspec.Struct


async def new(desk: NamedDependency[Desk]) -> Response[bytes]:
    async with desk.connection() as db:
        return desk.send("launching/questions.html", await _new(desk, db, {}))


async def begin(desk: NamedDependency[Desk]) -> Response[bytes]:
    """A draft begins with its first step."""
    try:
        given = naming.read(desk)
        async with desk.recorded("round.draft", "") as db:
            made = await drafting.begin(db, desk.whose, given["name"], given["questionnaire_hash"], desk.zone)
    except errors.BadInput as wrong:
        async with desk.connection() as db:
            page = await _new(desk, db, mistakes.by_field(wrong.problems, naming.STEP.fields))
        return desk.send("launching/questions.html", page, wrong.status)
    return desk.go(f"/rounds/{made.round_id}/draft/{STEPS[1].key}")


async def _new(desk: Desk, db: Db, told: Mapping[str, str]) -> StepPage:
    versions = await authoring.list_all(db, desk.whose)
    body = naming.form(versions, desk.one("name"), desk.one("questionnaire") or desk.asked("questionnaire"), told)
    return _page(desk, naming.STEP, None, body, told)


def _step(key: str) -> Step:
    if key not in _BY_KEY:
        raise errors.NotFound
    return _BY_KEY[key]


async def show(desk: NamedDependency[Desk], round_id: FromPath[str], step: FromPath[str]) -> Response[bytes]:
    chosen = _step(step)
    async with desk.connection() as db:
        round_ = await launching.overview(db, desk.whose, round_id)
        if round_.state != "draft" or round_.waits_for:
            return desk.go(f"/rounds/{round_id}?told=launched")
        body = await chosen.body(desk, db, round_, {}, again=False)
    return desk.send(f"launching/{step}.html", _page(desk, chosen, round_, body, {}))


async def take(desk: NamedDependency[Desk], round_id: FromPath[str], step: FromPath[str]) -> Response[bytes]:
    """Store the step and go on to the next, or to the review; what is wrong is told at its place."""
    chosen = _step(step)
    async with desk.connection() as db:
        round_ = await launching.overview(db, desk.whose, round_id)
    if round_.state != "draft" or round_.waits_for:
        return desk.go(f"/rounds/{round_id}?told=launched")
    if any(desk.one(press) for press in LOOKING):
        return await _unfolded(desk, chosen, round_)
    try:
        await _store(desk, chosen, round_)
    except errors.BadInput as wrong:
        told = mistakes.by_field(wrong.problems, chosen.fields)
        async with desk.connection() as db:
            body = await chosen.body(desk, db, round_, told, again=True)
        return desk.send(f"launching/{step}.html", _page(desk, chosen, round_, body, told), wrong.status)
    except drafting.Overtaken as overtaken:
        return await _overtaken(desk, chosen, overtaken)
    return desk.go(_next(desk, chosen, round_id))


async def _unfolded(desk: Desk, chosen: Step, round_: Round) -> Response[bytes]:
    """The page as it was filled in, with more of it to see or in another order. Nothing is stored."""
    async with desk.connection() as db:
        body = await chosen.body(desk, db, round_, {}, again=True)
    page = msgspec.structs.replace(_page(desk, chosen, round_, body, {}), version=_seen(desk.one("version")))
    return desk.send(f"launching/{chosen.key}.html", page)


def _seen(version: str) -> int:
    return int(version) if version.isdigit() and len(version) < 9 else 0


async def _store(desk: Desk, chosen: Step, round_: Round) -> None:
    async with desk.recorded("round.change", round_.round_id, step=chosen.key) as db:
        changes = await chosen.read(desk, db, round_)
        await drafting.change(db, desk.whose, round_.round_id, _seen(desk.one("version")), **changes)


def _next(desk: Desk, chosen: Step, round_id: str) -> str:
    if desk.one("then") == "look":
        return ordering.link(f"/rounds/{round_id}/draft/{chosen.key}", {"order": desk.one("order")})
    later = STEPS.index(chosen) + 1
    if chosen.key == "key" and desk.one("custody") == "split":
        return f"/rounds/{round_id}/shares"
    back_to_review = desk.one("from") == "review" or later == len(STEPS)
    return f"/rounds/{round_id}" if back_to_review else f"/rounds/{round_id}/draft/{STEPS[later].key}"


async def _overtaken(desk: Desk, chosen: Step, overtaken: drafting.Overtaken) -> Response[bytes]:
    """The page as it was filled in, with what the other has stored beside it. Sent again, it counts."""
    stored = overtaken.current
    async with desk.connection() as db:
        round_ = await launching.overview(db, desk.whose, stored.round_id)
        body = await chosen.body(desk, db, round_, {}, again=True)
        mine = with_changes(round_, await chosen.read(desk, db, round_))
        names = await _names(db, desk) if chosen.key == "who" else await _titles(db, desk)
    said = zip(chosen.said(round_, desk, names), chosen.said(mine, desk, names), strict=True)
    differing = tuple(Difference(what, theirs, ours) for (what, theirs), (_, ours) in said if theirs != ours)
    page = _page(desk, chosen, round_, body, {})
    page = msgspec.structs.replace(page, overtaken=True, differences=differing)
    return desk.send(f"launching/{chosen.key}.html", page, overtaken.status)


async def _names(db: Db, desk: Desk) -> dict[str, str]:
    return {place.id: place.name for place in (await arranging.forest(db, desk.whose)).places}


async def _titles(db: Db, desk: Desk) -> dict[str, str]:
    return {one.questionnaire_hash: one.title for one in await authoring.list_all(db, desk.whose)}


def _page(desk: Desk, step: Step, round_: Round | None, body: msgspec.Struct, told: Mapping[str, str]) -> StepPage:
    place = f"Step {STEPS.index(step) + 1} of {len(STEPS)}"
    return StepPage(
        shell=desk.shell,
        title=mistakes.title(f"{step.title} – {place}", told),
        csrf=CSRF,
        back=Link("All rounds", "/rounds") if round_ is None else Link(round_.name, f"/rounds/{round_.round_id}"),
        place=place,
        heading=step.title,
        action="/rounds/new" if round_ is None else f"/rounds/{round_.round_id}/draft/{step.key}",
        version=0 if round_ is None else round_.version,
        origin="review" if "review" in (desk.asked("from"), desk.one("from")) else "",
        problems=mistakes.links(told),
        overtaken=False,
        differences=(),
        body=body,
    )
