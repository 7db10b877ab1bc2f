"""A respondent who reads pages and presses buttons, as tests speak of one."""

from typing import Any

import httpx
from lxml import html


class Page:
    """An answer of the server's, as a person sees it."""

    def __init__(self, response: httpx.Response) -> None:
        self.response, self.status, self.location = response, response.status_code, response.headers.get("location", "")
        self.tree: Any = html.document_fromstring(response.text) if response.text.strip() else None

    def all(self, xpath: str) -> list[Any]:
        return list(self.tree.xpath(xpath))

    def one(self, xpath: str) -> Any:
        found = self.all(xpath)
        assert len(found) == 1, f"{len(found)} of {xpath} in\n{self.response.text}"
        return found[0]

    def text(self, xpath: str) -> str:
        return " ".join(self.one(xpath).text_content().split())

    @property
    def title(self) -> str:
        return self.text("//title")

    @property
    def words(self) -> str:
        return " ".join(self.tree.body.text_content().split())

    def filled(self, form: int = 0) -> dict[str, list[str]]:
        """What a form would send as it stands, its buttons aside. The first line break in a textarea is markup."""
        sent: dict[str, list[str]] = {}
        for name, value in self.all("//form")[form].form_values():
            sent.setdefault(name, []).append(value.removeprefix("\n"))
        return sent


class Person:
    """Holds one link. `path` is the link's; `here` is below it: "q/1", "check"."""

    def __init__(self, client: httpx.AsyncClient, path: str) -> None:
        self.client, self.path = client, path
        self.round = path.rsplit("/", 1)[0]
        self.token = path.rsplit("/", 1)[1]

    async def get(self, here: str) -> Page:
        return Page(await self.client.get(f"{self.round}/{here}"))

    async def post(self, here: str, form: dict[str, Any]) -> Page:
        return Page(await self.client.post(f"{self.round}/{here}", data=form))

    async def start(self) -> Page:
        return Page(await self.client.post(self.path, headers={"sec-fetch-site": "same-origin"}))

    async def answer(self, here: str, press: dict[str, str] | None = None, **given: Any) -> Page:
        """Open a question page, fill some of it in, and press Continue, or another button."""
        page = await self.get(here)
        assert page.status == 200, page.response
        form: dict[str, Any] = page.filled() | {name.replace("__", "."): value for name, value in given.items()}
        return await self.post(here, form | (press or {}))

    async def press(self, here: str, action: str) -> Page:
        """Open a page and press the button of the form that goes to `action`."""
        page = await self.get(here)
        form = next(form for form in page.all("//form") if form.get("action") == action)
        return await self.post(action, dict(form.form_values()))
