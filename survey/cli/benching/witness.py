"""Is it true what the service said? Every acknowledged submission is looked for: while the round is open through its
owner's own link, after closing among the responses."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from survey.cli.benching.respondents import Respondent
from survey.cli.benching.scratch import Scratch
from survey.core import answers as packing
from survey.operations import closing, responding, viewing

_RESPONSES = "select atom, answers from response where organisation_id = $1 and round_id = $2"
_COMMENTS = "select item_id, body from comment where organisation_id = $1 and round_id = $2"
_LEFT = """
select (select count(*) from invitation) + (select count(*) from draft) + (select count(*) from sealed)
    + (select count(*) from answered)
"""

Response = tuple[int, bytes]
Comment = tuple[str, str]


class Expected(msgspec.Struct, frozen=True):
    """What must be there after closing, each as often as it was sent; and what is amiss already."""

    responses: Counter[Response]
    comments: Counter[Comment]
    amiss: list[str]


async def while_open(on: Scratch, round_id: str, people: Sequence[Respondent]) -> Expected:
    """Each one's answers as they lie in the database under seal and in the draft, against what they chose."""
    view = await viewing.view(on.db, round_id)
    expected = Expected(Counter(), Counter(), [])
    for person in people:
        if not person.acknowledged:
            expected.amiss.append(f"Respondent {person.number} did not get through: {person.trouble}")
            continue
        visit = await responding.visit(on.db, view, person.token)
        if not visit.sent or visit.unsent:
            expected.amiss.append(f"Respondent {person.number} was told “sent”, and no such answers are there.")
        if visit.answers != person.answers:
            expected.amiss.append(f"Respondent {person.number}’s saved answers are not those they chose.")
        packed = packing.pack(view.questionnaire, visit.atom.audience, person.answers)
        expected.responses[visit.position, packed] += 1
        expected.comments.update(packing.texts(view.questionnaire, person.answers))
    return expected


async def after_closing(on: Scratch, round_id: str, expected: Expected) -> list[str]:
    """Open the round's answers; what is amiss with them. Empty when all that was sent is there, and nothing else."""
    whose = on.organisation_id
    opened = await closing.open_answers(on.db, on.keys, whose, round_id)
    amiss = []
    if opened.unreadable:
        amiss.append(f"{opened.unreadable} sealed answers do not open.")
    return [*amiss, *await compare(on, round_id, expected)]


async def compare(on: Scratch, round_id: str, expected: Expected) -> list[str]:
    """What differs between the stored responses and comments and what is expected, in words."""
    scope = (on.organisation_id, round_id)
    responses = Counter((row[0], bytes(row[1])) for row in await on.db.fetch(_RESPONSES, *scope))
    comments = Counter((row[0], row[1]) for row in await on.db.fetch(_COMMENTS, *scope))
    amiss = [
        *differences("responses", responses, expected.responses),
        *differences("comments", comments, expected.comments),
    ]
    if left := await on.db.fetchval(_LEFT):
        amiss.append(f"{left} invitations, drafts, sealed answers or flags are left after closing.")
    if on.keys.rounds():
        amiss.append("A closed round's keys are still there.")
    return amiss


def differences(noun: str, found: Counter[tuple[int, bytes]] | Counter[tuple[str, str]], expected: object) -> list[str]:
    """Sentences about two multisets that are not the same."""
    assert isinstance(expected, Counter)
    lost, foreign = (expected - found).total(), (found - expected).total()
    told = [f"{lost} {noun} of {expected.total()} are lost or changed."] if lost else []
    return [*told, *([f"{foreign} {noun} were sent by nobody."] if foreign else [])]
