"""A release with everything that one can have, made by hand: change, priorities, answers, shares. `HIDDEN` is what its
withheld parts would say; it is in no release, and so on no page."""

from uuid import UUID

import msgspec

from survey.core import disclosure
from survey.core.disclosure.release import (
    Change,
    Compared,
    Distribution,
    Figure,
    Priority,
    Rates,
    Share,
    Words,
)
from survey.core.questionnaire.model import Item, Text
from survey.core.rounds import Plan
from survey.db import Db
from survey.operations.reading import Edition, Result
from survey.store import questionnaires, rounds
from tests import published
from tests.published import RELEASE, ROUND

BEFORE = "Autumn 2024"
EARLIER = "mine0000"
UNSURE: Text = {"en": "I don’t know"}


def _items() -> tuple[Item, ...]:
    first, *rest = published.QUESTIONNAIRE.items
    ranking = Item(
        "FIRST", "ranking", {"en": "What should come first?"}, options=_options("Log-in", "Wi-Fi", "Tablets"), top=2
    )
    tools = Item("TOOLS", "several", {"en": "What do you use?"}, options=_options("Phone", "Tablet"))
    count = Item("COUNT", "number", {"en": "How many log-ins?"}, minimum=0, maximum=99)
    return (
        msgspec.structs.replace(first, dont_know=UNSURE, not_applicable={"en": "Not my role"}),
        *rest,
        ranking,
        tools,
        count,
    )


def _options(*names: str) -> tuple[Text, ...]:
    return tuple({"en": name} for name in names)


ASKED = msgspec.structs.replace(published.QUESTIONNAIRE, items=_items())


def _change(group: str, measure: str, difference: int, words: Words) -> Change:
    before, now = (
        Figure(50, 44, 56, "30 to 34", 60),
        Figure(50 + difference, 44 + difference, 56 + difference, "40 to 44", 60),
    )
    return Change(group, measure, words, None, group, 95, "all", now, before, difference, 7, 11)


def _changes() -> tuple[Change, ...]:
    told = {
        ("org", "services"): _change("org", "services", 4, "no clear change"),
        ("ru:0", "services"): _change("ru:0", "services", 14, "improved"),
        ("ru:0", "staff"): _change("ru:0", "staff", -13, "declined"),
        ("unit:north", "staff"): msgspec.structs.replace(
            _change("unit:north", "staff", 0, "no clear change"), items="common"
        ),
        ("ru:1", "services"): Change("ru:1", "services", why="other_people", overlap=40),
        ("ru:1", "staff"): Change("ru:1", "staff", why="at_an_end"),
        ("ru:3", "services"): Change("ru:3", "services", why="other_questions"),
        ("ru:3", "staff"): Change("ru:3", "staff", why="few_answers"),
        ("ru:3", "overall"): Change("ru:3", "overall", why="withheld_before"),
    }
    return tuple(
        told.get(
            (cell.group, cell.measure),
            Change(cell.group, cell.measure, why="withheld" if cell.reason else "not_there_before"),
        )
        for cell in RELEASE.cells
    )


def _priorities() -> tuple[Priority, ...]:
    shown = {"org": (40, 71, 39), "unit:north": (35, 80, 35), "ru:0": (60, 45, 45)}
    return tuple(
        Priority(group.id, "FIRST", option, points, points - 6, points + 6, "40 to 44")
        if (points := shown.get(group.id, (0, 0, 0))[option - 1])
        else Priority(group.id, "FIRST", option, reason="few_answers")
        for group in RELEASE.groups
        if group.kind != "staff_group"
        for option in (1, 2, 3)
    )


def _share(options: tuple[int, ...], value: int, bound: str = "exact", tone: str | None = None) -> Share:
    return Share(options, value, bound, max(0, value - 8), min(100, value + 8), tone)  # type: ignore[arg-type]


def _answers() -> tuple[Distribution, ...]:
    scale = (
        _share((1, 2), 15, tone="unfavourable"),
        _share((3,), 30, tone="middle"),
        _share((4,), 35, tone="favourable"),
        _share((5,), 20, tone="favourable"),
    )
    return (
        Distribution("org", "services1", "100 to 104", shares=scale),
        Distribution("org", "services2", reason="all_alike"),
        Distribution("org", "TOOLS", "100 to 104", shares=(_share((1,), 80), _share((2,), 5, "or_less"))),
        Distribution("org", "COUNT", "100 to 104", shares=(_share((1,), 60), _share((2, 3, 4), 40))),
        Distribution("unit:north", "services1", "70 to 74", shares=scale),
    )


FULL = msgspec.structs.replace(
    RELEASE,
    compared=Compared(EARLIER, 1, "e" * 64, ("services1",), ("services", "staff", "overall")),
    changes=_changes(),
    priorities=_priorities(),
    items=_answers(),
    levels_held=(
        Distribution("org", "services", "100 to 104", shares=(_share((1, 2), 25), _share((3,), 75))),
        Distribution("org", "staff", reason="protects_others"),
    ),
    rates=(
        Rates(
            "org",
            "services1",
            "100 to 104",
            dont_know=_share((), 15),
            not_applicable=_share((), 5, "or_less"),
            skipped=_share((), 10),
            comparable=True,
        ),
        Rates(
            "unit:north",
            "services1",
            "70 to 74",
            dont_know=_share((), 20),
            not_applicable=_share((), 30),
            skipped=_share((), 10),
            comparable=False,
        ),
    ),
)
WITH_ALL = "mine0002"


async def publish(db: Db, whose: UUID) -> None:
    """The round as `WITH_ALL`, and the one that its changes are told against."""
    await questionnaires.add(db, whose, ASKED.hash, "With everything", content=ASKED.canonical.decode(), source="")
    for round_id, name, release in ((EARLIER, BEFORE, RELEASE), (WITH_ALL, "Spring 2026", FULL)):
        await rounds.add(db, whose, round_id, name, ASKED.hash, Plan(), *published.WHEN)
        await published.republish(db, whose, round_id, msgspec.structs.replace(release, round=round_id))


EDITION = Edition(ROUND, "Autumn 2025", ASKED.hash, *published.WHEN, 1, "f" * 64, published.WHEN[1])
RESULT = Result(EDITION, FULL, disclosure.encode(FULL), ASKED, before=BEFORE)
