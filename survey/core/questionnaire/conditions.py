"""Skip rules: each waits for an item on an earlier page, and for an answer that the item can have."""

from collections.abc import Mapping, Sequence

from survey.core.items import KINDS
from survey.core.questionnaire.entries import Entry
from survey.core.questionnaire.model import Item, Page, ShowIf
from survey.core.questionnaire.table import near, short

_EARLIER = "Let it wait for an item on an earlier page."


def check(entries: Sequence[Entry], pages: Sequence[Page]) -> None:
    """Note every skip rule that could not be followed."""
    known = {entry.id: entry.item for entry in entries if entry.item is not None and entry.id}
    named = {entry.id for entry in entries if entry.id}
    page_of = {item_id: position for position, page in enumerate(pages) for item_id in page.items}
    for entry in entries:
        if entry.item is None or entry.item.show_if is None:
            continue
        rule = entry.item.show_if
        if rule.item in named:
            _check_order(entry, entry.item, rule, known, page_of)
        else:
            entry.table.note("show_if", f"there is no item ‘{short(rule.item)}’.", near(rule.item, named))
        if rule.item in known:
            _check_answers(entry, rule, known[rule.item])


def _check_order(entry: Entry, item: Item, rule: ShowIf, known: Mapping[str, Item], page_of: Mapping[str, int]) -> None:
    here, there = page_of.get(item.id), page_of.get(rule.item)
    circle = _circle(item, known)
    if circle:
        entry.table.note("show_if", f"it waits for itself: {' → '.join(circle)}.", "Break the circle.")
    elif here is not None and here == there:
        what = f"{rule.item} is on the same page, where its answer is not known yet."
        entry.table.note("show_if", what, _EARLIER)
    elif here is not None and there is not None and here < there:
        entry.table.note("show_if", f"{rule.item} comes later.", _EARLIER)


def _circle(item: Item, known: Mapping[str, Item]) -> list[str]:
    """The ids from an item by way of those it waits for back to itself; empty where they do not lead there."""
    way, rule = [item.id], item.show_if
    while rule is not None and rule.item in known and rule.item not in way:
        way.append(rule.item)
        rule = known[rule.item].show_if
    return [*way, item.id] if rule is not None and rule.item == item.id else []


def _check_answers(entry: Entry, rule: ShowIf, other: Item) -> None:
    kind = KINDS[other.kind]
    for answer in rule.answers:
        if not kind.possible(other, answer):
            what = f"{other.id}, {kind.called}, cannot be answered with ‘{short(answer)}’."
            mend = "Count its options from 1, or write “na” or “dk” if it offers them."
            entry.table.note("show_if", what, mend if other.kind != "text" else "Wait for another item.")
    audiences = {entry.item.audience if entry.item else "all", other.audience}
    if audiences == {"clinical", "non_clinical"}:
        what = f"{other.id} is asked of {_people(other.audience)} only, and this item of the others."
        entry.table.note("show_if", what, "Change one of the audiences.")


def _people(audience: str) -> str:
    return "clinical staff" if audience == "clinical" else "non-clinical staff"
