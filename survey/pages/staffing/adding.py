"""The form by which a unit is added that no staff list has brought yet: one that others are to be moved to, say."""

from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency

from survey.db import Database
from survey.errors import BadInput
from survey.operations import arranging, recording
from survey.operations.arranging import Forest
from survey.pages import replies
from survey.pages.console import fields, frame
from survey.pages.console.fields import Choice, Field, Option
from survey.pages.staffing import words
from survey.pages.staffing.arranging import TOP, ChangePage, said
from survey.pages.visiting import Visitor

Asked = Request[Any, Any, Any]


async def ask(
    request: Asked, database: NamedDependency[Database], visitor: NamedDependency[Visitor]
) -> Response[bytes]:
    async with database.connection() as db:
        forest = await arranging.forest(db, visitor.who.organisation_id)
    page = _page(visitor, forest, request.query_params.get("below", ""), None)
    return frame.send(request, visitor, "staffing/change.html", page)


async def do(request: Asked, database: NamedDependency[Database], visitor: NamedDependency[Visitor]) -> Response[bytes]:
    whose, below = visitor.who.organisation_id, visitor.value("target")
    async with database.connection() as db:
        try:
            async with recording.recorded(db, visitor.actor, "unit.add") as note:
                unit = await arranging.add(db, whose, visitor.value("name"), None if below == TOP else below)
                note.subject = str(unit)
        except BadInput as bad:
            page = _page(visitor, await arranging.forest(db, whose), below, bad)
            return frame.send(request, visitor, "staffing/change.html", page, bad.status)
    return replies.redirect(words.address(str(unit)))


def _page(visitor: Visitor, forest: Forest, below: str, bad: BadInput | None) -> ChangePage:
    wrong = said(bad)
    name = Field("name", "Name", visitor.value("name"), error=wrong.get("name", ""))
    top = Option(TOP, f"{visitor.who.organisation} (the top of the tree)", below == TOP)
    options = (Option("", "Choose a unit"), top, *words.choices(forest, below))
    target = Choice("target", "It stands below", options, error=wrong.get("target", ""))
    mistakes = fields.mistakes(wrong, (name, target))
    return ChangePage(
        shell=frame.shell(visitor.who),
        title=fields.title("Add a unit", mistakes),
        csrf=frame.CSRF,
        mistakes=mistakes,
        action="/staff/units/new",
        back=words.address(below) if any(place.id == below for place in forest.places) else "/staff",
        unit="Add a unit",
        what="It is there from now on, with nobody in it. Move people or other units to it, at once or from a day on. "
        "Rounds that have been launched keep the tree as it was.",
        name=name,
        target=target,
        day=None,
        button="Add this unit",
    )
