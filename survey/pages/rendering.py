"""From a page's Struct to its bytes. Rendering is a pure function, so what it made can be kept and used again.

A template gets one object, `page`, with everything formatted before. Values that differ per request (a form's token)
or that a person typed are holes: the markup around them is kept, they are not.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import jinja2
import msgspec
from markupsafe import Markup

from survey import languages
from survey.pages import assets

TEMPLATES = Path(__file__).parents[2] / "templates"
_HOLE = re.compile("\0([a-z]+)\0")
Made = TypeVar("Made")


class Link(msgspec.Struct, frozen=True):
    text: str
    href: str


class Tongue(msgspec.Struct, frozen=True):
    """A language that a page can be had in, as its speakers call it. `here`: the page is in it."""

    code: str
    name: str
    here: bool


class Shell(msgspec.Struct, frozen=True):
    """What surrounds a page: whose it is, what it is called, the links at its foot, and the languages to choose from
    where there is a choice."""

    organisation: str
    service: str
    language: str = languages.SOURCE
    footer: tuple[Link, ...] = ()
    tongues: tuple[Tongue, ...] = ()
    script: bool = False
    """Whether its pages load the script that sends again what got lost."""
    kiosk: str = ""
    """The first page of the shared device that this is on; empty elsewhere."""
    service_in: str = ""
    """The language that `service` is in, where it is another."""

    @property
    def direction(self) -> str:
        """How the language is written: "ltr" or "rtl"."""
        return languages.find(self.language).direction


def hole(name: str) -> Markup:
    """A place in the markup that `fill` fills. NUL occurs in no text that is printed."""
    return Markup(f"\0{name}\0")  # noqa: S704 - a constant of ours


def _without_holes(value: object) -> object:
    """What somebody typed makes no hole in a page, whatever it has in it."""
    plain = isinstance(value, str) and not isinstance(value, Markup)
    return str(value).replace("\0", "\ufffd") if plain and "\0" in str(value) else value


def environment(folder: Path = TEMPLATES, language: str = languages.SOURCE) -> jinja2.Environment:
    """Templates escape what they print, fail on a name that is not there, and speak one language."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
        finalize=_without_holes,
    )
    made.globals["asset"] = assets.address
    made.globals["hole"] = hole
    catalogue = languages.find(language)
    made.install_gettext_callables(catalogue.one, catalogue.many, newstyle=True)  # type: ignore[attr-defined]
    return made


_environments: dict[str, jinja2.Environment] = {}


def _speaking(language: str) -> jinja2.Environment:
    if language not in languages.known():
        language = languages.SOURCE
    if language not in _environments:
        _environments[language] = environment(language=language)
    return _environments[language]


async def prepare() -> None:
    """Have every template compiled: up to 40 ms each, which whoever asked first for a page would wait otherwise. In
    pieces, so that nobody waits for all of them."""
    made = _speaking(languages.SOURCE)
    for name in made.list_templates():
        made.get_template(name)
        await asyncio.sleep(_PAUSE)


_PAUSE = 0.02


def render(template: str, page: msgspec.Struct, language: str = languages.SOURCE) -> str:
    return _speaking(language).get_template(template).render(page=page)


class Page(Protocol):
    """A whole page: what surrounds it says its language."""

    @property
    def shell(self) -> Shell: ...


def page(template: str, page: Page) -> bytes:
    """A whole page that nothing has to be put into."""
    return _speaking(page.shell.language).get_template(template).render(page=page).encode()


class Cut(msgspec.Struct, frozen=True):
    """Markup cut at its holes: `texts` stand around `holes`."""

    texts: tuple[bytes, ...]
    holes: tuple[str, ...]

    def fill(self, values: dict[str, bytes]) -> bytes:
        """The whole. KeyError for a hole without a value."""
        pieces = [self.texts[0]]
        for name, text in zip(self.holes, self.texts[1:], strict=True):
            pieces += (values[name], text)
        return b"".join(pieces)


def cut(markup: str) -> Cut:
    pieces = _HOLE.split(markup)
    return Cut(tuple(piece.encode() for piece in pieces[::2]), tuple(pieces[1::2]))


class Memo(Generic[Made]):
    """What was made, by what it follows from; the least recently used goes first. Keys hold no free text."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[Hashable, Made] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        made = self._made.get(key)
        if made is not None:
            self._made.move_to_end(key)
            return made
        made = self._made[key] = make()
        if len(self._made) > self._most:
            self._made.popitem(last=False)
        return made
