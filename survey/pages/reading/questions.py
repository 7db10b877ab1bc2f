"""Question by question: how a large group's answers are spread, and how often there was no answer."""

from collections.abc import Iterator, Sequence

import msgspec

from survey.core.disclosure.release import Distribution, Group, Rates, Share, Withheld
from survey.core.questionnaire.model import Item
from survey.pages.charts import QUARTERS, Chart, Row
from survey.pages.reading.cells import grouped
from survey.pages.reading.index import Index
from survey.pages.reading.prioritising import withheld

MEANS = {"favourable": "for the vision", "middle": "in between", "unfavourable": "against the vision"}
"""What answers mean for the vision that their question belongs to; a word in the table, never a colour alone."""


class Line(msgspec.Struct, frozen=True):
    """A band of answers as a table tells it."""

    label: str
    share: str
    margin: str
    means: str


class Question(msgspec.Struct, frozen=True):
    """One item of one group. Withheld: `withheld` says why, and there is neither chart nor lines."""

    id: str
    text: str
    answers: str
    chart: Chart | None
    lines: tuple[Line, ...]
    without: str
    withheld: str
    comparable: bool


class Part(msgspec.Struct, frozen=True):
    """The items of a vision, or those of none."""

    heading: str
    questions: tuple[Question, ...]

    @property
    def count(self) -> str:
        return "1 question" if len(self.questions) == 1 else f"{len(self.questions)} questions"


class Unknowing(msgspec.Struct, frozen=True):
    """An item that offers “I don’t know”: how many said so."""

    text: str
    share: str
    margin: str


def percent(share: Share) -> str:
    """ "15%", "5% or less"."""
    bound = {"or_more": " or more", "or_less": " or less"}.get(share.bound, "")
    return f"{share.value}%{bound}"


def _margin(share: Share) -> str:
    return f"between {share.low}% and {share.high}%"


def _row(label: str, share: Share, *, strong: bool = False) -> Row:
    said = f"{percent(share)} ({share.low} to {share.high})"
    return Row(label, said, share.value, share.low, share.high, strong=strong)


def _chart(chart_id: str, title: str, rows: Sequence[Row]) -> Chart:
    told = " ".join(f"{row.label}: {row.said}." for row in rows if not row.heading)
    return Chart(chart_id, title, told, tuple(rows), QUARTERS, unit="%")


def parts(index: Index, group: Group) -> tuple[Part, ...]:
    """Everything that is told of a group's answers, vision by vision in the order in which they were asked."""
    asked = index.result.questionnaire
    found = {one.of: one for one in index.answers(group)}
    rates = {one.item: one for one in index.rates(group)}
    sections = [(index.words(vision.name), vision.id) for vision in asked.visions] + [("Other questions", None)]
    made = [
        Part(
            heading,
            tuple(
                _question(index, item, found[item.id], rates.get(item.id))
                for item in asked.items
                if item.vision == vision and item.id in found
            ),
        )
        for heading, vision in sections
    ]
    return tuple(part for part in made if part.questions)


def _question(index: Index, item: Item, found: Distribution, rates: Rates | None) -> Question:
    text = index.question(item.id)
    rows = [(index.options(item.id, share.options), share) for share in found.shares]
    return Question(
        id=f"question-{item.id.lower()}",
        text=text,
        answers=f"{grouped(found.answers)} answers" if found.answers else "",
        chart=_chart(f"answers-{item.id.lower()}", text, [_row(*row) for row in rows]) if rows else None,
        lines=tuple(
            Line(label, percent(share), _margin(share), MEANS.get(share.tone or "", "")) for label, share in rows
        ),
        without=_without(rates),
        withheld=withheld(found.reason) if found.reason else "",
        comparable=rates is None or rates.comparable is not False,
    )


def _without(rates: Rates | None) -> str:
    """ "15% don’t know; 5% or less say that it does not apply to them; 10% passed it by"."""
    if rates is None or rates.reason is not None:
        return ""
    said = [
        (rates.dont_know, "do not know"),
        (rates.not_applicable, "say that it does not apply to them"),
        (rates.skipped, "passed it by"),
    ]
    return "; ".join(f"{percent(share)} {what}" for share, what in said if share is not None)


def reasons(index: Index, group: Group) -> Iterator[Withheld | None]:
    """Why some of it is withheld."""
    yield from (one.reason for one in index.answers(group))
    yield from (one.reason for one in index.held(group))
    yield from (one.reason for one in index.rates(group))


def unknowing(index: Index, group: Group) -> tuple[Unknowing, ...]:
    """Every item that offers “I don’t know”, in the order in which they were asked."""
    return tuple(
        Unknowing(index.question(one.item), percent(one.dont_know), _margin(one.dont_know))
        if one.dont_know
        else Unknowing(index.question(one.item), withheld(one.reason) if one.reason else "", "")
        for one in _asked(index, group)
    )


def unknowing_chart(index: Index, group: Group) -> Chart | None:
    rows = [
        _row(index.question(one.item), one.dont_know)
        if one.dont_know
        else Row(index.question(one.item), withheld(one.reason) if one.reason else "")
        for one in _asked(index, group)
    ]
    title = f"{group.name}: how many say “I don’t know”, question by question"
    return _chart("unknowing", title, rows) if rows else None


def _asked(index: Index, group: Group) -> Iterator[Rates]:
    """Items that offer it, where something is told of any."""
    items = index.result.questionnaire.by_id
    yield from (one for one in index.rates(group) if items[one.item].dont_know is not None)


def held(index: Index, group: Group) -> Chart | None:
    """How many people stand at which level, measure by measure. None where nothing of it is told."""
    rows = list(_held(index, group))
    return _chart("held", f"{group.name}: how many people stand at which level", rows) if rows else None


def _held(index: Index, group: Group) -> Iterator[Row]:
    found = {one.of: one for one in index.held(group)}
    for measure in index.measures:
        one = found.get(measure.id)
        if one is None:
            continue
        yield Row(index.words(measure.name), heading=True)
        if one.reason is not None:
            yield Row("Levels", withheld(one.reason))
        for share in one.shares:
            yield _row(_level(index, share.options), share)


def _level(index: Index, places: Sequence[int]) -> str:
    """ "Level 3, Established"; of levels told together "Level 1 to 2"."""
    if len(places) > 1:
        return f"Level {places[0]} to {places[-1]}"
    level = index.result.questionnaire.levels[places[0] - 1]
    return f"Level {places[0]}, {index.words(level.name)}"
