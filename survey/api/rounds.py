"""Published rounds by API: what they are, whom they speak about, their scores, their questions."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Protocol, TypeVar

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter

from survey import errors
from survey.api import guarding, shapes
from survey.core.disclosure.release import Cell, Group, GroupKind
from survey.db import Database
from survey.operations import reading
from survey.operations.reading import Result

Asked = Request[Any, Any, Any]
RoundId = Annotated[str, PathParameter(description="The round's id, from `/api/v1/rounds`.")]
OneMeasure = Annotated[str | None, QueryParameter(description="Only this measure: a vision's id, or `overall`.")]
OneKind = Annotated[GroupKind | None, QueryParameter(description="Only groups of this kind.")]
OneItem = Annotated[str | None, QueryParameter(description="Only this item, by its id in the questionnaire.")]
OneGroup = Annotated[str | None, QueryParameter(description="Only this group, by its id.")]


async def list_rounds(request: Asked, database: NamedDependency[Database]) -> Response[Any]:
    """The organisation's published rounds, the most recent first. A round that is open or not yet published is not
    told apart from one that does not exist."""
    async with guarding.asking(request, database) as (db, organisation_id):
        editions = await reading.list_published(db, organisation_id)
    tag = guarding.etag(*(edition.digest for edition in editions))
    if guarding.has_already(request, tag):
        return guarding.unchanged(tag)
    return guarding.answer(shapes.Rounds(tuple(map(shapes.summary, editions))), tag)


async def one_round(request: Asked, database: NamedDependency[Database], round_id: RoundId) -> Response[Any]:
    """One round, with what is needed to read its scores: measures, levels and where they begin, the threshold."""
    return await guarding.about(request, database, round_id, shapes.detail)


async def units(request: Asked, database: NamedDependency[Database], round_id: RoundId) -> Response[Any]:
    """The groups this round speaks about: the organisation, its divisions, its reporting units (teams, or small teams
    merged before launch), its staff groups. Headcounts are those of the staff list at launch."""
    return await guarding.about(request, database, round_id, shapes.units)


async def scores(
    request: Asked,
    database: NamedDependency[Database],
    round_id: RoundId,
    measure: OneMeasure = None,
    kind: OneKind = None,
    group: OneGroup = None,
) -> Response[Any]:
    """Every score of the round's latest release, one row per group and measure, or those that were asked for.

    A withheld score is a row, too, with its reason and without a value. Do not rank groups by value: most differences
    between teams lie within the margins."""

    def make(result: Result) -> shapes.Scores:
        return shapes.scores(result, _chosen(result, measure, kind, group))

    return await guarding.about(request, database, round_id, make, filters=("measure", "kind", "group"))


async def changes(
    request: Asked,
    database: NamedDependency[Database],
    round_id: RoundId,
    measure: OneMeasure = None,
    kind: OneKind = None,
    group: OneGroup = None,
) -> Response[Any]:
    """Change of every score since an earlier round, and in words whether it is more than noise.

    A difference below `detectable` is no clear change; it does not mean that nothing happened. Where the rounds asked
    different questions, changes of large groups rest on those that both asked (`items` is "common")."""

    def make(result: Result) -> shapes.Changes:
        _must_know(result, measure=measure, group=group)
        chosen = _among(result, result.release.changes, kind, group)
        told = tuple(one for one in chosen if measure in (None, one.measure))
        return shapes.Changes(*_told(result), result.release.compared, told)

    return await guarding.about(request, database, round_id, make, filters=("measure", "kind", "group"))


async def priorities(
    request: Asked,
    database: NamedDependency[Database],
    round_id: RoundId,
    item: OneItem = None,
    kind: OneKind = None,
    group: OneGroup = None,
) -> Response[Any]:
    """What people would do next: the mean points of each option of a ranking, 100 where everybody put it first."""

    def make(result: Result) -> shapes.Priorities:
        _must_know(result, item=item, group=group)
        chosen = _among(result, result.release.priorities, kind, group)
        return shapes.Priorities(*_told(result), tuple(one for one in chosen if item in (None, one.item)))

    return await guarding.about(request, database, round_id, make, filters=("item", "kind", "group"))


async def items(
    request: Asked,
    database: NamedDependency[Database],
    round_id: RoundId,
    item: OneItem = None,
    kind: OneKind = None,
    group: OneGroup = None,
) -> Response[Any]:
    """How answers to each question are spread, and how many did not know, said that it does not apply, or skipped it.

    Of the organisation, divisions and staff groups only: beside a unit's score, an answer would tell on the few who
    passed it by."""

    def make(result: Result) -> shapes.Items:
        _must_know(result, item=item, group=group)
        spread = _among(result, result.release.items, kind, group)
        rates = _among(result, result.release.rates, kind, group)
        return shapes.Items(
            *_told(result),
            tuple(one for one in spread if item in (None, one.of)),
            tuple(one for one in rates if item in (None, one.item)),
        )

    return await guarding.about(request, database, round_id, make, filters=("item", "kind", "group"))


async def levels(
    request: Asked,
    database: NamedDependency[Database],
    round_id: RoundId,
    measure: OneMeasure = None,
    kind: OneKind = None,
    group: OneGroup = None,
) -> Response[Any]:
    """What share of people stands at which level, by vision and overall; of the organisation, divisions and staff
    groups only."""

    def make(result: Result) -> shapes.LevelsHeld:
        _must_know(result, measure=measure, group=group)
        chosen = _among(result, result.release.levels_held, kind, group)
        return shapes.LevelsHeld(*_told(result), tuple(one for one in chosen if measure in (None, one.of)))

    return await guarding.about(request, database, round_id, make, filters=("measure", "kind", "group"))


async def questionnaire(request: Asked, database: NamedDependency[Database], round_id: RoundId) -> Response[Any]:
    """The questions as they were asked, and how they score."""
    return await guarding.about(request, database, round_id, lambda result: result.questionnaire)


async def whole_release(request: Asked, database: NamedDependency[Database], round_id: RoundId) -> Response[Any]:
    """The release as it is stored, byte for byte: its sha256 is the round's `digest`."""
    return await guarding.about(request, database, round_id, lambda result: result.document)


