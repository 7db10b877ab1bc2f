"""Adding a questionnaire: from a file, from pasted text, or one that comes with the service. Every mistake is shown
beside the line that it is about; nothing is stored while there is one, and the text stays on the page to be mended."""

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from markupsafe import Markup

from survey import errors
from survey.core.questionnaire import marking
from survey.core.questionnaire.syntax import MOST_BYTES
from survey.errors import BadInput, Problem
from survey.operations import authoring
from survey.pages.authoring import saying
from survey.pages.console import mistakes, uploads
from survey.pages.console.desk import Desk
from survey.pages.console.entries import Field
from survey.pages.console.frame import CSRF
from survey.pages.rendering import Link, Shell

MOST_TOLD = 50
"""Mistakes told at once: who has more mends these first."""
_LONGEST_LINE = 300
_NO_FILE = Problem("file", "choose a file first,", "or paste its text below.")
_TOO_LARGE = Problem("file", f"the file is larger than {MOST_BYTES // 1_000_000} MB.", "Choose another.")
_NO_TEXT = Problem("text", "paste the text of a questionnaire first,", "or choose a file above.")


class Marked(msgspec.Struct, frozen=True):
    """A line of the text beside what is wrong with it. `number` is empty where lines are left out."""

    number: str
    text: str
    mistakes: tuple[str, ...]


class AddPage(msgspec.Struct, frozen=True):
    """`name` is the file that the text came from; `more` mistakes are not shown."""

    shell: Shell
    title: str
    csrf: Markup
    back: Link
    problems: tuple[Link, ...]
    heading: str
    more: str
    file_error: str
    lines: tuple[Marked, ...]
    text: Field
    most: str


async def new(desk: NamedDependency[Desk]) -> Response[bytes]:
    return _page(desk)


def _page(
    desk: Desk, text: str = "", bad: BadInput | None = None, status: int = 200, *, lines: str | None = None
) -> Response[bytes]:
    """`lines` is the text to show mistakes in where it is not the one to mend."""
    problems = bad.problems if bad else ()
    shown = problems[:MOST_TOLD]
    of_file = next((mistakes.sentence(one) for one in shown if one.place == "file"), "")
    of_text = next((mistakes.sentence(one) for one in shown if one.place == "text"), "")
    shown_in = text if lines is None else lines
    page = AddPage(
        shell=desk.shell,
        title=mistakes.title("Add a questionnaire", problems),
        csrf=CSRF,
        back=Link("All questionnaires", "/questionnaires"),
        problems=tuple(_link(shown_in, problem) for problem in shown),
        heading=_heading(len(problems), of_file or of_text),
        more=saying.count(len(problems) - MOST_TOLD, "more mistake") if len(problems) > MOST_TOLD else "",
        file_error=of_file,
        lines=tuple(_marked(line) for line in marking.marked(shown_in, shown)),
        text=Field("text", "Its text", text, "In TOML, as the file has it", of_text, rows=12),
        most=f"{MOST_BYTES // 1_000_000} MB",
    )
    return desk.send("authoring/add.html", page, status)


def _heading(number: int, plain: str) -> str:
    return "There is a problem" if plain else f"Nothing has been added: {saying.count(number, 'mistake')}"


def _link(text: str, problem: Problem) -> Link:
    if problem.place in {"file", "text"}:
        return Link(mistakes.sentence(problem), f"#{problem.place}")
    number = marking.place(text, problem)
    return Link(str(problem), f"#line-{number}" if number else "#text")


def _marked(line: marking.Line) -> Marked:
    text = line.text if len(line.text) <= _LONGEST_LINE else f"{line.text[:_LONGEST_LINE]}…"
    told = tuple(f"{problem.place}: {mistakes.sentence(problem)}" for problem in line.problems)
    return Marked(str(line.number or ""), text, told)


async def from_text(desk: NamedDependency[Desk]) -> Response[bytes]:
    text = desk.visitor.form.get("text", [""])[0].replace("\r\n", "\n")
    if not text.strip():
        return _page(desk, "", BadInput([_NO_TEXT]), 422)
    return await _add(desk, text)


async def from_file(desk: NamedDependency[Desk]) -> Response[bytes]:
    """The form that carries a file. It is read as it arrives, up to what the doorway lets through."""
    try:
        async with uploads.received(desk) as file:
            content = await file.read() if file is not None else b""
    except errors.TooLarge:
        return _page(desk, "", BadInput([_TOO_LARGE]), 413)
    if not content.strip():
        return _page(desk, "", BadInput([_NO_FILE]), 422)
    try:
        text = authoring.decode(content)
    except BadInput as bad:
        return _page(desk, "", bad, 422, lines=content.decode("utf-8", "replace"))
    return await _add(desk, text)


async def _add(desk: Desk, text: str) -> Response[bytes]:
    try:
        questionnaire = await authoring.read(text)
    except BadInput as bad:
        return _page(desk, text, bad, 422)
    async with desk.connection() as db:
        added = await authoring.enter(db, desk.visitor.actor, questionnaire, text)
    return desk.go(f"/questionnaires/{added.questionnaire_hash}?told={'added' if added.new else 'there'}")


async def from_us(desk: NamedDependency[Desk]) -> Response[bytes]:
    """One that comes with the service."""
    found = authoring.shipped().get(desk.one("name"))
    if found is None:
        raise errors.NotFound
    async with desk.connection() as db:
        added = await authoring.enter(db, desk.visitor.actor, *found)
    return desk.go(f"/questionnaires/{added.questionnaire_hash}?told={'added' if added.new else 'there'}")
