"""S7: every text of the corpus, wherever somebody's text is shown, with the content security policy on and off.

The pages are those of `gallery`, so that a new one is looked at as soon as it has an address to look at; what
`planting` puts into them is everything that somebody can write: `fields` knows every field, and a new one is missed.
"""

import csv
import html
import io
import itertools

import pytest
from playwright.async_api import Browser

from survey import db as databases
from survey.core import reaching
from survey.core.reaching import Facts, Voice
from tests import xss
from tests.browser import fields, shown
from tests.browser.gallery import Gallery
from tests.browser.live import Live
from tests.browser.planting import texts
from tests.browser.planting.texts import TEXTS
from tests.browser.shown import Page

pytestmark = pytest.mark.browser


async def test_no_text_runs_where_texts_are_shown(chrome: Browser, gallery: Gallery) -> None:
    """On paper, too: every unit's poster and slips, and the slips in a file that no policy comes with."""
    assert len(gallery.everything) > 180
    assert await shown.amiss(chrome, gallery.everything) == []


async def test_every_field_is_planted_with_every_text(gallery: Gallery, live: Live) -> None:
    missing = []
    async with databases.connect(live.stage.url) as db:
        whole = {f: v for column in await fields.columns(db) for f, v in (await fields.stored(db, column)).items()}
        for field in sorted(await fields.every(db) - fields.ENCRYPTED):
            if fields.named(field, fields.SHOWN, *fields.UNSHOWN.values()):
                there = "\n".join(whole.get(field, []))
                missing += [(field, text) for text in TEXTS if text not in there]
    assert missing == []


PLAIN = {number for number, text in enumerate(TEXTS) if text == text.strip() and "\n" not in text and "]]" not in text}
"""Those that pages show to the letter: white space may go, and ]] means something in a comment that is reviewed."""


async def test_every_field_that_is_planted_can_be_read(gallery: Gallery) -> None:
    """Nothing is cut out of anybody's text: it is all there, as text. A page without it would be looked at for
    nothing."""
    seen: dict[str, set[int]] = {}
    for page in gallery.everything:
        for field, number in texts.found(html.unescape(page.text)):
            seen.setdefault(field, set()).add(number)
    assert len(PLAIN) > 225
    assert {field: len(PLAIN - seen.get(field, set())) for field in fields.SHOWN} == dict.fromkeys(fields.SHOWN, 0)


async def test_a_file_is_a_table_to_a_spreadsheet(gallery: Gallery) -> None:
    """S9: no cell of a table begins as a formula does."""
    tables = {path: answer for path, answer in gallery.files.items() if path.endswith((".csv", "/audit-log/file"))}
    for path, answer in tables.items():
        rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"), newline=""))
        cells = [cell for row in rows for cell in row if not cell.lstrip("-").replace(".", "").isdigit()]
        assert len(cells) > 5, path
        assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == [], path
    assert len(tables) >= 7


async def test_a_file_is_no_page(gallery: Gallery) -> None:
    """What is downloaded is never shown by a browser, whatever is in it."""
    for path, answer in gallery.files.items():
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["content-disposition"].startswith("attachment"), path


async def test_no_text_runs_in_an_email(chrome: Browser, gallery: Gallery) -> None:
    """A Trust's own words, and every name that is filled in, in a mail program without any policy."""
    assert [
        one for one in await shown.amiss(chrome, _letters(gallery.base)) if "BODY style=font-family" not in one
    ] == []


def _letters(base: str) -> list[Page]:
    found = []
    for kind, start in itertools.product(reaching.KINDS, range(4)):
        everything = "\n\n".join(TEXTS[start::4])
        plain = everything.replace("{", "(").replace("}", ")")
        facts = Facts(everything, everything, everything, "https://survey.trust.example/r/x", "https://s.example/s")
        own = {"en": {f"{kind}_email": f"{plain}{{link}} {{organisation}} {{survey}} {{closes}}"}}
        letters = [reaching.letter(words, Voice(), kind, "email", facts).html for words in (own, {})]
        found += [Page(base, letter) for letter in letters]
    return found


async def test_a_template_in_a_text_stays_a_text(gallery: Gallery) -> None:
    said = html.unescape(gallery.pages["/keys"].text)
    assert "{{7*7}}//" in said and "${alert(1)}//" in said


async def test_a_text_that_runs_is_seen(chrome: Browser, gallery: Gallery) -> None:
    """The measure can fail: a page that prints a text as it is is complained about, by the policy as well where the
    text runs by itself; and the policy alone would stop it."""
    plain = gallery.pages["/keys"]
    printed = [plain.text.replace("<main", f"{text}<main", 1) for text in xss.VECTORS]
    reported = await shown.looks(chrome, [Page(plain.address, text, 200, plain.policy) for text in printed])
    enforced = await shown.looks(chrome, [Page(plain.address, text, 200, plain.policy, True) for text in printed])
    missed = [text for text, look in zip(xss.VECTORS, reported, strict=True) if not look.ran]
    assert missed == [text for text in xss.VECTORS if text.startswith("<math>")], "that one is for careless cleaners"
    running = [look for look in reported if "alert" in look.ran]
    assert len(running) >= 9
    assert all(look.reported for look in running)
    assert not any("alert" in look.ran for look in enforced)
    assert len(xss.PAYLOADS) >= 200
