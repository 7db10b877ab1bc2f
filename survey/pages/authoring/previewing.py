"""A version's whole journey in a frame of a phone's size, as either audience and in each language."""

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey import languages
from survey.core.effort import AUDIENCES, effort
from survey.operations import authoring
from survey.pages.authoring import saying, trying
from survey.pages.console.desk import Desk
from survey.pages.rendering import Link, Shell
from survey.pages.responding import call as calls


class Choice(msgspec.Struct, frozen=True):
    text: str
    href: str
    here: bool
    language: str = ""


class PreviewPage(msgspec.Struct, frozen=True):
    """`tongues` is empty where there is one language. `frame` is where the trial begins."""

    shell: Shell
    title: str
    back: Link
    effort: str
    audiences: tuple[Choice, ...]
    tongues: tuple[Choice, ...]
    frame: str
    called: str


async def show(desk: NamedDependency[Desk], version: FromPath[str]) -> Response[bytes]:
    async with desk.connection() as db:
        found = await authoring.find(db, desk.whose, version)
    questionnaire = authoring.content(found)
    offered = calls.offered(questionnaire)
    audience = next((one for one in AUDIENCES if one == desk.asked("as")), AUDIENCES[0])
    language = desk.asked("lang") if desk.asked("lang") in offered else offered[0]
    here = f"/questionnaires/{version}/preview"
    people = saying.PEOPLE[audience].lower()
    page = PreviewPage(
        shell=desk.shell,
        title=f"Preview: {found.title}",
        back=Link(found.title, f"/questionnaires/{version}"),
        effort=saying.effort_of(effort(questionnaire, audience)),
        audiences=tuple(
            Choice(saying.PEOPLE[one], f"{here}?as={one}&lang={language}", one == audience) for one in AUDIENCES
        ),
        tongues=tuple(
            Choice(languages.name(one), f"{here}?as={audience}&lang={one}", one == language, one) for one in offered
        )
        if len(offered) > 1
        else (),
        frame=trying.address(version, audience, language),
        called=f"What {people} see",
    )
    return desk.send("authoring/preview.html", page)
