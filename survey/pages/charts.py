"""Interval charts, laid out: a dot for each number and a whisker for its margin, on one scale for all.

Only geometry happens here; `components/chart.html` draws it as SVG. A chart is drawn twice, wide and narrow, and the
style sheet shows the one that fits: text inside an SVG cannot wrap, and scaled down to a phone nobody could read it.
"""

import textwrap
from collections.abc import Iterator

import msgspec


class Row(msgspec.Struct, frozen=True):
    """One line of a chart. `said` is the number in words; without a value it says why there is none. A heading has
    neither. `zone` is a stretch drawn behind: what is inside it is not told from chance."""

    label: str
    said: str = ""
    value: int | None = None
    low: int = 0
    high: int = 0
    heading: bool = False
    strong: bool = False
    zone: tuple[float, float] | None = None


class Band(msgspec.Struct, frozen=True):
    """A stretch of the scale, such as a maturity level: where it begins, and what it is called."""

    start: float
    label: str


QUARTERS = tuple(Band(start, "") for start in (0, 25, 50, 75))
"""Behind numbers that no level belongs to."""


class Layout(msgspec.Struct, frozen=True):
    """Measures in SVG units. `above`: labels stand above their track and not to its left."""

    name: str
    width: float
    left: float
    right: float
    characters: int
    above: bool

    def x(self, value: float, scale: tuple[float, float] = (0, 100)) -> float:
        low, high = scale
        return round(self.left + (self.right - self.left) * (value - low) / (high - low), 1)


WIDE = Layout("wide", 960, 330, 790, 36, above=False)
NARROW = Layout("narrow", 360, 18, 338, 34, above=True)

LINE = 20.0
"""Height of a line of text."""
_TRACK = 14.0
"""Height that a dot and its whisker take."""
_TOP = 30.0
_BARE_TOP = 4.0
"""Where the tracks begin; without words above them, higher."""
_GAP = 10.0
_BOLDER = 8
"""Characters by which a line of a heading is shorter: it is bolder and larger."""
_WIDEST_WORD = 52.0
"""Units that "Level 1" takes."""


class Text(msgspec.Struct, frozen=True):
    x: float
    y: float
    text: str


class Mark(msgspec.Struct, frozen=True):
    """A row as it is drawn: lines of its label, what it says, and (where there is a value) whisker, dot and zone at
    `y`."""

    kind: str
    y: float
    lines: tuple[Text, ...]
    said: Text
    low: float
    span: float
    dot: float | None
    zone: tuple[float, float] | None = None


class Stripe(msgspec.Struct, frozen=True):
    x: float
    width: float
    label: Text
    shade: int


class Drawing(msgspec.Struct, frozen=True):
    """A chart laid out. `id` begins the ids of its title and description; `dashed` is where a reference line stands."""

    id: str
    layout: str
    title: str
    description: str
    width: float
    height: float
    top: float
    bottom: float
    stripes: tuple[Stripe, ...]
    ticks: tuple[Text, ...]
    marks: tuple[Mark, ...]
    dashed: float | None


class Chart(msgspec.Struct, frozen=True):
    """What a chart says: `description` is its message for those who do not see it; `reference` a number to compare
    with, drawn as a dashed line. `ticks`: the numbers under the scale, where those are not where bands begin."""

    id: str
    title: str
    description: str
    rows: tuple[Row, ...]
    bands: tuple[Band, ...]
    reference: int | None = None
    scale: tuple[float, float] = (0, 100)
    ticks: tuple[float, ...] = ()
    unit: str = ""

    def drawn(self) -> tuple[Drawing, Drawing]:
        return draw(self, WIDE), draw(self, NARROW)


