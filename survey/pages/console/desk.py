"""One request of somebody who is signed in: who they are, what they sent, and how an answer goes back."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency

from survey.config import Config
from survey.core import access
from survey.core.access import Action
from survey.db import Database, Db
from survey.operations import recording, repeating
from survey.pages import rendering, replies
from survey.pages.console import frame
from survey.pages.rendering import Cut, Shell
from survey.pages.visiting import Visitor
from survey.sealing import KeyRing


class Desk:
    """What handlers are given instead of the request."""

    def __init__(self, request: Request[Any, Any, Any], config: Config, database: Database, visitor: Visitor):
        self.request, self.config, self.database, self.visitor = request, config, database, visitor

    @property
    def whose(self) -> UUID:
        return self.visitor.who.organisation_id

    @property
    def organisation(self) -> str:
        return self.visitor.who.organisation

    @property
    def zone(self) -> str:
        return self.config.clock_zone

    @property
    def shell(self) -> Shell:
        return frame.shell(self.organisation)

    @property
    def secret(self) -> bytes:
        return self.config.secret_bytes()

    @property
    def keys(self) -> KeyRing:
        return KeyRing(self.config.key_directory(), self.secret)

    def may(self, action: Action) -> bool:
        return access.may(self.visitor.who, action)

    def one(self, name: str) -> str:
        """A field's value without the spaces around it; empty where it was not sent."""
        return self.visitor.value(name)

    def all(self, name: str) -> list[str]:
        return [value for value in self.visitor.form.get(name, []) if value]

    def asked(self, name: str) -> str:
        """A value from the address."""
        return str(self.request.query_params.get(name, ""))

    def connection(self) -> AbstractAsyncContextManager[Db]:
        return self.database.connection()

    def unhurried(self) -> AbstractAsyncContextManager[Db]:
        """For what may take longer than requests are given."""
        return self.database.unhurried()

    @asynccontextmanager
    async def recorded(self, action: str, subject: str = "", /, **details: recording.Detail) -> AsyncIterator[Db]:
        """A connection in a transaction that ends with an entry in the audit log."""
        async with self.noted(action, subject, **details) as (db, _):
            yield db

    @asynccontextmanager
    async def noted(
        self, action: str, subject: str = "", /, **details: recording.Detail
    ) -> AsyncIterator[tuple[Db, recording.Note]]:
        """The same, for what is known only afterwards: `note.subject` and `note.details` can still be set."""
        async with (
            self.connection() as db,
            recording.recorded(db, self.visitor.actor, action, subject, details) as note,
        ):
            yield db, note

    @asynccontextmanager
    async def making(
        self, action: str, subject: str = "", /, **details: recording.Detail
    ) -> AsyncIterator[tuple[Db, recording.Note]]:
        """The same, for what makes something by a form with `once()` in it. Raises MadeAlready where that form was sent
        before, so that what is in the block is not done."""
        mark, who = repeating.mark(self.request.scope["path"], self.visitor.form), self.visitor.who
        async with (
            self.noted(action, subject, **details) as (db, note),
            repeating.once(db, who.organisation_id, who.account_id, mark, note),
        ):
            yield db, note

    def send(
        self, template: str, page: msgspec.Struct, status: int = 200, headers: dict[str, str] | None = None
    ) -> Response[bytes]:
        """A page made for this one visit."""
        return self.fill(rendering.cut(rendering.render(template, page)), status, headers)

    def fill(self, page: Cut, status: int = 200, headers: dict[str, str] | None = None) -> Response[bytes]:
        """A page that may be kept, for this visitor."""
        return frame.fill(self.request, self.visitor, page, status, headers)

    def go(self, address: str) -> Response[bytes]:
        return replies.redirect(address)


async def provide(
    request: Request[Any, Any, Any],
    config: NamedDependency[Config],
    database: NamedDependency[Database],
    visitor: NamedDependency[Visitor],
) -> Desk:
    return Desk(request, config, database, visitor)
