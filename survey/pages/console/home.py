"""The first page after signing in: what to do next, and what else this visitor can do here."""

import msgspec
from litestar import Response
from litestar.di import NamedDependency

from survey.core import access
from survey.operations import guiding
from survey.operations.signing_in import SignedIn
from survey.pages.console import next_steps
from survey.pages.console.desk import Desk
from survey.pages.console.next_steps import Step
from survey.pages.rendering import Shell

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
    ("Your account", "/account", "What you may do here, and where you are signed in."),
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
    steps: tuple[Step, ...]
    tasks: tuple[Task, ...]


async def home(desk: NamedDependency[Desk]) -> Response[bytes]:
    who = desk.visitor.who
    async with desk.connection() as db:
        now = await guiding.standing(db, desk.whose)
    page = HomePage(desk.shell, "Home", who.name, next_steps.steps(who, now, desk.zone), tuple(_tasks(who)))
    return desk.send("console/home.html", page)


def _tasks(who: SignedIn) -> list[Task]:
    """None for somebody who waits for a role: their account alone is no place to go."""
    if who.roles == ("waiting",):
        return []
    return [Task(text, href, what) for text, href, what in _TASKS if access.allowed(who.roles, "GET", href)]
