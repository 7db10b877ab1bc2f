"""What somebody had typed when their session ended, shown back to them: to send it now, or to let it go."""

import re

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from markupsafe import Markup

from survey.operations import repeating, resuming
from survey.pages.console.desk import Desk
from survey.pages.console.frame import CSRF
from survey.pages.rendering import Shell


class Typed(msgspec.Struct, frozen=True):
    """A field to send again, what it is called on this page, and what is shown of it: nothing where it was left
    empty."""

    name: str
    value: str
    called: str
    shown: str


class KeptPage(msgspec.Struct, frozen=True):
    """`action` is where the form was going; without one there is nothing to send any more."""

    shell: Shell
    title: str
    csrf: Markup
    action: str
    fields: tuple[Typed, ...]


async def kept(desk: NamedDependency[Desk]) -> Response[bytes]:
    """Looking changes nothing: what is kept goes when it is let go, or after an hour."""
    async with desk.connection() as db:
        form = await resuming.kept(db, desk.visitor.secret)
    fields = form.fields if form else ()
    page = KeptPage(
        shell=desk.shell,
        title="What you entered before you were signed out" if form else "There is nothing left to send",
        csrf=CSRF,
        action=form.path if form else "",
        fields=tuple(Typed(name, value, _called(name), _shown(name, value)) for name, value in fields),
    )
    return desk.send("resuming/kept.html", page)


def _called(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _shown(name: str, value: str) -> str:
    """What was chosen from a list of names is an id here, which tells nobody anything. A form's own is left out."""
    if name == repeating.FIELD:
        return ""
    return "As you chose it" if _ID.fullmatch(value) else value


_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def forget(desk: NamedDependency[Desk]) -> Response[bytes]:
    async with desk.connection() as db:
        await resuming.forget(db, desk.visitor.secret)
    return desk.go("/")
