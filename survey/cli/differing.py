"""What differs between two versions of a questionnaire, as lines on a terminal."""

from collections.abc import Iterator

from survey.core.differences import Change, Changed, Differences, Measure

_COMPARED = {"all": "can be compared", "none": "cannot be compared"}


def told(found: Differences) -> Iterator[str]:
    """The results that stay comparable first: that is what most want to know."""
    if found.none:
        yield "Nothing: both ask and score the same."
        return
    yield "Results:"
    yield from (f"  {measure.name}: {_compared(measure)}" for measure in found.measures)
    for one in found.added:
        yield f"Added    {one.id}  {one.text}"
    for one in found.removed:
        yield f"Removed  {one.id}  {one.text}"
    for item in found.changed:
        yield from _item(item)
    for change in found.general:
        yield from _change(change, "")
    yield f"{found.unchanged} unchanged."


def _compared(measure: Measure) -> str:
    on = f"can be compared on {measure.common} of its {measure.of} questions"
    return _COMPARED.get(measure.compared, on)


def _item(item: Changed) -> Iterator[str]:
    lost = " (its results can no longer be compared)" if item.comparable is False else ""
    yield f"Changed  {item.id}  {item.text}{lost}"
    for change in item.changes:
        yield from _change(change, "    ")


def _change(change: Change, indent: str) -> Iterator[str]:
    yield f"{indent}{change.what}:"
    yield from (f"{indent}  - {line}" for line in change.before)
    yield from (f"{indent}  + {line}" for line in change.after)
