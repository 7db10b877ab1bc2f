"""What somebody had typed when their session ended, shown back to them: to send it now, or to let it go."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from markupsafe import Markup

from survey.db import Database
from survey.operations import resuming
from survey.pages import replies
from survey.pages.console import frame
from survey.pages.rendering import Shell
from survey.pages.visiting import Visitor


class Typed(msgspec.Struct, frozen=True):
    """A field to send again, and what it is called on this page."""

    name: str
    value: str
    called: str


class KeptPage(msgspec.Struct, frozen=True):
    """`action` is where the form was going; without one there is nothing to send any more."""

    shell: Shell
    title: str
    csrf: Markup
    action: str
    fields: tuple[Typed, ...]


async def kept(
    request: Request[Any, Any, Any], database: NamedDependency[Database], visitor: NamedDependency[Visitor]
) -> Response[bytes]:
    """Looking changes nothing: what is kept goes when it is let go, or after an hour."""
    async with database.connection() as db:
        form = await resuming.kept(db, visitor.secret)
    fields = form.fields if form else ()
    page = KeptPage(
        shell=frame.shell(visitor.who),
        title="What you entered before you were signed out" if form else "There is nothing left to send",
        csrf=frame.CSRF,
        action=form.path if form else "",
        fields=tuple(Typed(name, value, _called(name)) for name, value in fields),
    )
    return frame.send(request, visitor, "resuming/kept.html", page)


def _called(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


async def forget(database: NamedDependency[Database], visitor: NamedDependency[Visitor]) -> Response[bytes]:
    async with database.connection() as db:
        await resuming.forget(db, visitor.secret)
    return replies.redirect("/")
