"""Charts of results: which scores stand in them, and the words for those who do not see them."""

from collections.abc import Iterator, Sequence

from survey.core.disclosure.release import Group, Measure
from survey.pages.charts import Band, Chart, Row
from survey.pages.reading.cells import Shown, shown
from survey.pages.reading.index import Index


def bands(index: Index) -> tuple[Band, ...]:
    levels = index.result.questionnaire.levels
    return tuple(Band(level.start, f"Level {place}") for place, level in enumerate(levels, start=1))


def _row(label: str, cell: Shown, *, strong: bool = False) -> Row:
    if not cell.score:
        return Row(label, cell.short, strong=strong)
    return Row(label, cell.short, cell.value, cell.low, cell.high, strong=strong)


def of_group(index: Index, group: Group, chart_id: str) -> Chart:
    """One group, every measure."""
    pairs = [(index.words(measure.name), shown(index.cell(group, measure))) for measure in index.measures]
    return Chart(
        id=chart_id,
        title=f"{group.name}: scores with their margins",
        description=" ".join(f"{name}: {cell.sentence}." for name, cell in pairs),
        rows=tuple(_row(name, cell) for name, cell in pairs),
        bands=bands(index),
    )


def compared(index: Index, groups: Sequence[Group], chart_id: str) -> Chart:
    """The first of the groups beside those above it, measure by measure."""
    own = groups[0]
    pairs = [(index.words(measure.name), shown(index.cell(own, measure))) for measure in index.measures]
    others = " and ".join(group.name for group in groups[1:])
    return Chart(
        id=chart_id,
        title=f"{own.name}: scores with their margins" + (f", beside {others}" if others else ""),
        description=" ".join(f"{name}: {cell.sentence}." for name, cell in pairs),
        rows=tuple(_by_measure(index, groups)),
        bands=bands(index),
    )


def _by_measure(index: Index, groups: Sequence[Group]) -> Iterator[Row]:
    for measure in index.measures:
        yield Row(index.words(measure.name), heading=True)
        for place, group in enumerate(groups):
            yield _row(group.name, shown(index.cell(group, measure)), strong=place == 0)


def across(index: Index, measure: Measure, chart_id: str) -> Chart:
    """One measure, every unit in the order of the tree; the dashed line is the organisation's score."""
    name = index.words(measure.name)
    whole = shown(index.cell(index.whole, measure)) if index.whole else Shown()
    dashed = f" The dashed line is the organisation’s score, {whole.score}." if whole.score else ""
    return Chart(
        id=chart_id,
        title=f"{name}: scores of all units with their margins",
        description=f"Units in the order of the organisation’s tree. The table below has every number.{dashed}",
        rows=tuple(_by_unit(index, measure)),
        bands=bands(index),
        reference=whole.value if whole.score else None,
    )


def _by_unit(index: Index, measure: Measure) -> Iterator[Row]:
    if index.whole:
        yield _row(index.whole.name, shown(index.cell(index.whole, measure)), strong=True)
    tops = index.children(index.whole)
    if index.is_large:
        yield from (_row(top.name, shown(index.cell(top, measure))) for top in tops)
        return
    for top in (top for top in tops if index.children(top)):
        yield Row(top.name, heading=True)
        yield _row(f"All of {top.name}", shown(index.cell(top, measure)), strong=True)
        for group, _ in index.below(top):
            yield _row(group.name, shown(index.cell(group, measure)))
    loose = [top for top in tops if not index.children(top)]
    if loose:
        yield Row("Not in any one division" if len(loose) < len(tops) else "Units", heading=True)
    for group in loose:
        yield _row(group.name, shown(index.cell(group, measure)))


def of_staff_groups(index: Index, measure: Measure, chart_id: str) -> Chart | None:
    """One measure, every staff group; None where the plan publishes none."""
    if not index.staff_groups:
        return None
    pairs = [(group.name, shown(index.cell(group, measure))) for group in index.staff_groups]
    return Chart(
        id=chart_id,
        title=f"{index.words(measure.name)}: scores of staff groups with their margins",
        description=" ".join(f"{name}: {cell.sentence}." for name, cell in pairs),
        rows=tuple(_row(name, cell) for name, cell in pairs),
        bands=bands(index),
    )
