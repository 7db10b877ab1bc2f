"""Putting a first few of many options in order: one select per place, so that it needs neither mouse nor script."""

from collections.abc import Iterator, Mapping, Sequence

from survey.core.items import options
from survey.core.items.kind import Kind, Mistake, Values
from survey.core.questionnaire.model import Item, words
from survey.errors import Problem
from survey.messages import say, say_many

PLACES = (
    say("First choice"),
    say("Second choice"),
    say("Third choice"),
    say("Fourth choice"),
    say("Fifth choice"),
    say("Sixth choice"),
    say("Seventh choice"),
    say("Eighth choice"),
    say("Ninth choice"),
    say("Tenth choice"),
)
"""What each place is called; there can be no more."""


class Ranking(Kind):
    """State 1, then one byte per place: the option's number, 0 from where no more were named. Never scored."""

    name = "ranking"
    called = "a ranking item"
    template = "ranking"
    scoring = "never"
    takes = ("options", "top")

    def gather(self, item: Item, form: Mapping[str, Sequence[str]]) -> Sequence[str]:
        """One value per place, "" where it was left; then the special answers, which have the item's own field."""
        places = [next(iter(form.get(field, ())), "") for field in fields(item)]
        return [*places, *form.get(item.id, ())]

    def take(self, item: Item, values: Sequence[str], language: str) -> Values:
        while values and not values[-1]:
            values = values[:-1]
        if len(values) > (item.top or 0):
            raise Mistake(
                say_many("Choose no more than %(count)s option", "Choose no more than %(count)s options", item.top or 0)
            )
        if "" in values:
            place = PLACES[list(values).index("")]
            said = say("‘%(place)s’ is empty. Choose one, or move your other choices up", place=place)
            raise Mistake(said)
        chosen = options.positions(item, values)
        _no_repeats(item, chosen, language)
        return tuple(values)

    def width(self, item: Item) -> int:
        return 1 + (item.top or 0)

    def put(self, item: Item, values: Values) -> bytes:
        return bytes((1, *map(int, values))).ljust(self.width(item), b"\0")

    def get(self, item: Item, data: bytes) -> Values:
        return tuple(str(place) for place in data[1:] if place)

    def longest(self, item: Item) -> int:
        return 3 * (item.top or 1)

    def possible(self, item: Item, answer: str) -> bool:
        return answer in options.numbered(len(item.options)) or super().possible(item, answer)

    def needs(self, item: Item) -> Iterator[Problem]:
        yield from options.between(item, 2)
        if item.top is None:
            yield Problem("top", "a ranking item says how many places there are.", "Write top = 3, say.")
        elif not 1 <= item.top <= len(PLACES):
            yield Problem("top", f"there can be 1 to {len(PLACES)} places, not {item.top}.", "Choose another number.")
        elif item.top > len(item.options) >= 2:
            what = f"{item.top} places are more than the {len(item.options)} options."
            yield Problem("top", what, "Lower it, or add options.")


def fields(item: Item) -> tuple[str, ...]:
    """The names of its form fields, one per place."""
    return tuple(f"{item.id}.{place}" for place in range(1, (item.top or 0) + 1))


def _no_repeats(item: Item, chosen: list[int], language: str) -> None:
    for place in chosen:
        if chosen.count(place) > 1:
            option = words(item.options[place - 1], language)
            said = say("You chose ‘%(option)s’ more than once. Choose a different option for each place", option=option)
            raise Mistake(said)
