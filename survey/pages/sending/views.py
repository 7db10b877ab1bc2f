"""The state of a round's sending in words. Nothing here tells who has answered, or how many."""

from collections.abc import Iterator, Sequence

import msgspec
from markupsafe import Markup

from survey.core import rounds as rules
from survey.languages import times
from survey.operations.sending import ORDERS, Count, Sent, Status, Trouble
from survey.pages.console import ordering
from survey.pages.console.frame import CSRF
from survey.pages.console.ordering import Column, Head, Order
from survey.pages.launching.listing import Tag
from survey.pages.rendering import Link, Shell

WAYS = {"email": "E-mail", "sms": "Text message"}
KINDS = {"reminder": "Reminder", "last_day": "Last reminder"}
TOLD = {
    "again": "The invitation goes out once more.",
    "not": "Nothing was sent: the invitation is on its way already, or there is no address to send it to.",
}
_ROWS = (
    ("waiting", "Waiting", "to go out, or to be tried again"),
    ("accepted", "Sent", "taken by the mail server or GOV.UK Notify, which has said no more"),
    ("delivered", "Delivered", "confirmed by GOV.UK Notify"),
    (
        "bounced",
        "Bounced",
        "sent, and came back; what comes back to the sender’s mailbox counts once it has been taken in from there",
    ),
    ("refused", "Refused", "not taken: there is no such address or number"),
)
_FAILED = {
    ("email", "bounced"): "The e-mail came back.",
    ("email", "refused"): "The e-mail address was refused.",
    ("sms", "bounced"): "The text message did not arrive.",
    ("sms", "refused"): "The mobile number was refused.",
}

COLUMNS = tuple(
    Column[None](text, key)
    for text, key in zip(("Without an invitation", "Employee number", "Team"), ORDERS, strict=True)
)


class Way(msgspec.Struct, frozen=True):
    """A channel's progress; `width` in hundredths of its invitations."""

    name: str
    said: str
    width: int


class Row(msgspec.Struct, frozen=True):
    name: str
    meaning: str
    numbers: tuple[str, ...]


class Reminder(msgspec.Struct, frozen=True):
    kind: str
    due: str
    said: str


class Missed(msgspec.Struct, frozen=True):
    """Somebody whose message did not arrive. `again`: where the button leads; empty where there is none."""

    number: str
    href: str
    team: str
    what: str
    do: str
    again: str


class SendingPage(msgspec.Struct, frozen=True):
    """`holds`: a button to pause, `resumes`: one to go on; never both. `warnings` say why nothing goes out."""

    shell: Shell
    title: str
    csrf: Markup
    back: Link
    tag: Tag
    address: str
    words: str
    notice: str
    warnings: tuple[str, ...]
    lede: str
    holds: bool
    resumes: bool
    over: bool
    ways: tuple[Way, ...]
    rows: tuple[Row, ...]
    doubtful: str
    reminders: tuple[Reminder, ...]
    heads: tuple[Head, ...]
    missed: tuple[Missed, ...]
    missed_said: str
    more: str


def page(
    shell: Shell,
    now: Status,
    missed: Sequence[Trouble],
    sends_by: Sequence[str],
    zone: str,
    told: str,
    order: Order[None],
) -> SendingPage:
    round_, address = now.round, f"/sending/{now.round.round_id}"
    may_hold = round_.state in rules.ALLOWED["pause or resume sending in"]
    silent = not set(round_.reaching.channels) & set(sends_by)
    sendable = round_.state in rules.ALLOWED["send messages of"] and not silent
    return SendingPage(
        shell=shell,
        title=f"Sending: {round_.name}",
        csrf=CSRF,
        back=Link(round_.name, f"/rounds/{round_.round_id}"),
        tag=_tag(now, silent),
        address=address,
        words=f"{address}/words" if round_.state in rules.ALLOWED["change how staff are reached in"] else "",
        notice=TOLD.get(told, ""),
        warnings=tuple(_warnings(now, sends_by, zone)),
        lede=_lede(now, silent, zone),
        holds=may_hold and not now.paused,
        resumes=may_hold and now.paused,
        over=round_.opened_answers_at is not None,
        ways=tuple(map(_way, now.counts)),
        rows=tuple(_rows(now.counts)),
        doubtful=_doubtful(now.counts),
        reminders=tuple(_reminders(now, zone)),
        heads=order.heads(address, at="missed"),
        missed=tuple(_missed(one, address if sendable else "", order) for one in missed),
        missed_said=_missed_said(missed),
        more=f"{missed[0].people - len(missed):,}" if missed and missed[0].people > len(missed) else "",
    )


