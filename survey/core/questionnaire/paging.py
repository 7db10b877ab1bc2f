"""The [[pages]] of a questionnaire file; without any, each item has a page of its own."""

from collections.abc import Sequence

from survey.core.questionnaire.entries import Entry
from survey.core.questionnaire.model import Page, Text, Vision
from survey.core.questionnaire.table import Table, near, short

MOST_ON_A_PAGE, MOST_PAGES = 10, 200


def read(top: Table, entries: Sequence[Entry], visions: Sequence[Vision], lines: Sequence[int | None]) -> list[Page]:
    """The pages in order. An item that is on none of them, or on two, is noted."""
    given = top.tables("pages")
    known = {entry.id: entry for entry in entries if entry.id}
    if given is None:
        return [Page((item_id,), _section([entry], visions)) for item_id, entry in known.items()]
    if len(given) > MOST_PAGES:
        top.note("pages", f"there are {len(given)}; {MOST_PAGES} are the most.", "Delete those without items.")
    placed: dict[str, str] = {}
    pages = []
    for number, (data, line) in enumerate(zip(given[:MOST_PAGES], lines, strict=False), 1):
        place = f"page {number}" + (f" (line {line})" if line else "")
        pages.append(_page(Table(data, place, top.notes), known, placed, visions))
    for entry in entries:
        if entry.id and entry.id not in placed:
            top.notes.add(entry.table.place, "it is on none of the pages.", "Add it to one, or delete all [[pages]].")
    return pages


def _page(table: Table, known: dict[str, Entry], placed: dict[str, str], visions: Sequence[Vision]) -> Page:
    table.only(("items", "section"))
    ids = table.strings("items", required=True)
    if not 1 <= len(ids) <= MOST_ON_A_PAGE and "items" not in table.mistaken:
        table.note("items", f"a page has 1 to {MOST_ON_A_PAGE} items, and this one {len(ids)}.", "Divide it.")
    for item_id in ids[:MOST_ON_A_PAGE]:
        if item_id not in known:
            table.note("items", f"there is no item ‘{short(item_id)}’.", near(item_id, known))
        elif item_id in placed:
            table.note("items", f"{item_id} is on {placed[item_id]} already.", "Delete it from one of them.")
        placed.setdefault(item_id, table.place)
    entries = [known[item_id] for item_id in ids if item_id in known]
    return Page(tuple(ids), table.text("section", 100) or _section(entries, visions))


def _section(entries: Sequence[Entry], visions: Sequence[Vision]) -> Text | None:
    """The name of the vision that all items of a page belong to, if there is one."""
    belong = {entry.item.vision if entry.item else None for entry in entries}
    return next((vision.name for vision in visions if belong == {vision.id}), None)
