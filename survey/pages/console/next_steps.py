"""What to do next, at every stage from an empty database to the next round: the first thing the console says."""

from collections.abc import Iterator
from itertools import islice
from typing import assert_never

import msgspec

from survey.core import access
from survey.languages import times
from survey.operations.guiding import Round, Standing
from survey.operations.signing_in import SignedIn


class Step(msgspec.Struct, frozen=True):
    """`what` stands; `text` is on the button that leads on."""

    what: str
    text: str
    href: str


def steps(who: SignedIn, now: Standing, zone: str) -> tuple[Step, ...]:
    """The most pressing first. None where nothing waits for this person."""
    return tuple(_steps(who, now, zone))


def _steps(who: SignedIn, now: Standing, zone: str) -> Iterator[Step]:
    if now.somebody_waits and access.may(who, "manage_accounts"):
        yield Step("Somebody has signed in and waits for you to give them a role.", "See who it is", "/accounts")
    if access.may(who, "see_comments"):
        yield from _comments(now)
    if access.may(who, "manage_rounds"):
        yield from _preparing(who, now)
        yield from _rounds(now, zone)
    elif access.may(who, "see_results"):
        yield from _results(now)


def _comments(now: Standing) -> Iterator[Step]:
    for one in now.rounds:
        if one.round_id in now.unread:
            what = f"Staff wrote comments in {one.name}. Nobody sees them until you have read them."
            yield Step(what, "Read the comments", f"/comments/{one.round_id}")


def _preparing(who: SignedIn, now: Standing) -> Iterator[Step]:
    if not now.has_staff:
        what = "There is nobody on the staff list yet. A round asks the people on it, team by team."
        yield Step(what, "Import a staff list", "/staff/imports")
    if not now.has_questionnaires and access.allowed(who.roles, "GET", "/questionnaires"):
        what = "There is no questionnaire yet. The one that comes with this service can be used as it is."
        yield Step(what, "Add a questionnaire", "/questionnaires")


def _rounds(now: Standing, zone: str) -> Iterator[Step]:
    under_way = [one for one in now.rounds if one.state != "published"]
    yield from (_under_way(one, zone) for one in reversed(under_way))
    published = list(_results(now))
    yield from published
    if not under_way and now.has_staff:
        which = "next" if published else "first"
        what = f"The {which} round takes six short steps to prepare, and nobody is asked before you launch it."
        yield Step(what, f"Prepare the {which} round", "/rounds/new")


def _results(now: Standing) -> Iterator[Step]:
    """Of the latest round that has any."""
    published = (one for one in now.rounds if one.state == "published")
    yield from (_published(one) for one in islice(published, 1))


def _published(one: Round) -> Step:
    return Step(f"The results of {one.name} are published.", "See the results", f"/results/{one.round_id}")


def _under_way(one: Round, zone: str) -> Step:
    address = f"/rounds/{one.round_id}"
    match one.state:
        case "draft":
            return Step(f"{one.name} is being prepared. Nothing has been sent.", f"Go on with {one.name}", address)
        case "scheduled":
            return Step(
                f"{one.name} opens by itself on {times.spoken(one.opens_at, zone)}.", f"See {one.name}", address
            )
        case "open":
            what = f"Staff can answer {one.name} until {times.spoken(one.closes_at, zone)}. It closes by itself."
            return Step(what, f"Follow {one.name}", address)
        case "paused":
            return Step(f"{one.name} is paused: nobody can answer.", f"Go to {one.name}", address)
        case "closed":
            return _closed(one, address)
        case "published":
            return _published(one)
        case _:
            assert_never(one.state)


def _closed(one: Round, address: str) -> Step:
    if one.opened_answers_at is not None:
        what = f"{one.name} has closed, and its answers are open. The results have not been worked out yet."
        return Step(what, "Publish the results", address)
    if one.settings.custody == "split":
        what = f"{one.name} has closed. Two of the three key holders are needed to open the answers."
        return Step(what, "Open the answers", f"{address}/close")
    return Step(f"{one.name} has closed. Its answers are being opened.", f"See {one.name}", address)
