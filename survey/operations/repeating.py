"""A form that makes something makes it once, however often it is sent: pressed twice, or its result loaded again.

A form is shown with a random id. What is remembered is a hash of that id and of all that was sent with it, under the
account that sent it. So the id names nothing that is made: whoever chooses it can neither overwrite nor learn of what
another made with it. The same form with other contents is another form: somebody who goes back, writes another name and
presses again wants another thing made.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import msgspec

from survey import errors
from survey.db import Db
from survey.operations.recording import Note
from survey.store import sent_forms

FIELD = "once"
"""The field that carries a form's id."""


class MadeAlready(errors.Refused):
    """This form was sent before, and what it asks for has been made. Nothing was made now."""

    title = "Made already"

    def __init__(self, made: str) -> None:
        super().__init__()
        self.made = made
        """The id of what was made."""


def mark(path: str, form: Mapping[str, Sequence[str]]) -> bytes | None:
    """What is remembered of a form sent to `path`; None for one without an id, which can be sent again and again."""
    if not form.get(FIELD, [""])[0]:
        return None
    told = sorted((name, list(values)) for name, values in form.items() if name != "csrf")
    return hashlib.sha256(msgspec.json.encode((path, told))).digest()


@asynccontextmanager
async def once(db: Db, organisation_id: UUID, account_id: UUID, mark: bytes | None, note: Note) -> AsyncIterator[None]:
    """Around what makes something, in its transaction: `note.subject` says afterwards what. Raises MadeAlready for a
    form that was sent before; of two that come at the same moment the second waits for the first."""
    if mark is None:
        yield
        return
    if not await sent_forms.add(db, organisation_id, account_id, mark):
        raise MadeAlready(await sent_forms.find(db, organisation_id, account_id, mark))
    yield
    await sent_forms.note(db, organisation_id, account_id, mark, note.subject)