def _tag(now: Status, silent: bool) -> Tag:
    match now.round.state:
        case "closed" | "published":
            return Tag("Over", "purple")
        case _ if silent:
            return Tag("Nothing goes out", "red")
        case "scheduled" if not now.paused:
            return Tag("Not begun", "blue")
        case _ if now.paused or now.round.state == "paused":
            return Tag("Paused", "yellow")
        case _:
            return Tag("Under way", "green")


def _lede(now: Status, silent: bool, zone: str) -> str:
    match now.round.state:
        case "closed" | "published":
            return "The round is over: nothing more is sent."
        case _ if silent:
            return "Nothing goes out from this service, neither invitations nor reminders."
        case "paused":
            return "The round is paused, and no messages go out until it goes on."
        case _ if now.paused:
            return "Sending is paused. Staff can answer with the links they have; no more messages go out."
        case "scheduled":
            return f"Nothing has been sent yet. Invitations go out from {times.spoken(now.invitation_due, zone)}."
        case _:
            ahead = next((one for one in now.reminders if not one.queued and one.due > now.round.now), None)
            return f"Next reminder: {times.spoken(ahead.due, zone)}." if ahead else "No more reminders are to come."


def _warnings(now: Status, sends_by: Sequence[str], zone: str) -> Iterator[str]:
    wanted = now.round.reaching.channels
    if now.round.state not in rules.ALLOWED["pause or resume sending in"]:
        return
    if not wanted:
        yield "This round sends nothing by itself: the links are handed out by you."
    elif lacking := [WAYS[channel].lower() for channel in wanted if channel not in sends_by]:
        named = " or ".join(lacking)
        yield f"This service is not set up to send by {named}. Whoever runs it can change that: see its README."
    for held in now.held:
        yield f"{held.provider} has asked us to wait until {times.spoken(held.held_until, zone)}: {held.why}."


def _way(one: Count) -> Way:
    total = one.waiting + one.sent + one.bounced + one.refused
    return Way(WAYS[one.channel], f"{one.sent:,} of {total:,} sent", round(100 * one.sent / total) if total else 0)


def _rows(counts: Sequence[Count]) -> Iterator[Row]:
    if counts:
        for field, name, meaning in _ROWS:
            yield Row(name, meaning, tuple(f"{getattr(one, field):,}" for one in counts))


def _doubtful(counts: Sequence[Count]) -> str:
    many = sum(one.doubtful for one in counts)
    if not many:
        return ""
    who = "1 person" if many == 1 else f"{many:,} people"
    return f"{who} may have got the same message twice: we were cut off while handing it over."


def _reminders(now: Status, zone: str) -> Iterator[Reminder]:
    for one in now.reminders:
        yield Reminder(KINDS[one.kind], times.spoken(one.due, zone), _far(one, now))


def _far(one: Sent, now: Status) -> str:
    if one.done:
        return f"Sent to {one.done} of those it is for"
    if one.queued:
        return "Going out"
    if one.due > now.round.now and now.round.state in rules.ALLOWED["pause or resume sending in"]:
        return "To come"
    return "Not sent"


def _missed(one: Trouble, address: str, order: Order[None]) -> Missed:
    failed = [(way, state) for way, state in (("email", one.email), ("sms", one.sms)) if state]
    what = " ".join(_FAILED[way, state] for way, state in failed)
    if one.otherwise:
        do = "The invitation took another way. Correct the details when you can."
    elif address:
        do = "Nothing has reached them. Correct the details, and then send the invitation again."
    else:
        do = "Nothing has reached them. Correct the details for the next round."
    way = ordering.link(f"{address}/again/{one.person_id}", {"order": order.kept})
    again = way if address and not one.otherwise else ""
    return Missed(one.employee_number, f"/staff/people/{one.person_id}", one.team, what, do, again)


def _missed_said(missed: Sequence[Trouble]) -> str:
    if not missed:
        return ""
    people, lost = missed[0].people, missed[0].lost
    first = f"An e-mail or a text message did not reach {'1 person' if people == 1 else f'{people:,} people'}."
    if not lost:
        return f"{first} The invitation took another way."
    return f"{first} {'1 has' if lost == 1 else f'{lost:,} have'} no other way left, and no invitation."
