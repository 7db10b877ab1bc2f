"""People: the staff list as it was last imported."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from survey import errors
from survey.core.merging import Member
from survey.core.staff.changes import Known
from survey.db import Db
from survey.sql import Query

Text = str | None
COLUMNS = [
    "organisation_id", "person_id", "unit_id", "staff_group", "clinical", "site", "email", "mobile", "language",
    "employee_number",
]  # fmt: skip


class Somebody(msgspec.Struct, frozen=True):
    person_id: UUID


class Found(msgspec.Struct, frozen=True):
    """A line of a search. `unit` is the id of the one they sit in now."""

    person_id: UUID
    employee_number: str
    unit: str
    staff_group: str
    email: str | None
    mobile: str | None
    has_left: bool


class Wanted(msgspec.Struct, frozen=True):
    """Whom to look for. `words`, in small letters, stand in the number, the e-mail address or the mobile number;
    `after` is the number behind which to go on."""

    words: str | None
    unit_id: UUID | None
    after: str | None
    leavers: bool
    most: int

    @property
    def told(self) -> tuple[str | UUID | bool | int | None, ...]:
        return self.words, self.unit_id, self.after, self.leavers, self.most


class Person(msgspec.Struct, frozen=True):
    """All that is kept of somebody."""

    person_id: UUID
    employee_number: str
    unit: str
    staff_group: str
    clinical: bool
    site: str | None
    email: str | None
    mobile: str | None
    language: str | None
    left_at: datetime | None


class Telling(msgspec.Struct, frozen=True):
    """What of somebody others might write, and mean them."""

    employee_number: str
    email: str | None


class Holder(msgspec.Struct, frozen=True):
    """Who has an employee number."""

    person_id: UUID
    has_left: bool


class Seat(msgspec.Struct, frozen=True):
    """A round that somebody was invited to. `counting`: its answers have not been opened yet."""

    round_id: str
    name: str
    launched_at: datetime | None
    counting: bool


class Reachable(msgspec.Struct, frozen=True):
    any: bool


class Channels(msgspec.Struct, frozen=True):
    """How many people there are, and have each channel."""

    people: int
    email: int
    sms: int


class Kind(msgspec.Struct, frozen=True):
    """How many people of one kind sit in a unit itself."""

    unit: str
    staff_group: str
    clinical: bool
    people: int


class Numbered(msgspec.Struct, frozen=True):
    person_id: UUID
    employee_number: str


class Unreached(msgspec.Struct, frozen=True):
    """Somebody whom no channel reaches. Of all such `people`, named here or not, so many have an e-mail address, and so
    many a mobile number only."""

    employee_number: str
    team: str
    has_email: bool
    has_mobile: bool
    people: int
    with_email: int
    with_mobile_only: int


_search = Query("people.search", Found)
_search_down = Query("people.search_down", Found)
_search_by = Query("people.search_by", Found)
_find = Query("people.find", Person)
_holder = Query("people.holder", Holder)
_renumber = Query[msgspec.Struct]("people.renumber")
_move_all = Query[msgspec.Struct]("people.move_all")
_come_back = Query[msgspec.Struct]("people.come_back")
_forget = Query[msgspec.Struct]("people.forget")
_seats = Query("people.seats", Seat)
_leave_frames = Query[msgspec.Struct]("people.leave_frames")
_leave_invitations = Query[msgspec.Struct]("people.leave_invitations")
_keep_out = Query[msgspec.Struct]("people.keep_out")
_known = Query("people.known", Known)
_telling = Query("people.telling", Telling)
_eligible = Query("people.eligible", Member)
_kinds = Query("people.kinds", Kind)
_any_reachable = Query("people.any_reachable", Reachable)
_without_channel = Query("people.without_channel", Somebody)
_known_as = Query("people.known_as", Somebody)
_channels = Query("people.channels", Channels)
_channels_of = Query("people.channels_of", Channels)
_numbered = Query("people.numbered", Numbered)
_numbers = Query("people.numbers", Numbered)
_unreached = Query("people.unreached", Unreached)
_update_all = Query[msgspec.Struct]("people.update_all")
_mark_left = Query[msgspec.Struct]("people.mark_left")


async def keep_out(db: Db, organisation_id: UUID) -> None:
    """Until the transaction ends, another import of this staff list waits."""
    await _keep_out.execute(db, str(organisation_id))


async def known(db: Db, organisation_id: UUID) -> list[Known]:
    """Everybody, leavers too, by employee number."""
    return await _known.all(db, organisation_id)


async def telling(db: Db, organisation_id: UUID) -> list[Telling]:
    """Of everybody, leavers too."""
    return await _telling.all(db, organisation_id)


async def eligible(db: Db, organisation_id: UUID) -> list[Member]:
    """Everybody who has not left."""
    return await _eligible.all(db, organisation_id)


async def kinds(db: Db, organisation_id: UUID, without: Sequence[UUID]) -> list[Kind]:
    """Everybody who has not left, counted; `without` these."""
    return await _kinds.all(db, organisation_id, list(without))


async def any_reachable(db: Db, organisation_id: UUID) -> bool:
    """Whether there is an e-mail address or a mobile number for anybody who has not left."""
    return (await _any_reachable.one(db, organisation_id)).any


async def without_channel(db: Db, organisation_id: UUID) -> frozenset[UUID]:
    """Those who have neither an e-mail address nor a mobile number."""
    return frozenset(row.person_id for row in await _without_channel.all(db, organisation_id))


async def known_as(
    db: Db, organisation_id: UUID, number: str, email: str | None, mobile: str | None, most: int
) -> list[UUID]:
    """Whom one of the three is of; number and address in small letters."""
    return [row.person_id for row in await _known_as.all(db, organisation_id, number, email, mobile, most)]


async def channels(
    db: Db, organisation_id: UUID, units: Collection[str], groups: Sequence[str], without: Sequence[UUID]
) -> Channels:
    """Of those who sit in the `units`, but for these staff groups and people."""
    return await _channels.one(db, organisation_id, list(units), list(groups), list(without))


async def channels_of(db: Db, organisation_id: UUID, round_id: str) -> Channels:
    """Of a round's frame."""
    return await _channels_of.one(db, organisation_id, round_id)


