"""Before a round is open: drafting it, seeing how it would protect people, launching it, handing out its links."""

import asyncio
from collections.abc import Iterator, Sequence, Set
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec

from survey import errors, sealing
from survey.core import merging
from survey.core import population as populations
from survey.core import rounds as rules
from survey.core.frame import Frame
from survey.core.merging import preview as previewing
from survey.core.merging.preview import Preview
from survey.core.population import Population
from survey.core.rounds import Plan
from survey.core.steps import Step, silent
from survey.db import Db
from survey.operations import telling
from survey.sealing import KeyRing, Tokens
from survey.store import invitations, organisations, people, questionnaires, rounds, units
from survey.store.rounds import Overview, Round

__all__ = [
    "Launched", "Link", "Overview", "Round", "asked", "draft", "find", "foresee", "frame", "launch", "links",
    "list_all", "must_be_ready", "must_reach_somebody", "overview", "preview", "reschedule",
]  # fmt: skip
KEPT = 8
"""Previews of drafts that a process remembers."""


class Launched(msgspec.Struct, frozen=True):
    """What a launch froze."""

    frame: Frame
    invitations: int


class Link(msgspec.Struct, frozen=True):
    """One person's link, for whoever sends it. `reporting_unit` and `audience` help to choose one to look at."""

    employee_number: str
    team: str
    reporting_unit: str
    audience: str
    email: str
    mobile: str
    language: str
    path: str


async def draft(
    db: Db,
    organisation_id: UUID,
    name: str,
    questionnaire_hash: str,
    opens_at: datetime,
    closes_at: datetime,
    plan: Plan,
) -> Round:
    """A new round. Raises BadInput for every wrong setting at once, NotFound for an unknown questionnaire."""
    problems = rules.draft_problems(name, opens_at, closes_at, plan)
    if problems:
        raise errors.BadInput(problems)
    await questionnaires.find(db, organisation_id, questionnaire_hash)
    round_id = sealing.random_code()
    await rounds.add(db, organisation_id, round_id, name.strip(), questionnaire_hash, plan, opens_at, closes_at)
    return await rounds.find(db, organisation_id, round_id)


async def find(db: Db, organisation_id: UUID, round_id: str) -> Round:
    try:
        return await rounds.find(db, organisation_id, round_id)
    except errors.NotFound:
        raise errors.NotFound(f"There is no round {round_id}.") from None


async def overview(db: Db, organisation_id: UUID, round_id: str) -> Overview:
    try:
        return await rounds.overview(db, organisation_id, round_id)
    except errors.NotFound:
        raise errors.NotFound(f"There is no round {round_id}.") from None


async def frame(db: Db, organisation_id: UUID, round_id: str) -> Frame:
    """Who is asked by a round that was launched."""
    found = await rounds.frame(db, organisation_id, round_id)
    assert found is not None, "a launch stores it"
    return found


async def list_all(db: Db, organisation_id: UUID) -> list[Round]:
    return await rounds.list_all(db, organisation_id)


async def preview(db: Db, organisation_id: UUID, round_id: str) -> Preview:
    """Who would be asked, which teams would be merged and why, what would be publishable. Changes nothing."""
    round_ = await find(db, organisation_id, round_id)
    name = (await organisations.find(db, organisation_id)).name
    return await foresee(db, name, await units.tree(db, organisation_id), round_)


async def foresee(db: Db, name: str, tree: Sequence[merging.Unit], round_: Round) -> Preview:
    """The preview of a draft of an organisation of that name and tree. Counted by the database, and in a thread: of
    25,000 people it takes a moment."""
    places, asks = populations.asked_units(round_.asks, tree), round_.asks
    kinds = tuple(
        row
        for row in await people.kinds(db, round_.organisation_id, asks.people)
        if row.unit in places and row.staff_group not in asks.groups
    )
    return await asyncio.to_thread(_foreseen, name, tuple(tree), kinds, round_.settings)


@lru_cache(maxsize=KEPT)
def _foreseen(name: str, tree: tuple[merging.Unit, ...], kinds: tuple[people.Kind, ...], plan: Plan) -> Preview:
    """Kept, since who prepares a round comes back to it again and again; with anything changed it is another."""
    counts = {(row.unit, (row.staff_group, row.clinical)): row.people for row in kinds}
    frame, _ = merging.framed(name, tree, counts, plan)
    return previewing.of_counts(frame, counts, plan)


async def asked(
    db: Db, organisation_id: UUID, population: Population
) -> tuple[list[merging.Unit], list[merging.Member]]:
    """The tree, and whom a round of this population would ask if it were launched now."""
    tree = await units.tree(db, organisation_id)
    return tree, populations.asked(population, tree, await people.eligible(db, organisation_id))


async def launch(db: Db, keys: KeyRing, organisation_id: UUID, round_id: str, step: Step = silent) -> Launched:
    """Freeze the frame, make the round's keys and one invitation a person. All of it or nothing."""
    await find(db, organisation_id, round_id)
    async with db.transaction():
        await people.keep_out(db, organisation_id)  # so that nobody is erased between being read and being frozen
        round_ = await rounds.hold(db, organisation_id, round_id)
        must_be_ready(round_)
        step("Reading the staff list", 0, 0)
        name = (await organisations.find(db, organisation_id)).name
        tree, members = await asked(db, organisation_id, round_.asks)
        step("Forming reporting units", 0, 0)
        frame, seats = await asyncio.to_thread(merging.freeze, name, tree, members, round_.settings)
        await must_reach_somebody(db, organisation_id)
        keys.destroy(round_id)  # what a launch that was cut short may have left
        public_key = await _made_keys(db, keys, round_)
        await rounds.launch(db, organisation_id, round_id, public_key, frame)
        await _invite(db, organisation_id, round_id, keys.tokens(round_id), seats, step)
    return Launched(frame, len(seats))


