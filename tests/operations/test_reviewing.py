"""Comments: nobody reads few, a person reads each of many, and what is released is what was decided."""

import random
from itertools import pairwise
from uuid import UUID, uuid4

import pytest

from survey import errors
from survey.core.scoring.method import METHOD
from survey.db import Db
from survey.operations import reviewing
from survey.sealing import KeyRing, random_id
from survey.store import comments, rounds
from survey.store.organisations import Organisation
from tests import cast, opened
from tests.conftest import SECRET

Scope = tuple[UUID, str]
FEWEST = METHOD.fewest_comments


@pytest.fixture
def keys(config: object) -> KeyRing:
    return KeyRing(config.key_directory(), SECRET)  # type: ignore[attr-defined]


async def _written(db: Db, keys: KeyRing, organisation: Organisation, texts: list[str]) -> Scope:
    """A round that has closed, published, with these comments to its one question in words."""
    scope = (await opened.opened(db, keys, organisation)).scope
    await _add(db, scope, texts)
    await rounds.mark_published(db, *scope)
    return scope


async def _add(db: Db, scope: Scope, texts: list[str]) -> None:
    await comments.add_all(db, [(*scope, random_id(), "WORDS", text) for text in texts])


def _texts(count: int = FEWEST) -> list[str]:
    return [f"Remark {number}: ask person{number} of Ward 1 or Dr Who." for number in range(count)]


async def _confirm_all(db: Db, scope: Scope) -> None:
    for comment_id in (await reviewing.desk(db, *scope)).unread:
        await reviewing.decide(db, *scope, comment_id, (await reviewing.read(db, *scope, comment_id)).marked)


async def test_fewer_than_enough_are_read_by_nobody(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    scope = await _written(db, keys, organisation, _texts(FEWEST - 1))
    desk = await reviewing.desk(db, *scope)
    assert [question.ids for question in desk.questions] == [()]
    (some, *_) = await comments.standing(db, *scope)
    for attempt in (reviewing.read(db, *scope, some.id), reviewing.decide(db, *scope, some.id, None)):
        with pytest.raises(errors.Refused, match="at least 30 people answered the same question"):
            await attempt
    with pytest.raises(errors.Refused, match="no comments to release"):
        await reviewing.release(db, *scope)
    await _add(db, scope, ["One more."])
    assert len((await reviewing.desk(db, *scope)).unread) == FEWEST


async def test_a_reviewer_reads_with_suggestions(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    scope = await _written(db, keys, organisation, _texts())
    first = (await reviewing.desk(db, *scope)).unread[0]
    reading = await reviewing.read(db, *scope, first)
    assert reading.body.startswith("Remark ")
    assert reading.marked.endswith("of [[Ward 1]] or [[Dr Who]].")
    assert reading.suggestions[-2:] == (("Ward 1", "a unit, a site or a staff group"), ("Dr Who", "a person’s name"))
    assert not reading.is_read


async def test_all_are_released_together_as_they_were_decided(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    scope = await _written(db, keys, organisation, _texts())
    withheld, *others = (await reviewing.desk(db, *scope)).unread
    secret = (await reviewing.read(db, *scope, withheld)).body
    await reviewing.decide(db, *scope, withheld, None)
    with pytest.raises(errors.Refused, match="29 comments have not been read"):
        await reviewing.release(db, *scope)
    assert await reviewing.released(db, *scope) is None
    await _confirm_all(db, scope)
    assert (await reviewing.desk(db, *scope)).due
    made = await reviewing.release(db, *scope)
    assert await reviewing.released(db, *scope) == made
    (question,) = made.questions
    assert len(question.comments) == len(others)
    assert all(text.endswith("of [removed] or [removed].") for text in question.comments)
    assert secret.partition(":")[0] + ":" not in " ".join(question.comments)


async def test_the_order_is_not_that_of_writing(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    scope = await _written(db, keys, organisation, [f"{number:03}" for number in range(60)])
    await _confirm_all(db, scope)
    order = [int(text) for text in (await reviewing.release(db, *scope)).questions[0].comments]
    assert sorted(order) == list(range(60))
    neighbours = sum(abs(one - other) == 1 for one, other in pairwise(order))
    assert neighbours < 15, "two in sixty by chance"
    stored = await reviewing.released(db, *scope)
    assert stored is not None
    assert [int(text) for text in stored.questions[0].comments] == order


async def test_a_decision_can_be_changed_and_is_released_again(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    scope = await _written(db, keys, organisation, _texts())
    await _confirm_all(db, scope)
    first = await reviewing.release(db, *scope)
    with pytest.raises(errors.Refused, match="released already"):
        await reviewing.release(db, *scope)
    again = (await reviewing.desk(db, *scope)).questions[0].ids[3]
    reading = await reviewing.read(db, *scope, again)
    assert reading.is_read and reading.marked.count("[[") >= 2
    await reviewing.decide(db, *scope, again, None)
    assert (await reviewing.read(db, *scope, again)).is_withheld
    second = await reviewing.release(db, *scope)
    assert (first.number, second.number) == (1, 2)
    assert len(second.questions[0].comments) == len(first.questions[0].comments) - 1


async def test_nobodys_words_are_changed(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    scope = await _written(db, keys, organisation, _texts())
    first = (await reviewing.desk(db, *scope)).unread[0]
    with pytest.raises(errors.BadInput):
        await reviewing.decide(db, *scope, first, "Everything is fine.")
    assert first in (await reviewing.desk(db, *scope)).unread


async def test_while_answers_are_sealed_there_is_nothing_to_read(
    db: Db, keys: KeyRing, organisation: Organisation
) -> None:
    round_ = await cast.launched(db, keys, organisation)
    scope = (organisation.organisation_id, round_.round_id)
    with pytest.raises(errors.Refused, match="still open"):
        await reviewing.desk(db, *scope)
    assert await reviewing.list_rounds(db, organisation.organisation_id) == []


async def test_comments_are_released_after_scores(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    scope = (await opened.opened(db, keys, organisation)).scope
    await _add(db, scope, _texts())
    await _confirm_all(db, scope)
    with pytest.raises(errors.Refused, match="release comments of this round: it has closed"):
        await reviewing.release(db, *scope)


async def test_another_organisation_finds_nothing(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    _, round_id = await _written(db, keys, organisation, _texts())
    for attempt in (reviewing.desk(db, uuid4(), round_id), reviewing.release(db, uuid4(), round_id)):
        with pytest.raises(errors.NotFound):
            await attempt
    assert await reviewing.released(db, uuid4(), round_id) is None


async def test_nothing_of_a_comment_says_who_or_where(db: Db, keys: KeyRing, organisation: Organisation) -> None:
    """Released, a comment is its words under its question, and nothing else."""
    scope = await _written(db, keys, organisation, random.Random(1).sample(_texts(), FEWEST))
    await _confirm_all(db, scope)
    made = await reviewing.release(db, *scope)
    assert {name for shown in made.questions for name in shown.__struct_fields__} == {"item", "question", "comments"}
