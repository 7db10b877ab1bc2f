"""Organisations: adding and finding them, and the texts that are theirs to write."""

import pytest

from survey.db import Db
from survey.errors import BadInput, NotFound, Refused
from survey.operations import administering
from tests import cast


async def test_an_organisation_is_found_by_its_code_and_without_one_while_it_is_alone(db: Db) -> None:
    one = await administering.add(db, "REN", "  Northern Trust ")
    assert (one.ods_code, one.name, one.notices) == ("REN", "Northern Trust", {})
    assert await administering.find_one(db, "REN") == await administering.find_one(db, None) == one
    other = await administering.add(db, "X26", "Another Trust")
    assert await administering.find_one(db, "X26") == other
    assert await administering.list_all(db) == [other, one]


async def test_which_organisation_is_asked_when_there_is_none_or_more_than_one(db: Db) -> None:
    with pytest.raises(Refused, match="There is no organisation yet"):
        await administering.find_one(db, None)
    await administering.add(db, "REN", "Northern Trust")
    await administering.add(db, "X26", "Another Trust")
    with pytest.raises(Refused, match="Say which organisation, with --organisation CODE"):
        await administering.find_one(db, None)
    with pytest.raises(NotFound, match="There is no organisation with the code RXX"):
        await administering.find_one(db, "RXX")


@pytest.mark.parametrize("code", ["", "RE", "ren", "REN 1", "REN-1", "ABCDEFGHIJK", "RÉN", "REN\n", "٣٣٣"])
@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
async def test_every_mistake_is_told_at_once_and_nothing_is_added(db: Db, code: str, name: str) -> None:
    before = await cast.tables(db)
    with pytest.raises(BadInput) as refused:
        await administering.add(db, code, name)
    assert [problem.place for problem in refused.value.problems] == ["code", "name"]
    assert await cast.tables(db) == before


@pytest.mark.parametrize("code", ["REN", "X26", "ABCDEFGHIJ", "123"])
async def test_codes_that_are_ones(db: Db, code: str) -> None:
    assert (await administering.add(db, code, "A Trust")).ods_code == code


async def test_a_code_is_taken_once(db: Db) -> None:
    await administering.add(db, "REN", "Northern Trust")
    before = await cast.tables(db)
    with pytest.raises(Refused, match="There is already an organisation with the code REN"):
        await administering.add(db, "REN", "Southern Trust")
    assert await cast.tables(db) == before


async def test_notices_are_kept_by_name_and_language(db: Db) -> None:
    trust = await administering.add(db, "REN", "Northern Trust")
    for notice, language, text in (("privacy", "en", " Ours. "), ("privacy", "cy", "Ein."), ("help", "en", "Ring 1.")):
        await administering.set_notice(db, trust, notice, language, text)
    assert (await administering.find_one(db, "REN")).notices == {
        "privacy": {"en": "Ours.", "cy": "Ein."},
        "help": {"en": "Ring 1."},
    }
    await administering.set_notice(db, trust, "privacy", "en", "New.")
    assert (await administering.find_one(db, "REN")).notices["privacy"] == {"en": "New.", "cy": "Ein."}


@pytest.mark.parametrize(
    ("notice", "text", "place"),
    [("imprint", "x", "notice"), ("privacy", "", "text"), ("privacy", " \n ", "text"), ("help", "x" * 20_001, "text")],
)
async def test_notices_that_are_none(db: Db, notice: str, text: str, place: str) -> None:
    trust = await administering.add(db, "REN", "Northern Trust")
    with pytest.raises(BadInput, match=f"^{place}: "):
        await administering.set_notice(db, trust, notice, "en", text)
    assert (await administering.find_one(db, "REN")).notices == {}


async def test_one_organisation_s_notices_are_not_another_s(db: Db) -> None:
    one, other = [await administering.add(db, code, "A Trust") for code in ("REN", "X26")]
    await administering.set_notice(db, one, "help", "en", "Ring 1.")
    assert (await administering.find_one(db, other.ods_code)).notices == {}
