"""Step 1: what the round is called, and which questionnaire it asks."""

from collections.abc import Mapping, Sequence

import msgspec

from survey import errors
from survey.db import Db
from survey.operations import authoring
from survey.operations.authoring import Version
from survey.operations.launching import Round
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Choices, Field, Option
from survey.pages.launching.steps import Changes, Said

LONGEST = 100


class Body(msgspec.Struct, frozen=True):
    """`questionnaire` has no options where there is no questionnaire yet."""

    name: Field
    questionnaire: Choices


class Naming:
    key, title, short = "questions", "What do you want to ask?", "Questions"
    fields: Mapping[str, str] = {"name": "name", "questionnaire": "questionnaire"}

    async def body(self, desk: Desk, db: Db, round_: Round, told: Mapping[str, str], again: bool) -> Body:
        versions = await authoring.list_all(db, desk.whose)
        if again:
            return form(versions, desk.one("name"), desk.one("questionnaire"), told)
        return form(versions, round_.name, round_.questionnaire_hash, told)

    async def read(self, desk: Desk, db: Db, round_: Round) -> Changes:
        return read(desk)

    def said(self, round_: Round, desk: Desk, names: Mapping[str, str]) -> Said:
        known = names.get(round_.questionnaire_hash, "")
        version = f"version {round_.questionnaire_hash[:8]}"
        return (("Name", round_.name), ("Questionnaire", f"{known} ({version})" if known else version.capitalize()))


def form(versions: Sequence[Version], name: str, chosen: str, told: Mapping[str, str]) -> Body:
    options = tuple(
        Option(
            one.questionnaire_hash,
            one.title,
            f"Version {one.questionnaire_hash[:8]}, added on {one.added_at.day} {one.added_at:%B %Y}",
            one.questionnaire_hash == chosen or len(versions) == 1,
        )
        for one in versions
    )
    return Body(
        Field(
            "name",
            "Name of the round",
            name,
            "Staff do not see it. For example: Autumn 2026.",
            told.get("name", ""),
            20,
        ),
        Choices("questionnaire", "Questionnaire", options, error=told.get("questionnaire", "")),
    )


def read(desk: Desk) -> Changes:
    name, chosen = desk.one("name"), desk.one("questionnaire")
    problems = []
    if not name or len(name) > LONGEST:
        problems.append(
            errors.Problem("name", "enter a name", f"of at most {LONGEST} characters, such as Autumn 2026.")
        )
    if not chosen:
        problems.append(errors.Problem("questionnaire", "choose a questionnaire."))
    if problems:
        raise errors.BadInput(problems)
    return {"name": name, "questionnaire_hash": chosen}


STEP = Naming()
