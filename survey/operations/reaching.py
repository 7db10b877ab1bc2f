"""How a round's staff are reached: setting it, seeing what people would get and when, and who would get nothing."""

from uuid import UUID

import msgspec

from survey import errors
from survey.core import reaching as rules
from survey.core import rounds as round_rules
from survey.core.reaching import Channel, Facts, Kind, Letter, Reach, Wave
from survey.db import Db
from survey.operations import launching
from survey.store import people, rounds

__all__ = ["Previewed", "Reach", "Reachable", "change", "find", "preview", "reachable", "why"]

MOST = 200
"""People without a channel who are named; the others are counted."""
_EXAMPLE = "the-link-of-each-person-is-different"
"""In a preview's place of a token: 36 characters, so that it is none."""


class Previewed(msgspec.Struct, frozen=True):
    """One message as people would get it. `parts` is what a text message is charged as; 0 for e-mail."""

    kind: Kind
    channel: Channel
    letter: Letter
    parts: int


class Missed(msgspec.Struct, frozen=True):
    """Somebody whom no message would reach, and why."""

    employee_number: str
    team: str
    why: str


class Reachable(msgspec.Struct, frozen=True):
    """How many people there are, have an e-mail address, have a mobile number, and would be reached by nothing; the
    first of these by name."""

    people: int
    email: int
    sms: int
    unreachable: int
    missed: tuple[Missed, ...]


async def find(db: Db, organisation_id: UUID, round_id: str) -> Reach:
    await launching.find(db, organisation_id, round_id)
    return await rounds.reach(db, organisation_id, round_id)


async def change(db: Db, organisation_id: UUID, round_id: str, reach: Reach) -> None:
    """Until the round has closed; messages that have been sent stay as they were. Raises BadInput with all that is
    wrong."""
    await launching.find(db, organisation_id, round_id)
    if problems := rules.problems(reach):
        raise errors.BadInput(problems)
    async with db.transaction():
        round_ = await rounds.hold(db, organisation_id, round_id)
        round_rules.must_allow("change how staff are reached in", round_.state)
        await rounds.set_reach(db, organisation_id, round_id, reach)


async def plan(db: Db, organisation_id: UUID, round_id: str, reach: Reach, zone: str) -> list[Wave]:
    """When the invitation and each reminder would go out."""
    round_ = await launching.find(db, organisation_id, round_id)
    return rules.waves(reach, round_.opens_at, round_.closes_at, zone)


async def preview(
    db: Db, organisation_id: UUID, round_id: str, reach: Reach, base_url: str, zone: str, language: str = "en"
) -> list[Previewed]:
    """Every message as people would get it, with a link that leads nowhere. `reach` need not have been stored, but
    must be sound."""
    if problems := rules.problems(reach):
        raise errors.BadInput(problems)
    await launching.find(db, organisation_id, round_id)
    facts = facts_of(await rounds.letterhead(db, organisation_id, round_id), language, _EXAMPLE, base_url, zone)
    return [_previewed(reach, language, kind, channel, facts) for kind in rules.KINDS for channel in reach.channels]


class _Titled(msgspec.Struct, frozen=True):
    title: dict[str, str]
    languages: tuple[str, ...] = ("en",)


def facts_of(head: rounds.Letterhead, language: str | None, token: str, base_url: str, zone: str) -> Facts:
    """What is filled into a message to the holder of a token."""
    titled = msgspec.json.decode(head.content, type=_Titled)
    title = titled.title.get(language or "", titled.title[titled.languages[0]])
    link = f"{base_url}/r/{head.round_id}/{token}"
    return Facts(head.organisation, title, round_rules.in_words(head.closes_at, zone), link, f"{link}/stop")


def _previewed(reach: Reach, language: str, kind: Kind, channel: Channel, facts: Facts) -> Previewed:
    made = rules.letter(reach.texts, language, kind, channel, facts)
    return Previewed(kind, channel, made, rules.sms_parts(made.text) if channel == "sms" else 0)


async def reachable(db: Db, organisation_id: UUID, reach: Reach) -> Reachable:
    """Of the staff list as it is now."""
    counted = await people.channels(db, organisation_id, reach.channels)
    missed = await people.unreachable(db, organisation_id, reach.channels, MOST)
    return Reachable(
        counted.people, counted.email, counted.sms, counted.unreachable,
        tuple(Missed(one.employee_number, one.team, why(one)) for one in missed),
    )  # fmt: skip


def why(one: people.Unreachable | people.Unreached) -> str:
    if one.has_email:
        return "has an e-mail address, and this round sends no e-mail"
    return (
        "has a mobile number, and this round sends no text messages"
        if one.has_mobile
        else "has neither an e-mail address nor a mobile number"
    )
