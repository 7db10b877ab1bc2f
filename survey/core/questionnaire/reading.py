"""Reading a questionnaire from its file: a Questionnaire that is whole, or every mistake at once.

The format, by example:

    title = "Digital maturity survey"
    mission = "…"                             # any text may instead be { en = "…", cy = "…" }
    languages = ["en"]                        # the first is the default

    [visions]                                 # 1 to 12, in the order shown
    services = "Digitally transforming services"

    [levels]
    names = ["Beginning", "Developing", "Established", "Advanced", "Leading"]
    cuts = [20, 40, 60, 80]                   # where each but the first begins; these are the default

    [scales]                                  # lists of options to share; agreement and frequency items find
    agreement = ["Strongly disagree", …]      # theirs by their name, others say scale = "…"

    [[items]]
    id = "S1"                                 # never changes: it links the results of different rounds
    kind = "agreement"                        # frequency, ladder, zero_to_ten, single, several,
    vision = "services"                       # number, ranking, text
    text = "…"
    not_applicable = "Not part of my role"
    dont_know = true
    show_if = { item = "S0", answers = [1, 2, "dk"] }

    [[pages]]                                 # optional; without any, each item has its own page
    items = ["S1"]
    section = "…"                             # by default the name of the vision, if the items share one
"""

from collections.abc import Sequence

from survey.core.items.text import MOST as LONGEST_TEXT
from survey.core.questionnaire import conditions, entries, header, paging, syntax
from survey.core.questionnaire.entries import Entry, Shared
from survey.core.questionnaire.model import Item, Page, Questionnaire, Vision
from survey.core.questionnaire.table import Notes, Table
from survey.errors import BadInput

MOST_ITEMS = 200
MOST_TEXT = 5 * LONGEST_TEXT
"""Characters of free text that one person may write in all: every draft is padded to hold them."""
_KEYS = ("title", "mission", "languages", "visions", "levels", "scales", "wording", "items", "pages")


def read(text: str) -> Questionnaire:
    """Raises BadInput with all mistakes, each with its place and how to mend it."""
    top = Table(syntax.parse(text), "", Notes())
    top.only(_KEYS)
    top.notes.languages = header.languages(top)
    title, mission = top.text("title", 200, required=True), top.text("mission", 1000, required=True)
    shared = Shared(header.visions(top), header.scales(top), header.wordings(top))
    levels = header.levels(top)
    found = _entries(text, top, shared)
    pages = _pages(text, top, found, shared.visions)
    _check_together(top, found, shared.visions)
    conditions.check(found, pages)
    if top.notes.problems or title is None or mission is None:
        raise BadInput(top.notes.problems)
    items = _in_order(found, pages)
    return Questionnaire(title, mission, shared.visions, items, tuple(pages), levels, top.notes.languages)


def _entries(text: str, top: Table, shared: Shared) -> list[Entry]:
    given = top.tables("items") or []
    if not given and "items" not in top.mistaken:
        top.note("items", "there are none.", "Write at least one, beginning with [[items]].")
    if len(given) > MOST_ITEMS:
        top.note("items", f"there are {len(given)}; {MOST_ITEMS} are the most.", "Leave some out.")
    numbered = enumerate(zip(given, syntax.lines(text, "items", len(given)), strict=True), 1)
    found = [
        entries.read(data, number, line, shared, top.notes) for number, (data, line) in numbered if number <= MOST_ITEMS
    ]
    return _without_repeats(found)


def _without_repeats(found: list[Entry]) -> list[Entry]:
    """Each id once, whatever its case: exports and reports are not always told apart by case."""
    first: dict[str, Entry] = {}
    for entry in found:
        other = first.setdefault(entry.id.lower(), entry)
        if entry.id and other is not entry:
            entry.table.note("id", f"{other.table.place} has this id too.", "Give one of them another.")
    return [entry for entry in found if not entry.id or first[entry.id.lower()] is entry]


def _pages(text: str, top: Table, found: Sequence[Entry], visions: Sequence[Vision]) -> list[Page]:
    given = top.data.get("pages")
    count = len(given) if isinstance(given, list) else 0
    return paging.read(top, found, visions, syntax.lines(text, "pages", count))


def _check_together(top: Table, found: Sequence[Entry], visions: Sequence[Vision]) -> None:
    used = {entry.table.data.get("vision") for entry in found if isinstance(entry.table.data.get("vision"), str)}
    for vision in visions:
        if vision.id not in used:
            mend = "Give an item this vision, or delete it."
            top.notes.add(f"visions, {vision.id}", "no item belongs to this vision.", mend)
    longest = sum(entry.item.max_length or 0 for entry in found if entry.item and entry.item.kind == "text")
    if longest > MOST_TEXT:
        what = f"the free texts may have {longest:,} characters together; {MOST_TEXT:,} are the most."
        top.notes.add("items", what, "Lower their ‘max_length’.")


def _in_order(found: Sequence[Entry], pages: Sequence[Page]) -> tuple[Item, ...]:
    """The items in the order in which pages ask them: from here on there is no other order."""
    known = {entry.id: entry.item for entry in found if entry.item is not None}
    return tuple(known[item_id] for page in pages for item_id in page.items)
