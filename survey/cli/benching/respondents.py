"""Respondents: each follows the real pages from the link to “sent”, as a browser on a phone would ask for them.

Style sheets are not fetched: a browser does that once, and keeps them for good.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlencode, urljoin

from survey.cli.benching import forms
from survey.cli.benching.http import Astray, Connection, Reply
from survey.cli.benching.ledger import Ledger
from survey.core.answers import Answers

PATIENCE = 60.0
"""Seconds after which a respondent gives up."""
_BROWSER = (
    b"host: %s\r\n"
    b"user-agent: Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    b"Chrome/140.0.0.0 Mobile Safari/537.36\r\n"
    b"accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
    b"accept-language: en-GB,en;q=0.9\r\naccept-encoding: gzip, deflate, br\r\n"
    b"sec-fetch-site: same-origin\r\nsec-fetch-mode: navigate\r\nsec-fetch-dest: document\r\nsec-fetch-user: ?1\r\n"
    b"upgrade-insecure-requests: 1\r\n"
)
_FORM = b"origin: null\r\ncontent-type: application/x-www-form-urlencoded\r\n"


class Respondent:
    """One person with a link. `answers` are what they chose; `acknowledged`: the server said that they were sent."""

    def __init__(self, number: int, path: str, host: str, port: int) -> None:
        self.number, self.path, self._address = number, path, (host, port)
        self.token = path.rpartition("/")[2]
        self.answers: Answers = {}
        self.acknowledged = False
        self.trouble = ""
        self.sending: tuple[str, list[tuple[str, str]]] = ("", [])
        self.headers = _BROWSER % f"{host}:{port}".encode()
        self._chance = random.Random(number)  # noqa: S311 - invented answers, not a secret

    async def take_part(self, ledger: Ledger) -> None:
        """Everything from the link to “sent”. What goes wrong is kept in `trouble`, without the link in it."""
        try:
            async with asyncio.timeout(PATIENCE), Connection(*self._address) as connection:
                await self._take_part(connection, ledger)
        except (Astray, OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            self.trouble = str(error) or type(error).__name__

    async def _take_part(self, connection: Connection, ledger: Ledger) -> None:
        await self.get(connection, ledger, "landing", self.path)
        reply = await self._ask(connection, ledger, "start", "POST", self.path, _FORM)
        here = led(reply, self.path)
        self.headers += b"cookie: %s\r\n" % reply.headers["set-cookie"].partition(";")[0].encode()
        page = await self.get(connection, ledger, "unit", here)
        here = urljoin(here, forms.onward(page) or "")
        while "/q/" in here:
            page = await self.get(connection, ledger, "question", here)
            here = await self._continue(connection, ledger, here, page)
        await self._send(connection, ledger, here)

    async def _continue(self, connection: Connection, ledger: Ledger, here: str, page: str) -> str:
        form = forms.read(page)
        fields, answers = forms.fill(form, f"Remark of respondent {self.number}.", self._chance)
        self.answers |= answers
        reply = await self.post(connection, ledger, "continue", urljoin(here, form.action), fields)
        return led(reply, here)

    async def _send(self, connection: Connection, ledger: Ledger, here: str) -> None:
        form = forms.read(await self.get(connection, ledger, "check", here))
        self.sending = (urljoin(here, form.action), form.hidden)
        here = led(await self.send_again(connection, ledger), here)
        if not here.endswith("/sent"):
            raise Astray("After sending, the server led elsewhere than to “sent”.")
        self.acknowledged = True
        await self.get(connection, ledger, "sent", here)

    async def send_again(self, connection: Connection, ledger: Ledger) -> Reply:
        """Press “Send my answers” on the check page, as it was."""
        return await self.post(connection, ledger, "submit", *self.sending)

    async def get(self, connection: Connection, ledger: Ledger, kind: str, path: str) -> str:
        reply = await self._ask(connection, ledger, kind, "GET", path)
        if reply.status != 200:
            raise Astray(f"The page “{kind}” was answered with status {reply.status}.")
        return reply.text

    async def post(
        self, connection: Connection, ledger: Ledger, kind: str, path: str, fields: Sequence[tuple[str, str]]
    ) -> Reply:
        """Send a form. Raises Astray unless it is taken, which a redirect says."""
        reply = await self._ask(connection, ledger, kind, "POST", path, _FORM, urlencode(fields).encode())
        led(reply, path)
        return reply

    async def _ask(
        self,
        connection: Connection,
        ledger: Ledger,
        kind: str,
        method: str,
        path: str,
        more: bytes = b"",
        body: bytes = b"",
    ) -> Reply:
        before, started = connection.sent, time.perf_counter()
        reply = await connection.ask(method, path, self.headers + more, body)
        ledger.note(kind, time.perf_counter() - started, connection.sent - before, reply.received)
        return reply


def led(reply: Reply, here: str) -> str:
    """Where the answer to a form leads. Raises Astray where it leads nowhere."""
    if reply.status != 303:
        raise Astray(f"A form was answered with status {reply.status}.")
    return urljoin(here, reply.headers["location"])


async def crowd(
    people: Sequence[Respondent], at_once: int, ledger: Ledger, advance: Callable[[], None] = lambda: None
) -> None:
    """Have everybody take part, `at_once` at any moment. `advance` is called as each is done."""
    waiting = iter(people)

    async def one_after_another() -> None:
        for person in waiting:
            await person.take_part(ledger)
            advance()

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one_after_another())
