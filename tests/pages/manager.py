"""Somebody who is signed in, reads the console's pages and fills in their forms."""

from typing import Any
from uuid import UUID

import httpx

from survey.db import Database
from survey.operations import signing_in
from tests.pages.person import Page


class Manager:
    """`here` addresses are whole paths."""

    def __init__(self, client: httpx.AsyncClient, secret: str) -> None:
        self.client, self.secret = client, secret
        client.headers["cookie"] = f"__Host-session={secret}"

    async def get(self, here: str) -> Page:
        return Page(await self.client.get(here))

    async def post(self, here: str, form: dict[str, Any] | None = None) -> Page:
        return Page(await self.client.post(here, data={"csrf": signing_in.form_token(self.secret), **(form or {})}))

    async def fill(self, here: str, press: dict[str, str] | None = None, **given: Any) -> Page:
        """Open a page, fill in some of the form that goes back there, and press its button."""
        page = await self.get(here)
        assert page.status == 200, page.response
        return await self.send(page, here, press, **given)

    async def send(self, page: Page, here: str, press: dict[str, str] | None = None, **given: Any) -> Page:
        """Send the form of a page that goes to `here`, with some of it filled in anew."""
        path = here.partition("?")[0]
        position = next(n for n, form in enumerate(page.all("//form")) if form.get("action") == path)
        filled: dict[str, Any] = page.filled(position)
        filled |= {name.replace("_", "-") if "-" not in name else name: value for name, value in given.items()}
        return Page(await self.client.post(path, data=filled | (press or {})))


async def signed_in(client: httpx.AsyncClient, database: Database, whose: UUID, role: str = "manager") -> Manager:
    async with database.connection() as db:
        secret = await signing_in.sign_in(db, await signing_in.invite(db, whose, role, f"{role} {id(client)}"))
    return Manager(client, secret)
