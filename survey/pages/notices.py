"""Privacy, accessibility, help and verification: a Trust's own words, or the last report, where there are any, and what
is true of every round."""

import re
from typing import Any, Literal

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency

from survey import languages
from survey.messages import mark, say
from survey.operations import proving
from survey.pages import explaining, rendering, replies
from survey.pages.explaining import Explained
from survey.pages.rendering import Shell
from survey.pages.responding.call import Call

Kind = Literal["heading", "list", "paragraph"]
_TITLES = {
    "privacy": mark("Privacy: what happens to your answers"),
    "accessibility": mark("Accessibility of this survey"),
    "help": mark("Help with this survey"),
    "verification": mark("How this service attacks itself"),
    "method": "How results are worked out, and what is withheld",
}


class Block(msgspec.Struct, frozen=True):
    """A piece of a Trust's text: a list has one line per point, a paragraph keeps its line breaks in its one line."""

    kind: Kind
    lines: tuple[str, ...]


class Offline(msgspec.Struct, frozen=True):
    """One page for all: whoever reads it cannot ask for another, so it says the same in each language."""

    shell: Shell
    title: str
    spoken: tuple[tuple[str, str, str, str], ...]


class Notice(msgspec.Struct, frozen=True):
    """`lang` is the end of an address that keeps the language."""

    shell: Shell
    round_id: str
    title: str
    lang: str
    own: tuple[Block, ...]
    own_language: str
    custody: str
    closes: str


class MethodNotice(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    method: Explained


def blocks(text: str) -> tuple[Block, ...]:
    """Plain text with blank lines between paragraphs, "## " before a heading, "- " before each point of a list."""
    return tuple(_block(part.strip()) for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip())


def _block(part: str) -> Block:
    lines = tuple(part.split("\n"))
    if len(lines) == 1 and part.startswith("## "):
        return Block("heading", (part[3:].strip(),))
    if all(line.startswith("- ") for line in lines):
        return Block("list", tuple(line[2:].strip() for line in lines))
    return Block("paragraph", (part,))


def _page(call: Call, name: str) -> Response[bytes]:
    text = call.view.organisation.texts.get(name, {})
    spoken = call.language if call.language in text else next(iter(text), "")
    notice = Notice(
        shell=call.shell,
        round_id=call.view.round_id,
        title=call.tell(_TITLES[name]),
        lang=f"?lang={call.language}" if call.shell.tongues else "",
        own=blocks(text[spoken]) if text else (),
        own_language=spoken,
        custody=call.view.custody,
        closes=call.closes,
    )
    return call.html(rendering.page(f"notices/{name}.html", notice))


async def privacy(call: NamedDependency[Call]) -> Response[bytes]:
    return _page(call, "privacy")


async def accessibility(call: NamedDependency[Call]) -> Response[bytes]:
    return _page(call, "accessibility")


async def assistance(call: NamedDependency[Call]) -> Response[bytes]:
    """The page called Help."""
    return _page(call, "help")


async def verification(call: NamedDependency[Call]) -> Response[bytes]:
    """The last report of an attack on the live database, as far as it is for everybody's eyes."""
    return _page(call, "verification")


async def method(call: NamedDependency[Call]) -> Response[bytes]:
    """How answers will become results, and what was agreed about that before anybody answered."""
    explained = explaining.explain(call.questionnaire, call.view.plan, coverage=proving.coverage())
    return call.html(rendering.page("notices/method.html", MethodNotice(call.shell, _TITLES["method"], explained)))


_LINE = say(
    "There is no connection. What you have saved is kept. A page that could not be sent yet is sent when the "
    "connection is back."
)


async def offline(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What the service worker shows while there is no connection."""
    spoken = [
        (
            one,
            languages.tell(say("You are offline"), one),
            languages.tell(_LINE, one),
            languages.tell(say("Try again"), one),
        )
        for one in languages.known()
    ]
    shell = Shell(languages.tell(mark("Digital maturity survey"), languages.SOURCE), "")
    return replies.html(request, rendering.page("notices/offline.html", Offline(shell, spoken[0][1], tuple(spoken))))
