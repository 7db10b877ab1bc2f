"""What the API answers: the release, whole or in parts, and not a number more (property 1)."""

import hashlib
import re
from typing import Any

import httpx
import msgspec
import pytest

from survey.api import shapes
from survey.core import disclosure
from survey.core.questionnaire.model import Questionnaire
from tests import published
from tests.api.conftest import caller
from tests.published import HIDDEN, RELEASE, ROUND, THEIRS, UNPUBLISHED, Stage

BASE = f"/api/v1/rounds/{ROUND}"
PARTS = ("units", "scores", "changes", "priorities", "items", "levels", "questionnaire", "release")
PATHS = ("/api/v1/rounds", BASE, *(f"{BASE}/{part}" for part in PARTS))


async def test_rounds_are_the_published_ones(own: httpx.AsyncClient) -> None:
    answer = await own.get("/api/v1/rounds")
    listed = msgspec.json.decode(answer.content, type=shapes.Rounds).rounds
    assert [(one.id, one.name, one.release) for one in listed] == [(ROUND, "Autumn 2025", 1)]
    assert (listed[0].opened_at, listed[0].closed_at) == published.WHEN
    assert listed[0].digest == disclosure.digest(RELEASE)


async def test_a_round_says_how_to_read_its_scores(own: httpx.AsyncClient) -> None:
    round_ = msgspec.json.decode((await own.get(BASE)).content, type=shapes.RoundDetail)
    assert [measure.id for measure in round_.measures] == ["services", "staff", "overall"]
    assert [(level.position, level.start) for level in round_.levels] == [(1, 0), (2, 20), (3, 40), (4, 60), (5, 80)]
    assert (round_.k, round_.questionnaire) == (10, published.QUESTIONNAIRE.hash)


async def test_units_are_the_releases_groups(own: httpx.AsyncClient) -> None:
    units = msgspec.json.decode((await own.get(f"{BASE}/units")).content, type=shapes.Units).units
    assert [msgspec.structs.astuple(unit) for unit in units] == [
        msgspec.structs.astuple(group) for group in RELEASE.groups
    ]


async def _scores(own: httpx.AsyncClient, **wanted: str) -> tuple[shapes.Score, ...]:
    answer = await own.get(f"{BASE}/scores", params=wanted)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=shapes.Scores).scores


async def test_scores_are_the_releases_cells(own: httpx.AsyncClient) -> None:
    told = {(score.group, score.measure): score for score in await _scores(own)}
    assert len(told) == len(RELEASE.cells)
    for cell in RELEASE.cells:
        score = told[cell.group, cell.measure]
        for field in ("value", "bound", "low", "high", "answers", "effective", "level", "levels", "reason"):
            assert getattr(score, field) == getattr(cell, field)


FILTERS: list[tuple[dict[str, str], int]] = [
    ({"measure": "staff"}, 10),
    ({"kind": "division"}, 6),
    ({"group": "ru:0"}, 3),
    ({"group": "group:Nursing", "measure": "overall"}, 1),
    ({"kind": "division", "measure": "overall"}, 2),
    ({"kind": "division", "group": "ru:0"}, 0),
]


@pytest.mark.parametrize(("wanted", "count"), FILTERS)
async def test_filters_choose_rows_and_change_none(own: httpx.AsyncClient, wanted: dict[str, str], count: int) -> None:
    everything, chosen = await _scores(own), await _scores(own, **wanted)
    assert len(chosen) == count
    assert set(chosen) <= set(everything)
    names = {"measure": "measure", "kind": "kind", "group": "group"}
    assert all(getattr(score, names[field]) == value for score in chosen for field, value in wanted.items())


@pytest.mark.parametrize("wanted", [{"measure": "none"}, {"group": "ru:99"}])
async def test_a_filter_for_what_is_not_there_is_not_found(own: httpx.AsyncClient, wanted: dict[str, str]) -> None:
    assert (await own.get(f"{BASE}/scores", params=wanted)).status_code == 404


async def test_the_questionnaire_is_what_its_hash_is_of(own: httpx.AsyncClient) -> None:
    answer = await own.get(f"{BASE}/questionnaire")
    assert msgspec.json.decode(answer.content, type=Questionnaire).hash == published.QUESTIONNAIRE.hash


async def test_the_release_is_what_its_digest_is_of(own: httpx.AsyncClient) -> None:
    answer = await own.get(f"{BASE}/release")
    assert hashlib.sha256(answer.content).hexdigest() == disclosure.digest(RELEASE)
    assert disclosure.decode(answer.content) == RELEASE


@pytest.mark.parametrize("path", PATHS)
async def test_no_hidden_value_is_in_an_answer(own: httpx.AsyncClient, path: str) -> None:
    answer = await own.get(path)
    assert answer.status_code == 200
    assert not [text for text in HIDDEN if re.search(rf"\b{text}\b", answer.text)]


