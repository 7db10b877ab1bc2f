"""The demo: an invented Trust, the rounds of last year and of the year before answered and published, this year's open.
Nothing is faked on the way: every step is the operation that a Trust would use, on a clock that is set back and then
let go."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec

from survey.core.rounds import Plan
from survey.db import Db
from survey.operations import (
    administering,
    authoring,
    closing,
    example,
    launching,
    publishing,
    rehearsing,
    reviewing,
    staffing,
    viewing,
)
from survey.operations.launching import Link, Round
from survey.sealing import KeyRing

CODE, NAME = "DEMO", "Merseyvale Cancer Centre"
SEED = 2026
QUESTIONNAIRES = Path(__file__).parent.parent / "data" / "questionnaires"
YEAR = timedelta(days=364)

Progress = Callable[[str, int], Callable[[], None]]
"""Given what is about to happen and of how many steps, gives a function to call at each step."""


class Ready(msgspec.Struct, frozen=True):
    """What the demo shows: the last published round and the open one."""

    organisation_id: UUID
    published: Round
    open: Round


async def find(db: Db) -> Ready | None:
    """The demo as an earlier start left it; None where there is none or it was cut short."""
    organisations = [one for one in await administering.list_all(db) if one.ods_code == CODE]
    if not organisations:
        return None
    rounds = await launching.list_all(db, organisations[0].organisation_id)
    published = [one for one in rounds if one.state == "published"]
    launched = [one for one in rounds if one.state in {"open", "closed"} and one.launched_at]
    if not published or not launched:
        return None
    return Ready(organisations[0].organisation_id, published[0], launched[0])


async def build(db: Db, keys: KeyRing, now: datetime, progress: Progress) -> Ready:
    """Everything from an empty database to published rounds and an open one. `now` is the true time, UTC."""
    step = progress("Organisation, questionnaires, staff list", 3)
    organisation = await administering.add(db, CODE, NAME)
    whose = organisation.organisation_id
    step()
    full = await authoring.add(db, whose, (QUESTIONNAIRES / "default.toml").read_text(encoding="utf-8"))
    await authoring.add(db, whose, (QUESTIONNAIRES / "pulse.toml").read_text(encoding="utf-8"))
    step()
    await staffing.apply(db, whose, example.staff_list(SEED).encode(), staffing.Wishes())
    step()
    await _past_round(db, keys, whose, full.questionnaire_hash, now - 2 * YEAR, progress, years_back=1)
    last = await _past_round(db, keys, whose, full.questionnaire_hash, now - YEAR, progress)
    await _review(db, whose, last.round_id)
    await rehearsing.reset_clock(db)
    opens = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    this = await _launched(db, keys, whose, f"Autumn {now.year}", full.questionnaire_hash, opens)
    return Ready(whose, last, this)


async def _launched(db: Db, keys: KeyRing, whose: UUID, name: str, questionnaire: str, opens: datetime) -> Round:
    closes = (opens + timedelta(days=21)).replace(hour=17)
    drafted = await launching.draft(db, whose, name, questionnaire, opens, closes, Plan())
    await launching.launch(db, keys, whose, drafted.round_id)
    return await launching.find(db, whose, drafted.round_id)


async def _past_round(
    db: Db,
    keys: KeyRing,
    whose: UUID,
    questionnaire: str,
    opens: datetime,
    progress: Progress,
    *,
    years_back: int = 0,
) -> Round:
    """Launched, answered, closed and published. Everybody answers in one transaction: nothing else is going on that
    could wait for it, and the disk is asked once."""
    await rehearsing.set_clock(db, opens - timedelta(hours=1))
    round_ = await _launched(db, keys, whose, f"Autumn {opens.year}", questionnaire, opens)
    await rehearsing.set_clock(db, opens + timedelta(days=1))
    view = await viewing.view(db, round_.round_id)
    links = await launching.links(db, keys, whose, round_.round_id)
    step = progress(f"Staff answer {round_.name}", len(links))
    async with db.transaction():
        await rehearsing.answer(db, view, links, SEED, step, years_back=years_back)
    step = progress("Close it, score it, publish it", 2)
    await rehearsing.set_clock(db, round_.closes_at + timedelta(hours=1))
    await closing.open_answers(db, keys, whose, round_.round_id)
    step()
    await publishing.publish(db, whose, round_.round_id)
    step()
    return await launching.find(db, whose, round_.round_id)


async def _review(db: Db, whose: UUID, round_id: str) -> None:
    """As a reviewer who always does what is suggested."""
    for comment_id in (await reviewing.desk(db, whose, round_id)).unread:
        found = await reviewing.read(db, whose, round_id, comment_id)
        await reviewing.decide(db, whose, round_id, comment_id, found.marked)
    await reviewing.release(db, whose, round_id)


async def links_to_show(db: Db, keys: KeyRing, ready: Ready) -> dict[str, Link]:
    """A clinical respondent's link and a non-clinical one's, the same at every start. Empty once the round is over."""
    if ready.open.state != "open":
        return {}
    links = await launching.links(db, keys, ready.organisation_id, ready.open.round_id)
    return {
        audience: next(link for link in links if link.audience == audience) for audience in ("clinical", "non_clinical")
    }
