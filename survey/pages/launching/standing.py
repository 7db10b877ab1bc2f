"""Where a round stands that was launched, and what can be done with it."""

from collections import Counter

import msgspec
from litestar import Response
from markupsafe import Markup

from survey.core import rounds as rules
from survey.core.disclosure.audits import RULES
from survey.core.disclosure.release import Reason
from survey.db import Db
from survey.languages import times
from survey.operations import following, launching, reading
from survey.operations.launching import Overview
from survey.pages.console import wording
from survey.pages.console.desk import Desk
from survey.pages.console.frame import CSRF
from survey.pages.launching import waiting
from survey.pages.launching.listing import TAGS, TOLD, Tag
from survey.pages.launching.waiting import LATER, SOON, Waiting
from survey.pages.rendering import Link, Shell

_REASONS: dict[Reason, str] = {
    "few_answers": "because too few answered",
    "few_eligible": "because the group is too small, however many answer",
    "protects_others": "so that another group cannot be worked out from it",
    "overall_incomplete": "overall, because one of their visions is withheld",
}


class Release(msgspec.Struct, frozen=True):
    """What was published, and that an attack on it failed. `reasons`: how many results are withheld, by why; `rules`:
    what it was held to, for nothing is published that breaks one."""

    number: int
    when: str
    digest: str
    shown: str
    withheld: str
    k: int
    href: str
    reasons: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]


class RoundPage(msgspec.Struct, frozen=True):
    """`may` are the steps that may be taken now: a button that is there works."""

    shell: Shell
    title: str
    csrf: Markup
    back: Link
    tag: Tag
    address: str
    sending: str
    notice: str
    waits: Waiting | None
    refused: str
    opens: str
    closes: str
    questionnaire: str
    asked: str
    split: bool
    opened: bool
    may: frozenset[str]
    rate: str
    rate_when: str
    release: Release | None


async def page(desk: Desk, db: Db, round_: Overview) -> Response[bytes]:
    state = round_.state
    status = await following.status(db, desk.whose, round_.round_id, desk.zone, round_)
    may = frozenset(step for step, states in rules.ALLOWED.items() if state in states)
    opened = round_.opened_answers_at is not None
    waits = waiting.after_launch(round_)
    made = RoundPage(
        shell=desk.shell,
        title=round_.name,
        csrf=CSRF,
        back=Link("All rounds", "/rounds"),
        tag=Tag(*TAGS[state]),
        address=f"/rounds/{round_.round_id}",
        sending=f"/sending/{round_.round_id}",
        notice=TOLD.get(desk.asked("told"), ""),
        waits=waits,
        refused=round_.refused or "",
        opens=times.spoken(round_.opens_at, desk.zone),
        closes=times.spoken(round_.closes_at, desk.zone),
        questionnaire=round_.title,
        asked="" if opened else await _asked(desk, db, round_),
        split=round_.settings.custody == "split",
        opened=opened,
        may=may,
        rate=_capital(status.rates[0].rate or "") if status.rates else "",
        rate_when=times.spoken(status.divisions[-1].taken_at, desk.zone) if status.divisions else "",
        release=await _release(desk, db, round_) if state == "published" else None,
    )
    soon = round_.waits_for or (waits and waits.doing)
    return desk.send("launching/round.html", made, headers=(SOON if soon else LATER) if waits else None)


async def _asked(desk: Desk, db: Db, round_: Overview) -> str:
    frame = await launching.frame(db, desk.whose, round_.round_id)
    return f"{wording.people(frame.headcount)} in {wording.units(len(frame.reporting_units))}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


async def _release(desk: Desk, db: Db, round_: Overview) -> Release:
    result = await reading.find(db, desk.whose, round_.round_id, None)
    withheld = Counter(cell.reason for cell in result.release.cells if cell.reason is not None)
    shown = len(result.release.cells) - withheld.total()
    return Release(
        result.edition.number,
        times.spoken(result.edition.published_at, desk.zone),
        result.edition.digest[:16],
        f"{shown:,}",
        f"{withheld.total():,}",
        result.release.k,
        f"/results/{round_.round_id}",
        tuple((f"{count:,}", _REASONS[why]) for why, count in withheld.most_common()),
        tuple(RULES.values()),
    )
