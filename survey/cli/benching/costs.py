"""What one request of each kind costs once everything is warm: the same one again and again, nothing beside it."""

import time
from collections.abc import Awaitable, Callable
from urllib.parse import urljoin

import msgspec

from survey.cli.benching import cpu, forms, statements
from survey.cli.benching.http import Connection
from survey.cli.benching.ledger import Ledger
from survey.cli.benching.respondents import Respondent
from survey.cli.benching.scratch import Scratch

Once = Callable[[int], Awaitable[object]]


class Cost(msgspec.Struct, frozen=True):
    """Milliseconds of processor time a request, and how many statements Postgres ran for it."""

    kind: str
    app: float
    postgres: float
    statements: float

    @property
    def both(self) -> float:
        return self.app + self.postgres


class Loop:
    """Repeats requests of one person who has taken part, over one connection."""

    def __init__(self, on: Scratch, app: int, person: Respondent, seconds: float) -> None:
        self._on, self._app, self._person, self._seconds = on, app, person, seconds
        self._unnoted = Ledger()
        self._base = person.path.rpartition("/")[0] + "/"

    async def measure(self) -> list[Cost]:
        settings = self._on.config
        async with Connection(settings.host, settings.port) as connection:
            gets = {"landing": self._person.path, "question": "q/1", "check": "check", "sent": "sent"}
            found = [
                await self._repeat(f"GET {kind}", self._get(connection, kind, path)) for kind, path in gets.items()
            ]
            found.append(await self._repeat("POST continue", await self._continue(connection)))
            again = self._person.send_again
            found.append(await self._repeat("POST submit", lambda _: again(connection, self._unnoted)))
        return found

    def _get(self, connection: Connection, kind: str, path: str) -> Once:
        address = urljoin(self._base, path)
        return lambda _: self._person.get(connection, self._unnoted, kind, address)

    async def _continue(self, connection: Connection) -> Once:
        """Two forms in turn, so that every one changes an answer. The second is what the person had chosen."""
        address = urljoin(self._base, "q/1")
        form = forms.read(await self._person.get(connection, self._unnoted, "question", address))
        first = form.controls[0]
        before = fields_of(form, self._person)
        other = next(value for value in first.values if (first.name, value) not in before)
        changed = [(name, other if name == first.name else value) for name, value in before]
        turns = (changed, before)
        return lambda number: self._person.post(connection, self._unnoted, "continue", address, turns[number % 2])

    async def _repeat(self, kind: str, once: Once) -> Cost:
        """An even number of times, for about the wanted seconds."""
        for number in range(20):
            await once(number)
        await statements.reset(self._on.db)
        before, number = cpu.spent(self._app, self._on.postgres), 0
        while number % 2 or time.perf_counter() - before.wall < self._seconds:
            await once(number)
            number += 1
        used = cpu.spent(self._app, self._on.postgres) - before
        asked = sum(statement.calls for statement in await statements.counted(self._on.db))
        return Cost(kind, 1000 * used.app / number, 1000 * used.postgres / number, asked / number)


def fields_of(form: forms.Form, person: Respondent) -> list[tuple[str, str]]:
    """The form with the answers that the person gave."""
    given = list(form.hidden)
    for control in form.controls:
        item, _, place = control.name.partition(".")
        values = person.answers.get(item, ())
        given += [(control.name, value) for value in (values[int(place) - 1 :][:1] if place else values)]
    return given
