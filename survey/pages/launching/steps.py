"""A step of preparing a round: what its page asks, what it makes of the answers, and how a draft says them."""

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from survey.db import Db
from survey.operations.launching import Round
from survey.pages.console.desk import Desk

Changes = dict[str, Any]
"""What `drafting.change` is to change, by the name of its argument."""
Said = tuple[tuple[str, str], ...]
"""Settings in words: what each is called, and what it is."""


class Step(Protocol):
    """`fields` tells which field of the page a problem's place is."""

    key: str
    title: str
    short: str
    fields: Mapping[str, str]

    async def body(self, desk: Desk, db: Db, round_: Round, told: Mapping[str, str], again: bool) -> msgspec.Struct:
        """The step's own part of the page; `again`: as it was filled in, with what is `told` at its fields."""

    async def read(self, desk: Desk, db: Db, round_: Round) -> Changes:
        """What was filled in. Raises BadInput."""

    def said(self, round_: Round, desk: Desk, names: Mapping[str, str]) -> Said:
        """What a draft has settled here. `names` are those of units, by id."""


def with_changes(round_: Round, changes: Changes) -> Round:
    """The draft as it would be."""
    documents = {"plan": "plan", "population": "population", "reach": "reach"}
    made: Changes = {}
    for name, value in changes.items():
        if name == "window":
            made["opens_at"], made["closes_at"] = value
        else:
            made[name] = msgspec.json.encode(value).decode() if name in documents else value
    return msgspec.structs.replace(round_, **made)
