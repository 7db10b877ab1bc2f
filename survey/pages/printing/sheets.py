"""Sheets of A4 for a reporting unit: a poster, or slips to cut apart. Pure: what is on them follows from arguments.

A code on the paper for cameras holds a short address and nothing of anybody's.
"""

import io
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec
import segno
from markupsafe import Markup

from survey.core.effort import most
from survey.core.questionnaire.model import words
from survey.languages import times
from survey.operations.printing import Sheet, Slip
from survey.operations.viewing import View
from survey.pages import assets, rendering
from survey.pages.rendering import Link, Shell
from survey.pages.responding.call import offered

SLIPS_A_PAGE, FEWER = 8, 6
"""Fewer where each says all in more than one language."""


class Words(msgspec.Struct, frozen=True):
    """What a sheet says in one language. `address` is as people type it; `code_address` is for who has a slip."""

    language: str
    organisation: str
    title: str
    unit: str
    address: str
    code_address: str
    qr: Markup
    closes: str
    minutes: int


class Paper(msgspec.Struct, frozen=True):
    """The whole document. `style` is the style sheet itself, in a file that stands alone."""

    shell: Shell
    title: str
    back: Link | None
    note: str
    style: Markup
    kind: str
    posters: tuple[Markup, ...] = ()
    pages: tuple[tuple[Slip, ...], ...] = ()
    slip: tuple[Markup, ...] = ()
    qr: Markup = Markup("")
    organisation: str = ""
    unit: str = ""


@lru_cache(maxsize=256)
def qr(address: str) -> Markup:
    """For cameras: black on white, as wide as the paper gives it. Middling redundancy, as paper gets creased."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, svgclass=None, lineclass=None
    )
    markup = drawn.getvalue().decode().replace("<svg", '<svg aria-hidden="true" focusable="false"', 1)
    return Markup(markup)  # noqa: S704 - drawn here, of an address of ours


def typed(address: str) -> str:
    """An address as it is printed to be typed: browsers put the rest before it."""
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}"


def link_address(base_url: str, round_id: str) -> str:
    return f"{base_url}/link/{round_id}"


def code_address(base_url: str) -> str:
    return f"{base_url}/code"


def _words(view: View, unit: str, base_url: str, zone: str, address: str) -> list[Words]:
    asked = most(view.questionnaire)
    return [
        Words(
            language=language,
            organisation=view.organisation.name,
            title=words(view.title, language),
            unit=unit,
            address=typed(address),
            code_address=typed(code_address(base_url)),
            qr=qr(address),
            closes=times.spoken(view.closes_at, zone, language),
            minutes=asked.minutes,
        )
        for language in offered(view.questionnaire)
    ]


def _spoken(template: str, said: list[Words]) -> tuple[Markup, ...]:
    """Markup of ours, in each language."""
    return tuple(Markup(rendering.render(template, one, one.language)) for one in said)  # noqa: S704


def _style(alone: bool) -> Markup:
    return Markup(assets.find("paper.css").plain.decode() if alone else "")  # noqa: S704 - a file of ours


def poster(view: View, unit: str, base_url: str, zone: str, back: Link | None) -> bytes:
    """One sheet for each language."""
    said = _words(view, unit, base_url, zone, link_address(base_url, view.round_id))
    page = Paper(
        shell=Shell(view.organisation.name, ""),
        title=f"Poster: {unit}",
        back=back,
        note="A4, upright. It holds no secret: copy it as often as you like.",
        style=_style(alone=False),
        kind="poster",
        posters=_spoken("printing/poster.html", said),
    )
    return rendering.page("printing/paper.html", page)


def slips(view: View, sheet: Sheet, base_url: str, zone: str, back: Link | None) -> bytes:
    """All slips of a unit, six or eight to a sheet. `back` is None in a file that stands alone."""
    address, unit = code_address(base_url), sheet.unit.name
    said = _spoken("printing/slip.html", _words(view, unit, base_url, zone, address))
    each = SLIPS_A_PAGE if len(said) == 1 else FEWER
    page = Paper(
        shell=Shell(view.organisation.name, ""),
        title=f"Slips: {unit}",
        back=back,
        note="A4, upright. Each slip is one person’s. Cut them apart, hand them out unseen, and keep no copy.",
        style=_style(alone=back is None),
        kind="slips",
        pages=tuple(sheet.slips[at : at + each] for at in range(0, len(sheet.slips), each)),
        slip=said,
        qr=qr(address),
        organisation=view.organisation.name,
        unit=unit,
    )
    return rendering.page("printing/paper.html", page)