def must_be_ready(round_: Round) -> None:
    """Raises Refused for a round that cannot be launched as it is."""
    rules.must_allow("launch", round_.state)
    if round_.closes_at <= round_.now:
        raise errors.Refused("This round's closing date has passed. Give it new dates first.")
    if round_.settings.custody == "split" and round_.shares_handed < rules.HANDED:
        raise errors.Refused(
            "The round's key has no holders yet. Hand out its shares first. "
            f"On the command line: python3 -m survey round key split {round_.round_id}"
        )


async def must_reach_somebody(db: Db, organisation_id: UUID) -> None:
    if not await people.any_reachable(db, organisation_id):
        raise errors.Refused("Nobody on the staff list can be reached: it has no e-mail address and no mobile number.")


async def _made_keys(db: Db, keys: KeyRing, round_: Round) -> bytes:
    """The round's public key, once the keys are where its custody wants them."""
    if round_.settings.custody == "service":
        return keys.create(round_.round_id)
    public_key = await rounds.public_key(db, round_.organisation_id, round_.round_id)
    assert public_key is not None
    keys.create_mailing(round_.round_id)
    return public_key


async def _invite(
    db: Db, organisation_id: UUID, round_id: str, tokens: Tokens, seats: dict[UUID, int], step: Step
) -> None:
    """Rows go in shuffled, so that their place in the table says nothing about the staff list's order. Who has no
    channel answers by a slip: its code leads to the same one seat, and printing it never adds another."""
    order = sealing.shuffled(seats.items())
    slips = await people.without_channel(db, organisation_id)
    frame = [(organisation_id, round_id, person, atom) for person, atom in order]
    for piece in telling.in_pieces(frame, step, "Writing down who is asked"):
        await invitations.add_frame(db, piece)
    made = _rows(organisation_id, round_id, tokens, slips, sealing.shuffled(order), step)
    links = await asyncio.to_thread(list, made)
    for some in telling.in_pieces(links, step, "Writing down the links"):
        await invitations.add_all(db, some)


def _rows(
    organisation_id: UUID,
    round_id: str,
    tokens: Tokens,
    slips: Set[UUID],
    seats: Sequence[tuple[UUID, int]],
    step: Step,
) -> Iterator[tuple[UUID, str, bytes, UUID, UUID, int, bool]]:
    for done, (person, atom) in enumerate(seats):
        if done % telling.PIECE == 0:
            step("Making everybody’s link", done, len(seats))
        invitation, slip = sealing.random_id(), person in slips
        lookup = sealing.lookup_hash(tokens.of(invitation, slip=slip), round_id)
        yield organisation_id, round_id, lookup, invitation, person, atom, slip


async def links(db: Db, keys: KeyRing, organisation_id: UUID, round_id: str) -> list[Link]:
    """Everybody's link, by employee number. Only a process that has the key directory can tell them."""
    round_ = await find(db, organisation_id, round_id)
    rules.must_allow("list links of", round_.state)
    frozen = await frame(db, organisation_id, round_id)
    tokens = keys.tokens(round_id)
    return [_link(row, frozen, round_id, tokens) for row in await invitations.reachable(db, organisation_id, round_id)]


def _link(row: invitations.Reachable, frame: Frame, round_id: str, tokens: Tokens) -> Link:
    atom = frame.atoms[row.atom]
    return Link(
        employee_number=row.employee_number,
        team=row.team,
        reporting_unit=frame.reporting_units[atom.reporting_unit].name,
        audience=atom.audience,
        email=row.email or "",
        mobile=row.mobile or "",
        language=row.language or "",
        path=f"/r/{round_id}/{tokens.of(row.invitation_id, slip=row.slip)}",
    )


async def reschedule(
    db: Db, organisation_id: UUID, round_id: str, opens_at: datetime | None, closes_at: datetime | None
) -> Round:
    """Other dates: any while a draft; after launch the closing may move, but never into the past or before opening."""
    await find(db, organisation_id, round_id)
    async with db.transaction():
        round_ = await rounds.hold(db, organisation_id, round_id)
        rules.must_allow("reschedule", round_.state)
        if opens_at is not None and round_.state in {"open", "paused"}:
            raise errors.Refused("This round has opened already: its opening date cannot move.")
        new = (opens_at or round_.opens_at, closes_at or round_.closes_at)
        if new[1] <= new[0]:
            raise errors.BadInput([errors.Problem("closing date", "it must come after the opening date.")])
        if round_.launched_at is not None and new[1] <= round_.now:
            raise errors.Refused(
                "The closing date must be in the future. To end the round now, close it. "
                f"On the command line: python3 -m survey round close {round_id} --now"
            )
        await rounds.reschedule(db, organisation_id, round_id, *new)
    return await rounds.find(db, organisation_id, round_id)
