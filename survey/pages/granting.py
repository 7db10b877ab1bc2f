"""API keys: a list, a form to make one, a button to take one back. A key is only on the page that made it."""

from collections.abc import Sequence

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey.errors import BadInput, Problem
from survey.languages import times
from survey.operations import granting
from survey.operations.granting import Key
from survey.operations.repeating import MadeAlready
from survey.pages.console import mistakes, ordering
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Field
from survey.pages.console.frame import CSRF
from survey.pages.console.ordering import Column, Head
from survey.pages.rendering import Link, Shell

_DAYS = "90"
COLUMNS = (
    Column[Key]("Name", "name", lambda key: ordering.natural(key.name)),
    Column[Key]("Until when", "until", lambda key: key.expires_at),
)


class KeyLine(msgspec.Struct, frozen=True):
    id: str
    name: str
    until: str
    expired: bool


class KeysPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    csrf: Markup
    heads: tuple[Head, ...]
    keys: tuple[KeyLine, ...]
    name: Field
    days: Field
    problems: tuple[Link, ...]
    description: str
    notice: str = ""


class NewKeyPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    back: Link
    name: str
    secret: str
    until: str
    example: str


async def keys(desk: NamedDependency[Desk]) -> Response[bytes]:
    return await _keys(desk, "", _DAYS)


async def _keys(desk: Desk, name: str, days: str, bad: BadInput | MadeAlready | None = None) -> Response[bytes]:
    async with desk.connection() as db:
        found = await granting.list_keys(db, desk.whose)
    if isinstance(bad, MadeAlready):
        notice = _made_already(bad.made, found)
        page = msgspec.structs.replace(_page(desk, found, "", _DAYS, None), notice=notice)
        return desk.send("granting/keys.html", page, bad.status)
    return desk.send("granting/keys.html", _page(desk, found, name, days, bad), bad.status if bad else 200)


def _made_already(made: str, found: Sequence[Key]) -> str:
    name = next((f" for {key.name}" for key in found if key.id == made), "")
    return (
        f"The key{name} has been made already, and is not shown again. Nothing was made now. If you did not copy it, "
        "take it back and make another."
    )


def _page(desk: Desk, found: Sequence[Key], name: str, days: str, bad: BadInput | None) -> KeysPage:
    said = mistakes.by_place(bad)
    called = Field("name", "What will use it", name, "For example “Power BI”.", said.get("name", ""), 20)
    lasting = Field(
        "days", "For how many days", days, f"At most {granting.MOST_DAYS}.", said.get("days", ""), 4, numeric=True
    )
    problems = mistakes.links(said, called, lasting)
    order = ordering.chosen(COLUMNS, desk.asked("order"))
    return KeysPage(
        shell=desk.shell,
        title=mistakes.title("API keys", problems),
        csrf=CSRF,
        heads=order.heads("/keys"),
        keys=tuple(
            KeyLine(k.id, k.name, times.spoken(k.expires_at, desk.zone), k.expired) for k in order.arrange(found)
        ),
        name=called,
        days=lasting,
        problems=problems,
        description=f"{desk.config.console}/api",
    )


async def make(desk: NamedDependency[Desk]) -> Response[bytes]:
    """A new key: shown here, and never again."""
    name, days = desk.one("name"), desk.one("days")
    try:
        async with desk.making("key.make", days=_whole(days)) as (db, note):
            made = await granting.new_key(db, desk.whose, name, _whole(days))
            note.subject = made.key.id
    except (BadInput, MadeAlready) as bad:
        return await _keys(desk, name, days, bad)
    page = NewKeyPage(
        shell=desk.shell,
        title=f"A key for {made.key.name}",
        back=Link("API keys", "/keys"),
        name=made.key.name,
        secret=made.secret,
        until=times.spoken(made.key.expires_at, desk.zone),
        example=f"curl -H 'Authorization: Bearer {made.secret}' {desk.config.console}/api/v1/rounds",
    )
    return desk.send("granting/made.html", page)


def _whole(days: str) -> int:
    if not (days.isascii() and days.isdigit() and len(days) < 6):
        raise BadInput([Problem("days", "give a whole number of days.")])
    return int(days)


async def revoke(desk: NamedDependency[Desk], key: FromPath[str]) -> Response[bytes]:
    async with desk.recorded("key.revoke", key[:64]) as db:
        await granting.revoke(db, desk.whose, key)
    return desk.go("/keys")
