"""An organisation at work, of any size: what every page of the console has something to show of.

Two rounds are published, with comments read and released; one is open, with two weeks of snapshots; one is scheduled,
two are drafts. The staff list is five levels deep, and a file waits that would change all of it and holds mistakes. The
log is long.
"""

import io
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import msgspec

from survey import db as database
from survey import sealing
from survey.cli.benching import answering, layouts, staff_lists
from survey.cli.benching.progress import Progress
from survey.cli.benching.scratch import Scratch
from survey.core.access import Actor
from survey.core.rounds import Plan
from survey.core.staff.units import Change
from survey.operations import (
    admitting,
    arranging,
    authoring,
    correcting,
    digesting,
    drafting,
    following,
    granting,
    launching,
    publishing,
    reading,
    recording,
    rehearsing,
    reviewing,
    sending,
    signing_in,
    uploading,
    viewing,
)
from survey.operations.staffing import Wishes, apply

DAY, ZONE = timedelta(days=1), "Europe/London"
_FOLLOWED = 15
"""Days for which the open round has been open."""
_COMMENTS = 200
_MISTAKEN = ("1", "", *("Nowhere",) * 5, "No such group", "", "no address", "", "0")
_WITHOUT_ADDRESS = "update person set email = null where organisation_id = $1 and employee_number like '%3'"
_SENT = (
    "update message set doubtful = hashtext(message_id::text) & 255 = 0, state = (array['accepted', 'accepted',"
    " 'delivered', 'waiting', 'bounced', 'refused'])[1 + (hashtext(message_id::text) & 7) % 6]"
    " where organisation_id = $1"
)
_COMMENTED = ["organisation_id", "round_id", "comment_id", "item_id", "body"]


class Furnished(msgspec.Struct, frozen=True):
    """What the pages are about. `secret` is the session's of somebody who may see every page; `earlier` is another
    version of the questionnaire; `unit` is one of the tree, `sat_in` one with people in it; `group` and `measure` are
    the published round's, as addresses name them."""

    secret: str
    questionnaire: str
    earlier: str
    account: UUID
    unit: UUID
    sat_in: str
    person: UUID
    import_id: UUID
    comment: UUID
    draft: str
    split: str
    scheduled: str
    open: str
    published: str
    group: str
    measure: str


async def furnish(on: Scratch, people: int, entries: int, progress: Progress) -> Furnished:
    """`people` on the staff list, and as many `entries` in the log."""
    whose, step = on.organisation_id, progress(f"Furnish for {people:,} staff", 7)
    await apply(on.db, whose, staff_lists.make(people).encode(), Wishes())
    hash_ = (await authoring.add(on.db, whose, layouts.DEFAULT.read_text(encoding="utf-8"))).questionnaire_hash
    earlier = (await authoring.add(on.db, whose, layouts.layout("one-page-each"))).questionnaire_hash
    step()
    for months, seed in ((6, 7), (2, 8)):
        published = await _published(on, hash_, datetime.now(UTC) - months * 30 * DAY, seed)
        step()
    comment = await _commented(on, published)
    step()
    opened = await _open(on, hash_)
    step()
    draft = await drafting.begin(on.db, whose, "Next year", hash_, ZONE)
    split = await drafting.begin(on.db, whose, "In three hands", hash_, ZONE)
    await drafting.change(on.db, whose, split.round_id, split.version, plan=Plan(custody="split"))
    scheduled = await _scheduled(on, hash_)
    import_id = await _upload(on, people)
    step()
    secret, account = await _people(on)
    await _log(on, account, entries)
    step()
    unit, sat_in, person = await _somewhere(on)
    group, measure = await _shown(on, published)
    return Furnished(
        secret, hash_, earlier, account, unit, sat_in, person, import_id, comment, draft.round_id, split.round_id,
        scheduled, opened, published, group, measure,
    )  # fmt: skip


async def _launched(on: Scratch, hash_: str, name: str, opens: datetime, days: int) -> str:
    await rehearsing.set_clock(on.db, opens - timedelta(hours=1))
    window = (opens, opens + days * DAY)
    made = await launching.draft(on.db, on.organisation_id, name, hash_, *window, Plan())
    await launching.launch(on.db, on.keys, on.organisation_id, made.round_id)
    await rehearsing.set_clock(on.db, opens + timedelta(hours=1))
    return made.round_id


async def _published(on: Scratch, hash_: str, opens: datetime, seed: int) -> str:
    round_id = await _launched(on, hash_, f"Round of {opens:%B %Y}", opens, 21)
    await answering.close_with_answers(on, round_id, seed=seed)
    await publishing.publish(on.db, on.organisation_id, round_id)
    return round_id


