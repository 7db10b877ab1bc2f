"""What differs between two versions of a questionnaire, in words for people, and which results can still be compared.

Items are linked by their ids: the same id with other words is the same item, reworded; another id is another item.
"""

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from survey.core.questionnaire.model import Item, Questionnaire, ShowIf, Text, words
from survey.core.scoring import linking

NOTHING = "–"
AUDIENCES = {"all": "everybody", "clinical": "clinical staff", "non_clinical": "non-clinical staff"}
KINDS = {
    "agreement": "agreement",
    "frequency": "how often",
    "ladder": "a ladder of five steps",
    "zero_to_ten": "0 to 10",
    "single": "one of several",
    "several": "any of several",
    "number": "a number",
    "ranking": "a ranking",
    "text": "own words",
}


class Change(NamedTuple):
    """One thing that reads differently. Where one side has several lines (options), they are told line by line."""

    what: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class Changed(NamedTuple):
    """An item in both versions. `comparable`: answers mean the same and score the same, so results can be set side by
    side; None for an item that is not scored in either."""

    id: str
    text: str
    changes: tuple[Change, ...]
    comparable: bool | None


class Named(NamedTuple):
    """An item of one version only."""

    id: str
    text: str


class Measure(NamedTuple):
    """A vision, or the overall score. `compared`: on "all" its items, on those in "common", or on "none". `common`
    counts those that mean and score the same in both versions, `of` the later version's."""

    name: str
    compared: Literal["all", "common", "none"]
    common: int
    of: int


class Differences(NamedTuple):
    """From an earlier version to a later one. `general` is what is not about one item."""

    general: tuple[Change, ...]
    added: tuple[Named, ...]
    removed: tuple[Named, ...]
    changed: tuple[Changed, ...]
    unchanged: int
    measures: tuple[Measure, ...]

    @property
    def none(self) -> bool:
        return not (self.general or self.added or self.removed or self.changed)


def between(before: Questionnaire, after: Questionnaire) -> Differences:
    common = [item.id for item in after.items if item.id in before.by_id]
    alike, moved = linking.alike(after, before), _moved(before, after)
    told = [_told(before, after, item_id, item_id in moved, alike) for item_id in common]
    return Differences(
        general=tuple(_general(before, after)),
        added=tuple(_named(after, item) for item in after.items if item.id not in before.by_id),
        removed=tuple(_named(before, item) for item in before.items if item.id not in after.by_id),
        changed=tuple(one for one in told if one.changes),
        unchanged=sum(not one.changes for one in told),
        measures=tuple(_measures(before, after)),
    )


def _named(version: Questionnaire, item: Item) -> Named:
    return Named(item.id, words(item.text, version.languages[0]))


def _measures(before: Questionnaire, after: Questionnaire) -> Iterator[Measure]:
    whole, alike = linking.whole(after, before), linking.alike(after, before)
    found = [
        _measure(words(vision.name, after.languages[0]), vision.id in whole, _of(after, vision.id), alike)
        for vision in after.visions
    ]
    yield from found
    scored = frozenset(item.id for item in after.items if item.vision is not None)
    overall = _measure("Overall", "overall" in whole, scored, alike)
    lost = any(one.compared == "none" for one in found)
    yield overall._replace(compared="none") if lost else overall


def _of(version: Questionnaire, vision: str) -> frozenset[str]:
    return frozenset(item.id for item in version.items if item.vision == vision)


def _measure(name: str, whole: bool, items: frozenset[str], alike: frozenset[str]) -> Measure:
    common = len(items & alike)
    return Measure(name, "all" if whole else "common" if common else "none", common, len(items))


def _told(before: Questionnaire, after: Questionnaire, item_id: str, moved: bool, alike: frozenset[str]) -> Changed:
    old, new = before.by_id[item_id], after.by_id[item_id]
    changes = list(_item(before, after, old, new))
    if moved:
        changes.append(Change("Page", _one(_place(before, item_id)), _one(_place(after, item_id))))
    scored = old.vision is not None or new.vision is not None
    return Changed(item_id, words(new.text, after.languages[0]), tuple(changes), item_id in alike if scored else None)


def _item(before: Questionnaire, after: Questionnaire, old: Item, new: Item) -> Iterator[Change]:
    for what, said in _TEXTS:
        yield from _reworded(what, before, after, said(old), said(new))
    yield from _options(before, after, old, new)
    for what, spoken in _SETTINGS:
        yield from _differing(what, spoken(before, old), spoken(after, new))


_TEXTS: tuple[tuple[str, Callable[[Item], Text | None]], ...] = (
    ("Wording", lambda item: item.text),
    ("Hint", lambda item: item.hint),
    ("“Not part of my role”", lambda item: item.not_applicable),
    ("“I don’t know”", lambda item: item.dont_know),
)


def _vision(version: Questionnaire, item: Item) -> str:
    names = {vision.id: vision.name for vision in version.visions}
    return words(names[item.vision], version.languages[0]) if item.vision else "not scored"


def _waits(version: Questionnaire, item: Item) -> str:
    return rule(item.show_if) if item.show_if else ""


def rule(rule: ShowIf) -> str:
    return f"when {rule.item} is answered {' or '.join(rule.answers)}"


def _bounds(version: Questionnaire, item: Item) -> str:
    return f"{item.minimum} to {item.maximum}" if item.minimum is not None else ""


