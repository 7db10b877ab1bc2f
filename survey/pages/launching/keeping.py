"""Step 6: who keeps the key that opens the answers."""

from collections.abc import Mapping

import msgspec

from survey import errors
from survey.core.rounds import HANDED
from survey.db import Db
from survey.operations.launching import Round
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Choices, Option
from survey.pages.launching.steps import Changes, Said


class Body(msgspec.Struct, frozen=True):
    """`split`: three people keep it. `handed`: their shares are handed out."""

    custody: Choices
    split: bool
    handed: bool


class Keeping:
    key, title, short = "key", "Who keeps the key to the answers?", "The key"
    fields: Mapping[str, str] = {"custody": "custody"}

    async def body(self, desk: Desk, db: Db, round_: Round, told: Mapping[str, str], again: bool) -> Body:
        custody = desk.one("custody") if again else round_.settings.custody
        options = (
            Option(
                "service",
                "The service",
                "The round closes by itself on its date. Whoever runs the service and holds its database, its key "
                "directory and its secret together could read answers while the round is open.",
                custody == "service",
            ),
            Option(
                "split",
                "Three people, of whom two must be present",
                "The key is stored nowhere. Three people get a share of 33 words each; any two of them open the "
                "answers after the round has closed. If two shares are lost, so are the answers.",
                custody == "split",
            ),
        )
        split = round_.settings.custody == "split"
        return Body(
            Choices("custody", "Who keeps the key", options, error=told.get("custody", "")),
            split,
            split and round_.shares_handed >= HANDED,
        )

    async def read(self, desk: Desk, db: Db, round_: Round) -> Changes:
        custody = desk.one("custody")
        if custody not in {"service", "split"}:
            raise errors.BadInput([errors.Problem("custody", "choose who keeps the key.")])
        return {"plan": msgspec.structs.replace(round_.settings, custody=custody)}

    def said(self, round_: Round, desk: Desk, names: Mapping[str, str]) -> Said:
        if round_.settings.custody == "service":
            return (("Kept by", "The service"),)
        handed = "Handed out" if round_.shares_handed >= HANDED else "Not handed out yet"
        return (("Kept by", "Three people, of whom two must be present"), ("Their shares", handed))


STEP = Keeping()