async def _commented(on: Scratch, round_id: str) -> UUID:
    """Comments straight into their table, read and released; one of them."""
    whose = on.organisation_id
    asked = (await viewing.view(on.db, round_id)).questionnaire
    item = next(item.id for item in asked.items if item.kind == "text")
    rows = [(whose, round_id, sealing.random_id(), item, f"Fewer log-ins, please: {n}.") for n in range(_COMMENTS)]
    await on.db.copy_records_to_table("comment", records=rows, columns=_COMMENTED)
    for _, _, comment_id, _, body in rows:
        await reviewing.decide(on.db, whose, round_id, comment_id, body)
    await reviewing.release(on.db, whose, round_id)
    return rows[0][2]


async def _open(on: Scratch, hash_: str) -> str:
    """Some have answered at once. The worker has counted every day since; some cannot be reached, and much that was
    sent has not arrived."""
    await on.db.execute(_WITHOUT_ADDRESS, on.organisation_id)
    opens = datetime.now(UTC) - _FOLLOWED * DAY
    round_id = await _launched(on, hash_, "The open round", opens, 2 * _FOLLOWED)
    links = await launching.links(on.db, on.keys, on.organisation_id, round_id)
    async with on.db.transaction():
        await rehearsing.answer(on.db, await viewing.view(on.db, round_id), links[::7][:200], seed=7)
    for day in range(1, _FOLLOWED):
        await rehearsing.set_clock(on.db, opens + day * DAY)
        await following.take_due(on.db, ZONE)
    await rehearsing.reset_clock(on.db)
    await following.take_due(on.db, ZONE)
    await sending.fill_due(on.db, ("email", "sms"), ZONE)
    await on.db.execute(_SENT, on.organisation_id)
    return round_id


async def _scheduled(on: Scratch, hash_: str) -> str:
    window = (datetime.now(UTC) + 60 * DAY, datetime.now(UTC) + 80 * DAY)
    made = await launching.draft(on.db, on.organisation_id, "In two months", hash_, *window, Plan())
    await launching.launch(on.db, on.keys, on.organisation_id, made.round_id)
    return made.round_id


async def _upload(on: Scratch, people: int) -> UUID:
    """A file that has been checked: nearly everybody moves, and some rows are wrong. Before it, others were."""
    whose, sender = on.organisation_id, uploading.Sender("Bench", None)
    lines = [staff_lists.make(people, seed=8), *(",".join(_MISTAKEN) + "\n",) * 50]
    for number in range(30):
        earlier = await uploading.receive(on.db, whose, sender, f"{number}.csv", io.BytesIO(b"a,b\n%d,2" % number))
        await uploading.discard(on.db, whose, earlier)
    sent = await uploading.receive(on.db, whose, sender, "moved.csv", io.BytesIO("".join(lines).encode()))
    await _work(on)
    header = uploading.described(await uploading.find(on.db, whose, sent)).header
    known = await uploading.remembered(on.db, whose, header)
    await uploading.map_columns(on.db, whose, sent, known.columns, Wishes(separator=known.separator))
    await _work(on)
    return sent


async def _work(on: Scratch) -> None:
    side, sign = partial(database.connect, on.url), sealing.signer(on.config.secret_bytes())
    while await digesting.work(on.db, side, sign):
        pass


async def _people(on: Scratch) -> tuple[str, UUID]:
    """Somebody who may do everything, among forty with accounts and some with keys; their session's secret."""
    db, whose = on.db, on.organisation_id
    for number in range(40):
        await signing_in.invite(db, whose, "reader", f"Reader {number}")
        await granting.new_key(db, whose, f"Warehouse {number}", 30)
    secret = await signing_in.sign_in(db, await signing_in.invite(db, whose, "owner", "Owner"))
    account = (await signing_in.who(db, secret)).account_id
    await admitting.grant(db, whose, account, admitting.Wish(("owner", "reviewer")))
    return secret, account


async def _log(on: Scratch, account: UUID, entries: int) -> None:
    """Recorded one by one, in one transaction: they hang together."""
    actor = Actor("account", on.organisation_id, account, sealing.signer(on.config.secret_bytes()))
    async with on.db.transaction():
        for number in range(entries):
            await recording.record(on.db, actor, "person.change", str(UUID(int=number)), {"field": "email"})


async def _somewhere(on: Scratch) -> tuple[UUID, str, UUID]:
    """A division that has had other names, the unit of one of the staff, and that person."""
    whose = on.organisation_id
    unit = next(place for place in (await arranging.forest(on.db, whose)).places if place.parent is None)
    for name in ("Renamed once", "Renamed twice", unit.name):
        await arranging.change(on.db, whose, unit.id, Change("rename", name), None, ZONE)
    (person, *_) = await correcting.search(on.db, whose, leavers=False)
    return UUID(unit.id), person.unit, person.person_id


async def _shown(on: Scratch, round_id: str) -> tuple[str, str]:
    """As the results' addresses name them: the organisation, and a vision."""
    release = (await reading.find(on.db, on.organisation_id, round_id, None)).release
    return release.organisation.lower().replace(" ", "-"), release.measures[0].id
