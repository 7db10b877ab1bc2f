"""The form by which everybody who sits in a unit is moved to another: before it is closed, or when it has been."""

from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey.errors import BadInput
from survey.operations import arranging, correcting
from survey.operations.arranging import Forest
from survey.pages.console import mistakes, wording
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Option, Select
from survey.pages.console.frame import CSRF
from survey.pages.staffing import words
from survey.pages.staffing.arranging import ChangePage, said


async def ask(desk: NamedDependency[Desk], unit_id: FromPath[str]) -> Response[bytes]:
    async with desk.connection() as db:
        forest = await arranging.forest(db, desk.whose)
    if not forest.sitting.get(forest.find(unit_id).id):
        return desk.go(words.address(unit_id))
    return desk.send("staffing/change.html", _page(desk, forest, unit_id, None))


async def do(desk: NamedDependency[Desk], unit_id: FromPath[str]) -> Response[bytes]:
    to = desk.one("target")
    try:
        async with desk.noted("unit.move_people", unit_id, to=to) as (db, note):
            note.details["people"] = await correcting.move_all(db, desk.whose, unit_id, to)
    except BadInput as bad:
        async with desk.connection() as db:
            page = _page(desk, await arranging.forest(db, desk.whose), unit_id, bad)
        return desk.send("staffing/change.html", page, bad.status)
    return desk.go(words.address(unit_id))


def _page(desk: Desk, forest: Forest, unit_id: str, bad: BadInput | None) -> ChangePage:
    place = forest.find(unit_id)
    count = forest.sitting.get(place.id, 0)
    wrong = said(bad)
    options = (Option("", "Choose a unit"), *words.choices(forest, desk.one("target"), desk.zone, [place.id]))
    target = Select("target", "Move them to", options, error=wrong.get("target", ""))
    problems = mistakes.links(wrong, target)
    title = f"Move the people of “{place.name}”"
    return ChangePage(
        shell=desk.shell,
        title=mistakes.title(title, problems),
        csrf=CSRF,
        problems=problems,
        action=words.moving_address(place.id),
        back=words.address(place.id),
        unit=title,
        what=f"{wording.people(count)} in it, but nobody in units below. This takes effect now. To carry the unit’s "
        "results on in another one, merge it instead. Rounds that have been launched keep everybody where they were.",
        name=None,
        target=target,
        day=None,
        button=f"Move {wording.people(count)}",
    )
