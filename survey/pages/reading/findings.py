"""What a release finds besides scores, each page as the one object that its template prints: change, priorities, and
single questions."""

import msgspec

from survey import errors
from survey.core.disclosure.release import Group
from survey.core.scoring.method import METHOD
from survey.pages import explaining
from survey.pages.charts import Chart
from survey.pages.console import frame
from survey.pages.reading import changing, prioritising, questions, tables
from survey.pages.reading.index import Index
from survey.pages.reading.prioritising import Branch, Ranking
from survey.pages.reading.questions import Part, Unknowing
from survey.pages.reading.tables import Table
from survey.pages.rendering import Link, Shell


class ChangesPage(msgspec.Struct, frozen=True):
    """Change everywhere. `standing`: name, address and what, of those who clearly changed."""

    shell: Shell
    title: str
    back: Link
    round: str
    chart: Chart | None
    standing: tuple[tuple[str, str, str], ...]
    wrong: str
    table: Table
    abridged: str
    reasons: tuple[tuple[str, str], ...]
    method: str


class Rank(msgspec.Struct, frozen=True):
    """A question that ranks: the organisation's ranking, where there is one, and what leads in every unit."""

    question: str
    whole: Ranking | None
    branches: tuple[Branch, ...]


class PrioritiesPage(msgspec.Struct, frozen=True):
    shell: Shell
    title: str
    back: Link
    round: str
    ranks: tuple[Rank, ...]
    abridged: str
    reasons: tuple[tuple[str, str], ...]


class QuestionsPage(msgspec.Struct, frozen=True):
    """Question by question, for a group that is large enough."""

    shell: Shell
    title: str
    back: Link
    round: str
    unit: str
    people: str
    unknowing_chart: Chart | None
    unknowing: tuple[Unknowing, ...]
    held: Chart | None
    parts: tuple[Part, ...]
    reasons: tuple[tuple[str, str], ...]
    method: str


def changes(index: Index) -> ChangesPage:
    """Raises NotFound for a round that is compared with no earlier one."""
    before = index.result.before
    if not before:
        raise errors.NotFound("These results are not compared with an earlier round.")
    return ChangesPage(
        shell=frame.shell(index.release.organisation),
        title=f"Change since {before}",
        back=Link(index.edition.name, index.address),
        round=index.edition.name,
        chart=changing.chart(index, [index.whole], "change") if index.whole else None,
        standing=tuple(changing.standing_out(index)),
        wrong=explaining.percent(METHOD.false_discoveries),
        table=changing.everywhere(index, f"Change since {before}: every unit, every vision"),
        abridged=tables.abridged(index),
        reasons=changing.reasons(index, index.release.groups),
        method=f"{index.address}/method#change",
    )


def priorities(index: Index) -> PrioritiesPage:
    """Raises NotFound for a round that asked for none, or that cannot tell any."""
    if not index.rankings:
        raise errors.NotFound("These results have no priorities.")
    whole = prioritising.rankings(index, index.whole) if index.whole else ()
    return PrioritiesPage(
        shell=frame.shell(index.release.organisation),
        title="Priorities",
        back=Link(index.edition.name, index.address),
        round=index.edition.name,
        ranks=tuple(
            Rank(
                index.question(item),
                next((one for one in whole if one.question == index.question(item)), None),
                prioritising.leading(index, item),
            )
            for item in index.rankings
        ),
        abridged=tables.abridged(index),
        reasons=prioritising.reasons(index, (one.reason for one in index.release.priorities)),
    )


def questions_of(index: Index, group: Group) -> QuestionsPage:
    """Raises NotFound for a group of which no single questions are told."""
    if not index.answers(group) and not index.rates(group):
        raise errors.NotFound("Single questions are told of large groups only: the organisation, its divisions.")
    return QuestionsPage(
        shell=frame.shell(index.release.organisation),
        title=f"{group.name}: question by question",
        back=Link(group.name, index.unit_address(group)),
        round=index.edition.name,
        unit=group.name,
        people=tables.people(group),
        unknowing_chart=questions.unknowing_chart(index, group),
        unknowing=questions.unknowing(index, group),
        held=questions.held(index, group),
        parts=questions.parts(index, group),
        reasons=prioritising.reasons(index, questions.reasons(index, group)),
        method=f"{index.address}/method",
    )
