"""Questionnaires in the database: immutable, once each, scoped to their organisation."""

from uuid import UUID

import pytest

from survey import errors
from survey.core.questionnaire.reading import read
from survey.db import Db
from survey.operations import authoring
from survey.store import organisations
from survey.store.organisations import Organisation
from tests.core.makers import DEFAULT, PULSE

OTHER = UUID("07e57ab1-0000-4000-8000-000000000002")


async def test_a_file_is_kept_as_a_version_and_given_back(db: Db, organisation: Organisation) -> None:
    added = await authoring.add(db, organisation.organisation_id, DEFAULT)
    assert added == authoring.Added(read(DEFAULT).hash, "Digital maturity survey", new=True)
    loaded = await authoring.load(db, organisation.organisation_id, added.questionnaire_hash)
    assert loaded == read(DEFAULT)
    assert loaded.hash == added.questionnaire_hash
    assert await authoring.source(db, organisation.organisation_id, added.questionnaire_hash) == DEFAULT


async def test_the_same_content_is_there_once_whatever_its_layout(db: Db, organisation: Organisation) -> None:
    first = await authoring.add(db, organisation.organisation_id, DEFAULT)
    again = await authoring.add(db, organisation.organisation_id, "# a comment\n" + DEFAULT.replace(" = ", "="))
    assert (again.questionnaire_hash, again.new) == (first.questionnaire_hash, False)
    assert len(await authoring.list_all(db, organisation.organisation_id)) == 1
    assert await authoring.source(db, organisation.organisation_id, first.questionnaire_hash) == DEFAULT


async def test_a_file_with_a_mistake_adds_nothing(db: Db, organisation: Organisation) -> None:
    with pytest.raises(errors.BadInput, match="item E3"):
        await authoring.add(db, organisation.organisation_id, DEFAULT.replace('id = "E3"\nkind', 'id = "E3"\nkin'))
    assert await authoring.list_all(db, organisation.organisation_id) == []


async def test_versions_are_listed_the_newest_first(db: Db, organisation: Organisation) -> None:
    await authoring.add(db, organisation.organisation_id, DEFAULT)
    await authoring.add(db, organisation.organisation_id, PULSE)
    versions = await authoring.list_all(db, organisation.organisation_id)
    assert [version.title for version in versions] == ["Digital maturity pulse", "Digital maturity survey"]


async def test_a_version_is_found_by_the_start_of_its_hash(db: Db, organisation: Organisation) -> None:
    whole = (await authoring.add(db, organisation.organisation_id, DEFAULT)).questionnaire_hash
    for beginning in (whole, whole[:12], f" {whole[:8].upper()} "):
        assert (await authoring.identify(db, organisation.organisation_id, beginning)).questionnaire_hash == whole


@pytest.mark.parametrize("beginning", ["", " ", "zz", "%", "_" * 64])
async def test_no_version_is_found_by_anything_else(db: Db, organisation: Organisation, beginning: str) -> None:
    await authoring.add(db, organisation.organisation_id, DEFAULT)
    with pytest.raises(errors.NotFound, match="There is no questionnaire"):
        await authoring.identify(db, organisation.organisation_id, beginning)


async def test_a_start_that_two_versions_share_is_refused(db: Db, organisation: Organisation) -> None:
    hashes: dict[str, str] = {}
    for number in range(17):
        text = PULSE.replace("Digital maturity pulse", f"Pulse {number}")
        whole = (await authoring.add(db, organisation.organisation_id, text)).questionnaire_hash
        if hashes.setdefault(whole[0], whole) != whole:
            break
    with pytest.raises(errors.Refused, match="More than one questionnaire begins with"):
        await authoring.identify(db, organisation.organisation_id, whole[0])


async def test_another_organisation_sees_none_of_it(db: Db, organisation: Organisation) -> None:
    await organisations.add(db, OTHER, "OTH", "Another Trust")
    whole = (await authoring.add(db, organisation.organisation_id, DEFAULT)).questionnaire_hash
    assert await authoring.list_all(db, OTHER) == []
    for ask in (authoring.load, authoring.source, authoring.identify):
        with pytest.raises(errors.NotFound):
            await ask(db, OTHER, whole)


def test_a_file_that_is_not_utf_8_is_told_with_its_line() -> None:
    with pytest.raises(errors.BadInput) as caught:
        authoring.decode("title = 1\n# caf\xe9".encode("latin-1"))
    assert str(caught.value) == "line 2: the file is not UTF-8 from here on. Save it as UTF-8."
    assert authoring.decode("é".encode()) == "é"
