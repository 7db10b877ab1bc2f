"""API keys: a list, a form to make one, a button to take one back. A key is only on the page that made it."""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from survey.config import Config
from survey.db import Database, Db
from survey.errors import BadInput, Problem
from survey.languages import times
from survey.operations import granting, recording
from survey.operations.granting import Key
from survey.pages import replies
from survey.pages.console import fields, frame
from survey.pages.console.fields import Field, Mistake
from survey.pages.rendering import Link, Shell
from survey.pages.visiting import Visitor

Asked = Request[Any, Any, Any]
_DAYS = "90"


class KeyLine(msgspec.Struct, frozen=True):
    id: str
    name: str
    until: str
    expired: bool


class KeysPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    csrf: Markup
    keys: tuple[KeyLine, ...]
    name: Field
    days: Field
    mistakes: tuple[Mistake, ...]
    description: str


class NewKeyPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    back: Link
    name: str
    secret: str
    until: str
    example: str


async def keys(
    request: Asked,
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
) -> Response[bytes]:
    async with database.connection() as db:
        return await _keys(request, config, db, visitor, "", _DAYS)


async def _keys(
    request: Asked, config: Config, db: Db, visitor: Visitor, name: str, days: str, bad: BadInput | None = None
) -> Response[bytes]:
    found = await granting.list_keys(db, visitor.who.organisation_id)
    page = _page(visitor, config, found, name, days, bad)
    return frame.send(request, visitor, "granting/keys.html", page, 422 if bad else 200)


def _page(
    visitor: Visitor, config: Config, found: Sequence[Key], name: str, days: str, bad: BadInput | None
) -> KeysPage:
    said = fields.by_place(bad)
    called = Field("name", "What will use it", name, "For example “Power BI”.", said.get("name", ""), "20")
    lasting = Field(
        "days", "For how many days", days, f"At most {granting.MOST_DAYS}.", said.get("days", ""), "4", "number"
    )
    mistakes = fields.mistakes(said, (called, lasting))
    return KeysPage(
        shell=frame.shell(visitor.who),
        title=fields.title("API keys", mistakes),
        csrf=frame.CSRF,
        keys=tuple(KeyLine(k.id, k.name, times.spoken(k.expires_at, config.clock_zone), k.expired) for k in found),
        name=called,
        days=lasting,
        mistakes=mistakes,
        description=f"{config.console}/api",
    )


async def make(
    request: Asked,
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
) -> Response[bytes]:
    """A new key: shown here, and never again."""
    name, days = visitor.value("name"), visitor.value("days")
    async with database.connection() as db:
        try:
            async with recording.recorded(db, visitor.actor, "key.make", details={"days": _whole(days)}) as note:
                made = await granting.new_key(db, visitor.who.organisation_id, name, _whole(days))
                note.subject = made.key.id
        except BadInput as bad:
            return await _keys(request, config, db, visitor, name, days, bad)
    page = NewKeyPage(
        shell=frame.shell(visitor.who),
        title=f"A key for {made.key.name}",
        back=Link("API keys", "/keys"),
        name=made.key.name,
        secret=made.secret,
        until=times.spoken(made.key.expires_at, config.clock_zone),
        example=f"curl -H 'Authorization: Bearer {made.secret}' {config.console}/api/v1/rounds",
    )
    return frame.send(request, visitor, "granting/made.html", page)


def _whole(days: str) -> int:
    if not (days.isascii() and days.isdigit() and len(days) < 6):
        raise BadInput([Problem("days", "give a whole number of days.")])
    return int(days)


async def revoke(
    database: NamedDependency[Database], visitor: NamedDependency[Visitor], key: FromPath[str]
) -> Response[bytes]:
    async with database.connection() as db, recording.recorded(db, visitor.actor, "key.revoke", key[:64]):
        await granting.revoke(db, visitor.who.organisation_id, key)
    return replies.redirect("/keys")