def draw(chart: Chart, layout: Layout) -> Drawing:
    top = _TOP if any(band.label for band in chart.bands) else _BARE_TOP
    marks = tuple(_marks(chart, layout, top))
    bottom = max((_end(mark, layout) for mark in marks), default=top) + _GAP
    return Drawing(
        id=f"{chart.id}-{layout.name}",
        layout=layout.name,
        title=chart.title,
        description=chart.description,
        width=layout.width,
        height=bottom + LINE + 4,
        top=top,
        bottom=bottom,
        stripes=tuple(_stripes(chart, layout)),
        ticks=tuple(_ticks(chart, layout, bottom + LINE)),
        marks=marks,
        dashed=None if chart.reference is None else layout.x(chart.reference, chart.scale),
    )


def _end(mark: Mark, layout: Layout) -> float:
    last = mark.lines[-1].y
    return max(last, mark.y + _TRACK / 2) if mark.kind != "heading" else last


def _ticks(chart: Chart, layout: Layout, y: float) -> Iterator[Text]:
    for at in chart.ticks or (*(band.start for band in chart.bands), chart.scale[1]):
        yield Text(layout.x(at, chart.scale), y, f"{at:g}{chart.unit}".replace("-", "−"))


def _stripes(chart: Chart, layout: Layout) -> Iterator[Stripe]:
    ends = [*(band.start for band in chart.bands[1:]), chart.scale[1]]
    for position, (band, end) in enumerate(zip(chart.bands, ends, strict=True), start=1):
        x = layout.x(band.start, chart.scale)
        width = layout.x(end, chart.scale) - x
        label = band.label if width >= _WIDEST_WORD else str(position)
        yield Stripe(x, round(width, 1), Text(round(x + width / 2, 1), _TOP - 8, label), position % 2)


def _marks(chart: Chart, layout: Layout, top: float) -> Iterator[Mark]:
    y = top + _GAP
    for position, row in enumerate(chart.rows):
        y += _GAP if row.heading and position else 0
        place = _above if layout.above or row.heading else _beside
        mark, y = place(row, layout, y)
        yield _scaled(mark, row, layout, chart.scale)


def _wrapped(row: Row, layout: Layout, y: float) -> tuple[Text, ...]:
    characters = layout.characters - (_BOLDER if row.heading else 0)
    lines = textwrap.wrap(row.label, characters) or [""]
    return tuple(Text(0, y + LINE * (line + 0.75), text) for line, text in enumerate(lines))


def _beside(row: Row, layout: Layout, y: float) -> tuple[Mark, float]:
    """The label left of the track, what it says right of it, centred on each other."""
    lines = _wrapped(row, layout, y)
    height = LINE * len(lines)
    centre = y + height / 2
    return _mark(row, layout, lines, centre, Text(layout.width, centre + 5, row.said)), y + height + _GAP


def _above(row: Row, layout: Layout, y: float) -> tuple[Mark, float]:
    """The label, beneath it what it says, beneath that the track; a heading is the label alone."""
    lines = _wrapped(row, layout, y)
    said = Text(0, lines[-1].y + LINE, row.said)
    if row.heading:
        return _mark(row, layout, lines, lines[-1].y, said), lines[-1].y + _GAP
    centre = said.y + _TRACK if row.value is not None else said.y
    return _mark(row, layout, lines, centre, said), centre + _TRACK / 2 + _GAP + 4


def _mark(row: Row, layout: Layout, lines: tuple[Text, ...], y: float, said: Text) -> Mark:
    kind = "heading" if row.heading else "strong" if row.strong else "plain"
    return Mark(kind, y, lines, said, 0, 0, None)


def _scaled(mark: Mark, row: Row, layout: Layout, scale: tuple[float, float]) -> Mark:
    if row.value is None:
        return mark
    low, high = layout.x(row.low, scale), layout.x(row.high, scale)
    zone = None
    if row.zone is not None:
        start = layout.x(row.zone[0], scale)
        zone = (start, round(layout.x(row.zone[1], scale) - start, 1))
    return msgspec.structs.replace(mark, low=low, span=round(high - low, 1), dot=layout.x(row.value, scale), zone=zone)