async def numbered(db: Db, organisation_id: UUID, numbers: Sequence[str]) -> list[Numbered]:
    """Those of the employee numbers that are on the list, leavers' too."""
    return await _numbered.all(db, organisation_id, list(numbers))


async def numbers(db: Db, organisation_id: UUID, person_ids: Sequence[UUID]) -> list[str]:
    return [row.employee_number for row in await _numbers.all(db, organisation_id, list(person_ids))]


async def unreached(
    db: Db,
    organisation_id: UUID,
    by_email: bool,
    by_sms: bool,
    most: int,
    units: Collection[str],
    groups: Sequence[str],
    without: Sequence[UUID],
    order: str,
) -> list[Unreached]:
    """Whom none of the channels reaches of those who sit in the `units`, but for these staff groups and people. No more
    than `most`, by `order`: number, team or why; with a minus, the other way round."""
    asked = (list(units), list(groups), list(without))
    return await _unreached.all(db, organisation_id, by_email, by_sms, most, *asked, order, None)


async def unreached_of(
    db: Db, organisation_id: UUID, by_email: bool, by_sms: bool, most: int, round_id: str, order: str
) -> list[Unreached]:
    """The same of a round's frame."""
    return await _unreached.all(db, organisation_id, by_email, by_sms, most, [], [], [], order, round_id)


async def add_all(db: Db, rows: Iterable[tuple[UUID, UUID, UUID, str, bool, Text, Text, Text, Text, str]]) -> None:
    """Rows: organisation, person, unit, staff group, clinical, site, e-mail, mobile, language, employee number."""
    await db.copy_records_to_table("person", records=rows, columns=COLUMNS)


async def update_all(
    db: Db, organisation_id: UUID, rows: Sequence[tuple[UUID, UUID | None, str, bool, Text, Text, Text, Text]]
) -> None:
    """Rows: person, unit (None: as before), staff group, clinical, site, e-mail, mobile, language. Nobody among them is
    a leaver then."""
    await _update_all.execute(db, organisation_id, *map(list, zip(*rows, strict=True)))


async def mark_left(db: Db, organisation_id: UUID, person_ids: Sequence[UUID]) -> None:
    await _mark_left.execute(db, organisation_id, list(person_ids))


async def search(db: Db, organisation_id: UUID, wanted: Wanted) -> list[Found]:
    """By employee number, but first whoever has just the number that was looked for."""
    return await _search.all(db, organisation_id, *wanted.told)


async def search_down(db: Db, organisation_id: UUID, wanted: Wanted) -> list[Found]:
    """By employee number, the last first."""
    return await _search_down.all(db, organisation_id, *wanted.told)


async def search_by(
    db: Db, organisation_id: UUID, wanted: Wanted, ranked: Sequence[str], place: int, *, groups: bool
) -> list[Found]:
    """By units (ids), or by staff groups, as they are `ranked`, and then by employee number; from behind the one told
    on at the `place` where theirs is, counted from 1."""
    return await _search_by.all(db, organisation_id, *wanted.told, list(ranked), place, groups)


async def find(db: Db, organisation_id: UUID, person_id: UUID) -> Person:
    found = await _find.maybe(db, organisation_id, person_id)
    if found is None:
        raise errors.NotFound("There is nobody at this address. Their details may have been erased.")
    return found


async def holder(db: Db, organisation_id: UUID, employee_number: str) -> Holder | None:
    return await _holder.maybe(db, organisation_id, employee_number)


async def renumber(db: Db, organisation_id: UUID, person_id: UUID, employee_number: str) -> None:
    await _renumber.execute(db, organisation_id, person_id, employee_number)


async def move_all(db: Db, organisation_id: UUID, unit_id: UUID, to: UUID) -> int:
    """How many were moved: all who sit in the one unit itself, but not who has left it."""
    return await _move_all.execute(db, organisation_id, unit_id, to)


async def come_back(db: Db, organisation_id: UUID, person_id: UUID, unit_id: UUID | None) -> None:
    """`unit_id` None: into the unit that they left."""
    await _come_back.execute(db, organisation_id, person_id, unit_id)


async def forget(db: Db, organisation_id: UUID, person_id: UUID) -> None:
    await _forget.execute(db, organisation_id, person_id)


async def seats(db: Db, organisation_id: UUID, person_id: UUID) -> list[Seat]:
    """The rounds they were invited to, the latest first."""
    return await _seats.all(db, organisation_id, person_id)


async def leave_seats(
    db: Db, organisation_id: UUID, person_id: UUID, rounds: Sequence[str], strangers: Sequence[UUID]
) -> None:
    """In each of the rounds their seat stays, under another id that is nobody's."""
    await _leave_frames.execute(db, organisation_id, person_id, list(rounds), list(strangers))
    await _leave_invitations.execute(db, organisation_id, person_id, list(rounds), list(strangers))