async def test_a_withheld_score_is_a_reason_and_nothing_else(own: httpx.AsyncClient) -> None:
    answer = (await own.get(f"{BASE}/scores")).json()
    withheld = [score for score in answer["scores"] if score["reason"]]
    assert len(withheld) == sum(cell.reason is not None for cell in RELEASE.cells) > 0
    names = {"group", "group_name", "kind", "measure", "reason"}
    assert all(score[field] in (None, []) for score in withheld for field in score.keys() - names)


# Whose


@pytest.mark.parametrize("rest", ["", "/units", "/scores", "/items", "/questionnaire", "/release"])
async def test_whatever_is_not_yours_is_not_there(stage: Stage, own: httpx.AsyncClient, rest: str) -> None:
    """Another organisation's round, one that is not published and one that never was are told apart by nothing but
    the address that was asked for."""
    told = []
    for round_id in (THEIRS, UNPUBLISHED, "none0000"):
        answer = await own.get(f"/api/v1/rounds/{round_id}{rest}")
        assert answer.status_code == 404
        told.append({k: v for k, v in answer.json().items() if k not in {"instance", "request_id"}})
    assert told[0] == told[1] == told[2]
    async with caller(stage, "other") as other:
        assert (await other.get(f"/api/v1/rounds/{THEIRS}{rest}")).status_code == 200


NO_KEYS = [None, "expired", "svy_" + "a" * 43, "svy_short", "svy_" + "a" * 5_000, "Bearer x"]


@pytest.mark.parametrize("key", NO_KEYS)
@pytest.mark.parametrize("path", PATHS)
async def test_nothing_without_a_key_that_works(stage: Stage, key: str | None, path: str) -> None:
    async with caller(stage, key) as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:survey:problem:not-signed-in")
    assert answer.headers["www-authenticate"] == 'Bearer realm="survey"'


async def test_a_session_is_not_a_key(stage: Stage) -> None:
    async with caller(stage, None) as client:
        client.cookies.set("__Host-session", stage.sessions["owner"])
        assert (await client.get("/api/v1/rounds")).status_code == 401


# Asking again


@pytest.mark.parametrize("path", PATHS)
async def test_asking_again_costs_nothing(own: httpx.AsyncClient, path: str) -> None:
    first = await own.get(path)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    for given in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = await own.get(path, headers={"if-none-match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await own.get(path, headers={"if-none-match": '"x"'})).status_code == 200


async def test_304_reads_no_document(stage: Stage, own: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = (await own.get(BASE)).headers["etag"]

    async def never(*_: Any) -> Any:
        raise AssertionError("the release was fetched")

    monkeypatch.setattr("survey.operations.reading.find", never)
    assert (await own.get(BASE, headers={"if-none-match": tag})).status_code == 304


async def test_a_correction_changes_the_tag(stage: Stage, own: httpx.AsyncClient) -> None:
    before = await own.get(f"{BASE}/scores")
    cells = (msgspec.structs.replace(RELEASE.cells[0], value=77), *RELEASE.cells[1:])
    corrected = msgspec.structs.replace(RELEASE, number=2, cells=cells)
    async with stage.database.connection() as db:
        await published.republish(db, published.STANDING.organisation_id, ROUND, corrected)
        try:
            after = await own.get(f"{BASE}/scores", headers={"if-none-match": before.headers["etag"]})
        finally:
            await db.execute("delete from release where number = 2")
    assert after.status_code == 200
    assert (after.json()["release"], after.json()["scores"][0]["value"]) == (2, 77)


async def test_findings_are_the_releases(own: httpx.AsyncClient) -> None:
    items = msgspec.json.decode((await own.get(f"{BASE}/items")).content, type=shapes.Items)
    assert (items.items, items.rates, items.digest) == (RELEASE.items, RELEASE.rates, disclosure.digest(RELEASE))
    levels = msgspec.json.decode((await own.get(f"{BASE}/levels")).content, type=shapes.LevelsHeld)
    assert levels.levels_held == RELEASE.levels_held
    changes = msgspec.json.decode((await own.get(f"{BASE}/changes")).content, type=shapes.Changes)
    assert (changes.compared, changes.changes) == (None, ())
    assert RELEASE.items and RELEASE.levels_held and RELEASE.rates


async def test_findings_are_chosen_by_filters(own: httpx.AsyncClient) -> None:
    one = {"item": RELEASE.items[0].of, "kind": "division"}
    items = msgspec.json.decode((await own.get(f"{BASE}/items", params=one)).content, type=shapes.Items)
    assert {(row.group, row.of) for row in items.items} == {("unit:north", one["item"]), ("unit:south", one["item"])}
    assert {row.item for row in items.rates} == {one["item"]}
    levels = await own.get(f"{BASE}/levels", params={"measure": "overall", "group": "org"})
    assert [row["of"] for row in levels.json()["levels_held"]] == ["overall"]


WRONG = [("items", "item"), ("priorities", "item"), ("levels", "measure"), ("changes", "measure"), ("changes", "group")]


@pytest.mark.parametrize(("part", "name"), WRONG)
async def test_a_finding_about_what_is_not_there_is_not_found(own: httpx.AsyncClient, part: str, name: str) -> None:
    assert (await own.get(f"{BASE}/{part}", params={name: "none"})).status_code == 404
