"""The pages about accounts, each as the one object that its template prints."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from markupsafe import Markup

from survey.core import access
from survey.core.access import Role
from survey.core.merging import Unit
from survey.errors import BadInput
from survey.languages import times
from survey.operations import admitting
from survey.operations.admitting import Account, Listed
from survey.pages.console import mistakes, ordering
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Choices, Field, Option, Select
from survey.pages.console.frame import CSRF
from survey.pages.console.ordering import Column, Head
from survey.pages.rendering import Link, Shell

WHOLE = "The whole organisation"
_HINTS: dict[Role, str] = {
    "owner": "Everything here, and giving roles to others.",
    "manager": "Staff list, questionnaires and rounds, from the draft to the results.",
    "reader": "Published results: of the whole organisation, or of one unit.",
    "reviewer": "Comments before they are shown to others, and the audit log.",
    "api_admin": "API keys and what is sent to other systems.",
}


class AccountLine(msgspec.Struct, frozen=True):
    name: str
    href: str
    roles: tuple[str, ...]
    unit: str
    how: str
    last: str


class AccountsPage(msgspec.Struct, frozen=True):
    """`waiting`: those who signed in and have no role yet."""

    shell: Shell
    title: str
    heads: tuple[Head, ...]
    waiting: tuple[AccountLine, ...]
    accounts: tuple[AccountLine, ...]


class SessionLine(msgspec.Struct, frozen=True):
    id: str
    device: str
    started: str
    used: str
    this: bool


class AccountPage(msgspec.Struct, frozen=True):
    """One account, as an owner sees it. `identity` is who that is to the provider; `linkable`: they have no account
    there, and need a link to sign in; `removable`: they have no role."""

    shell: Shell
    title: str
    csrf: Markup
    back: Link
    name: str
    action: str
    identity: str
    last: str
    roles: Choices
    units: Select
    problems: tuple[Link, ...]
    sessions: tuple[SessionLine, ...]
    linkable: bool
    removable: bool
    done: str


class InvitePage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    csrf: Markup
    back: Link
    name: Field
    roles: Choices
    units: Select
    problems: tuple[Link, ...]


class LinkPage(msgspec.Struct, frozen=True):
    """A link that is shown once."""

    shell: Shell
    title: str
    back: Link
    name: str
    link: str
    binds: bool


class OwnPage(msgspec.Struct, frozen=True):
    """Whoever is signed in, as they see themselves."""

    shell: Shell
    title: str
    csrf: Markup
    name: str
    roles: tuple[str, ...]
    unit: str
    sessions: tuple[SessionLine, ...]


class Given(msgspec.Struct, frozen=True):
    """What a form about an account said, or what the account has."""

    name: str = ""
    roles: Collection[str] = ()
    unit: str = ""


def accounts(desk: Desk, found: Sequence[Account]) -> AccountsPage:
    order = ordering.chosen(COLUMNS, desk.asked("order"), "name")
    found = order.arrange(sorted(found, key=lambda one: ordering.natural(one.name)))
    lines = {one.account_id: _line(one, desk.zone) for one in found}
    return AccountsPage(
        shell=desk.shell,
        title="Accounts",
        heads=order.heads("/accounts", at="accounts"),
        waiting=tuple(lines[one.account_id] for one in found if not one.roles),
        accounts=tuple(lines[one.account_id] for one in found if one.roles),
    )


def _line(one: Account, zone: str) -> AccountLine:
    return AccountLine(
        name=one.name,
        href=address(one.account_id),
        roles=role_names(one.roles),
        unit=one.unit or "",
        how=how(one),
        last=last_seen(one.signed_in_at, zone),
    )


def how(one: Account) -> str:
    return "Organisation’s account" if one.issuer else "One-time links"


def address(account_id: UUID) -> str:
    return f"/accounts/{account_id}"


def role_names(roles: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for role, name in access.GRANTED.items() if role in roles)


COLUMNS = (
    Column[Account]("Name", "name", lambda one: ordering.natural(one.name)),
    Column[Account]("Roles", "roles", lambda one: role_names(one.roles)),
    Column[Account]("Signs in with", "how", how),
    Column[Account]("Last signed in", "last", lambda one: one.signed_in_at),
)


def last_seen(at: datetime | None, zone: str) -> str:
    return times.spoken(at, zone) if at else "Never"


def account(
    desk: Desk,
    one: Account,
    units: Sequence[Unit],
    sessions: Sequence[Listed],
    *,
    given: Given | None = None,
    bad: BadInput | None = None,
    done: str = "",
) -> AccountPage:
    shown = given or Given(one.name, one.roles, str(one.unit_id or ""))
    said = mistakes.by_place(bad)
    roles, limits = role_choice(shown, said), unit_choice(shown, units, said)
    problems = mistakes.links(said, roles, limits)
    return AccountPage(
        shell=desk.shell,
        title=mistakes.title(one.name, problems),
        csrf=CSRF,
        back=Link("Accounts", "/accounts"),
        name=one.name,
        action=address(one.account_id),
        identity=f"{one.subject} at {one.issuer}" if one.issuer else "",
        last=last_seen(one.signed_in_at, desk.zone),
        roles=roles,
        units=limits,
        problems=problems,
        sessions=session_lines(sessions, desk.zone),
        linkable=one.issuer is None,
        removable=not one.roles,
        done=done,
    )


def invite(desk: Desk, units: Sequence[Unit], given: Given, bad: BadInput | None = None) -> InvitePage:
    said = mistakes.by_place(bad)
    name = Field("name", "Name", given.name, "As their colleagues know them.", said.get("name", ""), 20)
    roles, limits = role_choice(given, said), unit_choice(given, units, said)
    problems = mistakes.links(said, name, roles, limits)
    return InvitePage(
        shell=desk.shell,
        title=mistakes.title("Invite somebody", problems),
        csrf=CSRF,
        back=Link("Accounts", "/accounts"),
        name=name,
        roles=roles,
        units=limits,
        problems=problems,
    )


def role_choice(given: Given, said: dict[str, str]) -> Choices:
    options = (Option(role, name, _HINTS[role], role in given.roles) for role, name in access.GRANTED.items())
    return Choices("roles", "What they may do", tuple(options), error=said.get("roles", ""), many=True)


def unit_choice(given: Given, units: Sequence[Unit], said: dict[str, str]) -> Select:
    options = (Option(unit, label, chosen=unit == given.unit) for unit, label in _in_order(units))
    return Select(
        name="unit",
        label="Where a results reader’s results begin",
        options=(Option("", WHOLE, chosen=not given.unit), *options),
        hint="They see this unit, those below it, and what is above it to compare with.",
        error=said.get("unit", ""),
    )


def _in_order(units: Sequence[Unit]) -> Iterator[tuple[str, str]]:
    """Every unit under the one above it, by name, with its way from the top in its label."""
    below: dict[str | None, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent, []).append(unit)

    def walk(parent: str | None, way: str) -> Iterator[tuple[str, str]]:
        for unit in sorted(below.get(parent, ()), key=lambda one: (one.name.casefold(), one.id)):
            yield unit.id, f"{way}{unit.name}"
            yield from walk(unit.id, f"{way}{unit.name} – ")

    return walk(None, "")


def session_lines(sessions: Sequence[Listed], zone: str, this: bytes = b"") -> tuple[SessionLine, ...]:
    return tuple(
        SessionLine(
            id=admitting.session_id(one.session_hash),
            device=one.device or "A device that did not say what it is",
            started=times.spoken(one.started_at, zone),
            used=times.spoken(one.used_at, zone),
            this=one.session_hash == this,
        )
        for one in sessions
    )


def own(desk: Desk, one: Account, sessions: Sequence[Listed], this: bytes) -> OwnPage:
    return OwnPage(
        shell=desk.shell,
        title="Your account",
        csrf=CSRF,
        name=one.name,
        roles=role_names(one.roles),
        unit=one.unit if one.unit and desk.visitor.who.unit_id else "",
        sessions=session_lines(sessions, desk.zone, this),
    )


def shown_link(desk: Desk, name: str, link: str, *, binds: bool) -> LinkPage:
    title = f"An invitation for {name}" if binds else f"A sign-in link for {name}"
    return LinkPage(desk.shell, title, Link("Accounts", "/accounts"), name, link, binds)
