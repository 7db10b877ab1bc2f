"""Published rounds by API: what they are, whom they speak about, their scores, their questions."""

from collections.abc import Iterator
from typing import Annotated, Any

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


async def questionnaire(request: Asked, database: NamedDependency[Database], round_id: RoundId) -> Response[Any]:
    """The questions as they were asked, and how they score."""
    return await guarding.about(request, database, round_id, lambda result: result.questionnaire)


async def whole_release(request: Asked, database: NamedDependency[Database], round_id: RoundId) -> Response[Any]:
    """The release as it is stored, byte for byte: its sha256 is the round's `digest`."""
    return await guarding.about(request, database, round_id, lambda result: result.document)


def _chosen(
    result: Result, measure: str | None, kind: GroupKind | None, group: str | None
) -> Iterator[tuple[Group, Cell]]:
    """Raises NotFound for a measure or a group that the release does not know: an empty answer would hide a typing
    mistake."""
    groups = {one.id: one for one in result.release.groups}
    if measure is not None and measure not in {one.id for one in result.release.measures}:
        raise errors.NotFound("This round has no measure by that id. The round itself lists its measures.")
    if group is not None and group not in groups:
        raise errors.NotFound("This round has no group by that id. The round's units list them.")
    return (
        (groups[cell.group], cell)
        for cell in result.release.cells
        if measure in (None, cell.measure) and group in (None, cell.group) and kind in (None, groups[cell.group].kind)
    )