def _chosen(
    result: Result, measure: str | None, kind: GroupKind | None, group: str | None
) -> Iterator[tuple[Group, Cell]]:
    _must_know(result, measure=measure, group=group)
    groups = {one.id: one for one in result.release.groups}
    return (
        (groups[cell.group], cell)
        for cell in result.release.cells
        if measure in (None, cell.measure) and group in (None, cell.group) and kind in (None, groups[cell.group].kind)
    )


class _OfGroup(Protocol):
    @property
    def group(self) -> str: ...


Entry = TypeVar("Entry", bound=_OfGroup)


def _among(result: Result, entries: Iterable[Entry], kind: GroupKind | None, group: str | None) -> Iterator[Entry]:
    """Those about groups of one kind, or about one group."""
    kinds = {one.id: one.kind for one in result.release.groups}
    return (one for one in entries if group in (None, one.group) and kind in (None, kinds[one.group]))


def _must_know(
    result: Result, *, measure: str | None = None, item: str | None = None, group: str | None = None
) -> None:
    """Raises NotFound for what the release does not know: an empty answer would hide a typing mistake."""
    if measure is not None and measure not in {one.id for one in result.release.measures}:
        raise errors.NotFound("This round has no measure by that id. The round itself lists its measures.")
    if item is not None and item not in result.questionnaire.by_id:
        raise errors.NotFound("This round has no item by that id. Its questionnaire lists them.")
    if group is not None and group not in {one.id for one in result.release.groups}:
        raise errors.NotFound("This round has no group by that id. The round's units list them.")


def _told(result: Result) -> tuple[str, int, str]:
    return result.edition.round_id, result.edition.number, result.edition.digest