def _points(version: Questionnaire, item: Item) -> str:
    return ", ".join(f"{value:g}" for value in item.values or ())


_SETTINGS: tuple[tuple[str, Callable[[Questionnaire, Item], str]], ...] = (
    ("Kind", lambda _, item: KINDS[item.kind]),
    ("Asked of", lambda _, item: AUDIENCES[item.audience]),
    ("Shown", _waits),
    ("Vision", _vision),
    ("Scored", lambda _, item: "reversed: agreeing scores low" if item.reverse else "as it stands"),
    ("Points per option", _points),
    ("Whole numbers", _bounds),
    ("Longest text", lambda _, item: str(item.max_length or "")),
    ("Places", lambda _, item: str(item.top or "")),
    ("Subtheme", lambda _, item: item.subtheme or ""),
    ("Pulse", lambda _, item: "part of it" if item.pulse else "not part of it"),
    ("What Good Looks Like", lambda _, item: item.wgll or ""),
)


def _differing(what: str, old: str, new: str) -> Iterator[Change]:
    if old != new:
        yield Change(what, _one(old), _one(new))


def _one(text: str) -> tuple[str, ...]:
    return (text or NOTHING,)


def _reworded(
    what: str, before: Questionnaire, after: Questionnaire, old: Text | None, new: Text | None
) -> Iterator[Change]:
    """In each language that either version has; the default one of the later version is not named."""
    for language in _languages(before, after):
        said = _said(old, language, before), _said(new, language, after)
        yield from _differing(_in(what, language, after), *said)


def _languages(before: Questionnaire, after: Questionnaire) -> Sequence[str]:
    """Those that both have: a language that came or went is told once, for all its texts."""
    return [language for language in after.languages if language in before.languages] or [after.languages[0]]


def _said(text: Text | None, language: str, version: Questionnaire) -> str:
    return "" if text is None else words(text, language, version.languages[0])


def _in(what: str, language: str, version: Questionnaire) -> str:
    return what if language == version.languages[0] else f"{what} ({language})"


def _options(before: Questionnaire, after: Questionnaire, old: Item, new: Item) -> Iterator[Change]:
    for language in _languages(before, after):
        was = tuple(_said(option, language, before) for option in old.options)
        now = tuple(_said(option, language, after) for option in new.options)
        if was != now:
            yield Change(_in("Options", language, after), was or _one(""), now or _one(""))


def _moved(before: Questionnaire, after: Questionnaire) -> frozenset[str]:
    """Items that changed their place among those in both versions: an item that was added or removed moves no other.
    Of two that swapped, the one that is told is the one whose move explains the order."""
    was = [item.id for item in before.items if item.id in after.by_id]
    now = [item.id for item in after.items if item.id in before.by_id]
    blocks = SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
    stayed = {item_id for block in blocks for item_id in was[block.a : block.a + block.size]}
    together = {item_id for item_id in now if _mates(before, after, item_id) != _mates(after, before, item_id)}
    return frozenset(set(now) - stayed | together)


def _mates(version: Questionnaire, other: Questionnaire, item_id: str) -> frozenset[str]:
    """The items on the same page that the other version has too."""
    page = next(page for page in version.pages if item_id in page.items)
    return frozenset(one for one in page.items if one in other.by_id)


def _place(version: Questionnaire, item_id: str) -> str:
    number, page = next((n, page) for n, page in enumerate(version.pages, 1) if item_id in page.items)
    others = [one for one in page.items if one != item_id]
    return f"page {number}" + (f", with {', '.join(others)}" if others else "")


def _general(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    yield from _differing("Languages", ", ".join(before.languages), ", ".join(after.languages))
    yield from _reworded("Title", before, after, before.title, after.title)
    yield from _reworded("Mission", before, after, before.mission, after.mission)
    yield from _visions(before, after)
    yield from _levels(before, after)
    yield from _sections(before, after)


def _visions(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    was = {vision.id: vision.name for vision in before.visions}
    now = {vision.id: vision.name for vision in after.visions}
    for vision in [*now, *(vision for vision in was if vision not in now)]:
        yield from _reworded(f"Vision {vision}", before, after, was.get(vision), now.get(vision))
    if [one for one in was if one in now] != [one for one in now if one in was]:
        yield Change("Order of the visions", tuple(was), tuple(now))


def _levels(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    """Levels with the points at which they begin: others move no score, but what it is called."""
    for language in _languages(before, after):
        was = tuple(f"{_said(one.name, language, before)}: from {one.start:g}" for one in before.levels)
        now = tuple(f"{_said(one.name, language, after)}: from {one.start:g}" for one in after.levels)
        if was != now:
            yield Change(_in("Levels", language, after), was, now)


def _sections(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    for language in _languages(before, after):
        was, now = _headings(before, language), _headings(after, language)
        if was != now:
            yield Change(_in("Sections", language, after), was or _one(""), now or _one(""))


def _headings(version: Questionnaire, language: str) -> tuple[str, ...]:
    """The names of the sections in their order, each once. One called as its vision is told as that vision."""
    visions = {_said(vision.name, language, version) for vision in version.visions}
    names = dict.fromkeys(_said(page.section, language, version) for page in version.pages)
    return tuple(name for name in names if name and name not in visions)
