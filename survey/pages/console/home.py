"""The first page after signing in: what this visitor can do here."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency

from survey.core import access
from survey.operations.signing_in import SignedIn
from survey.pages.console import frame
from survey.pages.rendering import Shell
from survey.pages.visiting import Visitor

_TASKS = (
    ("Rounds", "/rounds", "Prepare a round, launch it, follow it while it is open, close and publish it."),
    ("Questionnaires", "/questionnaires", "See what will be asked, as clinical and as non-clinical staff see it."),
    ("Staff list", "/staff", "Load the staff list, see the tree of units and keep both up to date."),
    ("Sending", "/sending", "How staff are reached, and what could not be delivered."),
    ("Results", "/results", "Scores per team and vision of every published round."),
    ("Comments", "/comments", "Read what staff wrote in their own words before it is shown to others."),
    ("Accounts", "/accounts", "Who may sign in here, and what they may see and do."),
    ("API keys", "/keys", "Let Power BI or a data warehouse read published scores."),
    ("Audit log", "/audit-log", "Who did what, and when."),
)


class Task(msgspec.Struct, frozen=True):
    text: str
    href: str
    what: str


class HomePage(msgspec.Struct, frozen=True):
    """`tasks` is empty for somebody who has not been given a role yet."""

    shell: Shell
    title: str
    name: str
    tasks: tuple[Task, ...]


async def home(request: Request[Any, Any, Any], visitor: NamedDependency[Visitor]) -> Response[bytes]:
    who = visitor.who
    page = HomePage(frame.shell(who), "Home", who.name, tuple(_tasks(who)))
    return frame.send(request, visitor, "console/home.html", page)


def _tasks(who: SignedIn) -> list[Task]:
    return [Task(text, href, what) for text, href, what in _TASKS if access.allowed(who.roles, "GET", href)]
