"""Skip rules: each waits for an item on an earlier page, for an answer that it can have, and that somebody who is asked
this item can give."""

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
            _check_chain(entry, entry.item, known)


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


def _check_chain(entry: Entry, item: Item, known: Mapping[str, Item]) -> None:
    """An item whose rule nobody can fulfil: somewhere up the chain of those it waits for, others are asked than it is.
    Told where the chain first contradicts itself, and not again for whatever waits for that item."""
    above = _above(item, known)
    audiences = {one.audience for one in above} - {"all"}
    other = next((one for one in above if {one.audience, item.audience} == {"clinical", "non_clinical"}), None)
    if other is None or len(audiences) > 1 or other is above[0]:
        return
    chain = ", which waits for ".join(one.id for one in above[: above.index(other) + 1])
    what = f"it can never be shown: it waits for {chain}, and {other.id} is asked of {_people(other.audience)} only"
    entry.table.note("show_if", f"{what}, this item of the others.", "Change one of the audiences.")


def _above(item: Item, known: Mapping[str, Item]) -> list[Item]:
    """The items that it waits for, one by way of the other, the nearest first; a circle ends where it closes."""
    found, rule = list[Item](), item.show_if
    while rule is not None and rule.item in known and known[rule.item] not in (*found, item):
        found.append(known[rule.item])
        rule = found[-1].show_if
    return found


def _people(audience: str) -> str:
    return "clinical staff" if audience == "clinical" else "non-clinical staff"
