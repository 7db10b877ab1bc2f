"""The form by which a unit is added that no staff list has brought yet: one that others are to be moved to, say."""

from litestar import Response
from litestar.di import NamedDependency

from survey.errors import BadInput
from survey.operations import arranging
from survey.operations.arranging import Forest
from survey.operations.repeating import MadeAlready
from survey.pages.console import mistakes
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Field, Option, Select
from survey.pages.console.frame import CSRF
from survey.pages.staffing import words
from survey.pages.staffing.arranging import TOP, ChangePage, said


async def ask(desk: NamedDependency[Desk]) -> Response[bytes]:
    async with desk.connection() as db:
        forest = await arranging.forest(db, desk.whose)
    return desk.send("staffing/change.html", _page(desk, forest, desk.asked("below"), None))


async def do(desk: NamedDependency[Desk]) -> Response[bytes]:
    below = desk.one("target")
    try:
        async with desk.making("unit.add") as (db, note):
            unit = await arranging.add(db, desk.whose, desk.one("name"), None if below == TOP else below)
            note.subject = str(unit)
    except BadInput as bad:
        async with desk.connection() as db:
            page = _page(desk, await arranging.forest(db, desk.whose), below, bad)
        return desk.send("staffing/change.html", page, bad.status)
    except MadeAlready as again:
        return desk.go(words.address(again.made))
    return desk.go(words.address(str(unit)))


def _page(desk: Desk, forest: Forest, below: str, bad: BadInput | None) -> ChangePage:
    wrong = said(bad)
    name = Field("name", "Name", desk.one("name"), error=wrong.get("name", ""))
    top = Option(TOP, f"{desk.organisation} (the top of the tree)", chosen=below == TOP)
    options = (Option("", "Choose a unit"), top, *words.choices(forest, below, desk.zone))
    target = Select("target", "It stands below", options, error=wrong.get("target", ""))
    problems = mistakes.links(wrong, name, target)
    return ChangePage(
        shell=desk.shell,
        title=mistakes.title("Add a unit", problems),
        csrf=CSRF,
        problems=problems,
        action="/staff/units/new",
        back=words.address(below) if any(place.id == below for place in forest.places) else "/staff",
        unit="Add a unit",
        what="It is there from now on, with nobody in it. Move people or other units to it, at once or from a day on. "
        "Rounds that have been launched keep the tree as it was.",
        name=name,
        target=target,
        day=None,
        button="Add this unit",
        makes=True,
    )
