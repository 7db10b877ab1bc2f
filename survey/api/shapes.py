"""What the API answers with. Each is made from a release and from nothing else that was computed from answers."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from survey.core.disclosure.release import (
    Cell,
    Change,
    Compared,
    Distribution,
    Group,
    GroupKind,
    Priority,
    Rates,
    Reason,
)
from survey.operations.reading import Edition, Result

Texts = Annotated[dict[str, str], Meta(description="A text by language code; English is `en`.")]
Points = Annotated[int, Meta(ge=0, le=100)]
GroupId = Annotated[
    str, Meta(description="Stable within the round.", examples=["org", "unit:chemotherapy", "ru:7", "group:Nursing"])
]


class RoundSummary(msgspec.Struct, frozen=True):
    """A published round."""

    id: Annotated[str, Meta(description="The round's id, as in its addresses.", examples=["k3v9tq2m"])]
    name: Annotated[str, Meta(examples=["Autumn 2025"])]
    opened_at: Annotated[datetime, Meta(description="When it opened (UTC).")]
    closed_at: Annotated[datetime, Meta(description="When it closed (UTC).")]
    published_at: Annotated[datetime, Meta(description="When the latest release was published (UTC).")]
    release: Annotated[int, Meta(description="The latest release's number; a correction counts on.", ge=1)]
    digest: Annotated[str, Meta(description="sha256 of the latest release as `/release` sends it, in hex.")]


class Rounds(msgspec.Struct, frozen=True):
    rounds: Annotated[tuple[RoundSummary, ...], Meta(description="The most recent first.")]


class MeasureShape(msgspec.Struct, frozen=True):
    """What is scored: a vision, or `overall`, the mean of all of them."""

    id: Annotated[str, Meta(examples=["services", "overall"])]
    name: Texts


class LevelShape(msgspec.Struct, frozen=True):
    """A maturity level of this questionnaire."""

    position: Annotated[int, Meta(description="1 is the first.", ge=1)]
    name: Texts
    start: Annotated[float, Meta(description="The points at which it begins; it ends where the next begins.")]


class RoundDetail(RoundSummary, frozen=True):
    """A published round, and what one must know to read its scores."""

    title: Texts
    organisation: Annotated[str, Meta(examples=["Example Trust"])]
    questionnaire: Annotated[str, Meta(description="The version of the questions: sha256 of its content, in hex.")]
    method: Annotated[str, Meta(description="The version of the method by which scores were computed.")]
    k: Annotated[int, Meta(description="No score rests on fewer people than this.", ge=1)]
    measures: tuple[MeasureShape, ...]
    levels: tuple[LevelShape, ...]


class UnitShape(msgspec.Struct, frozen=True):
    """A group of people that the release speaks about."""

    id: GroupId
    kind: GroupKind
    name: Annotated[str, Meta(examples=["Chemotherapy and Networked Care"])]
    parent: Annotated[str | None, Meta(description="The id of the group above; null for the organisation.")]
    eligible: Annotated[int, Meta(description="How many people could answer.", ge=0)]
    coverage: Annotated[
        int | None,
        Meta(description="For staff groups: the percentage of the group that counts here. Null for the others."),
    ]


class Units(msgspec.Struct, frozen=True):
    round: str
    units: Annotated[tuple[UnitShape, ...], Meta(description="Each below the group that holds it.")]


class Score(msgspec.Struct, frozen=True):
    """One group x measure. Shown: everything but `reason`. Withheld: `reason` says why, and the rest is null."""

    group: GroupId
    group_name: str
    kind: GroupKind
    measure: Annotated[str, Meta(examples=["services", "overall"])]
    value: Annotated[Points | None, Meta(description="Whole points, 0 to 100.", examples=[58])]
    bound: Annotated[
        str | None,
        Meta(description="`exact`; or `or_more` beside 95 and `or_less` beside 5, which tell no more than that."),
    ]
    low: Annotated[Points | None, Meta(description="Where the margin begins (95 %).", examples=[52])]
    high: Annotated[Points | None, Meta(description="Where the margin ends (95 %).", examples=[66])]
    answers: Annotated[str | None, Meta(description="How many people were scored, in bands.", examples=["20 to 24"])]
    effective: Annotated[
        str | None,
        Meta(description="For weighted scores: how many equally weighted people would tell as much, in bands."),
    ]
    level: Annotated[str | None, Meta(description="As firm as the answers allow.", examples=["Level 2 to 3"])]
    levels: Annotated[tuple[int, ...], Meta(description="The first and last level named; empty: none could be.")]
    reason: Annotated[Reason | None, Meta(description="Why the score is withheld; null when it is shown.")]


class Scores(msgspec.Struct, frozen=True):
    round: str
    release: int
    digest: str
    note: Annotated[str, Meta(description="What the margin does not allow for. Print it wherever you print margins.")]
    scores: tuple[Score, ...]


class Told(msgspec.Struct, frozen=True):
    """Which release this is from."""

    round: str
    release: int
    digest: str


class Changes(Told, frozen=True):
    """Change since an earlier round, one row per group and measure."""

    compared: Annotated[Compared | None, Meta(description="The earlier release; null where none is compared with.")]
    changes: tuple[Change, ...]


class Priorities(Told, frozen=True):
    """What people would do next: one row per group, ranking item and option."""

    priorities: tuple[Priority, ...]


class Items(Told, frozen=True):
    """How answers to single questions are spread, and how often there was none; never of reporting units."""

    items: tuple[Distribution, ...]
    rates: tuple[Rates, ...]


class LevelsHeld(Told, frozen=True):
    """How many people stand at which level; never of reporting units."""

    levels_held: tuple[Distribution, ...]


NOTE = (
    "The margin allows for who happened to answer. It does not allow for people with different views being less "
    "likely to answer."
)


def summary(edition: Edition) -> RoundSummary:
    return RoundSummary(*_head(edition))


def _head(edition: Edition) -> tuple[str, str, datetime, datetime, datetime, int, str]:
    return (
        edition.round_id,
        edition.name,
        edition.opens_at,
        edition.closes_at,
        edition.published_at,
        edition.number,
        edition.digest,
    )


def detail(result: Result) -> RoundDetail:
    release = result.release
    return RoundDetail(
        *_head(result.edition),
        title=release.title,
        organisation=release.organisation,
        questionnaire=release.questionnaire,
        method=release.method,
        k=release.k,
        measures=tuple(MeasureShape(measure.id, measure.name) for measure in release.measures),
        levels=tuple(
            LevelShape(position, level.name, level.start)
            for position, level in enumerate(result.questionnaire.levels, start=1)
        ),
    )


def units(result: Result) -> Units:
    return Units(
        result.edition.round_id,
        tuple(UnitShape(g.id, g.kind, g.name, g.parent, g.eligible, g.coverage) for g in result.release.groups),
    )


def scores(result: Result, chosen: Iterator[tuple[Group, Cell]]) -> Scores:
    edition = result.edition
    return Scores(edition.round_id, edition.number, edition.digest, NOTE, tuple(_score(*pair) for pair in chosen))


def _score(group: Group, cell: Cell) -> Score:
    return Score(
        group=group.id,
        group_name=group.name,
        kind=group.kind,
        measure=cell.measure,
        value=cell.value,
        bound=cell.bound,
        low=cell.low,
        high=cell.high,
        answers=cell.answers,
        effective=cell.effective,
        level=cell.level,
        levels=cell.levels,
        reason=cell.reason,
    )
