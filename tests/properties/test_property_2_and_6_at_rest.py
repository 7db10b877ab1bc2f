"""What the running service writes anywhere: no answer while a round is open (property 2), no secret ever (property 6).

The service runs as it would at a Trust. A person answers and somebody reads results by HTTP; then every byte it left is
searched: tables, indexes, WAL, Postgres's log, a dump, and the service's own log.
"""

import base64
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote_plus
from uuid import UUID

import httpx
import msgspec
import pytest
import pytest_asyncio

from survey import db as databases
from survey.core.rounds import Plan
from survey.db import Db
from survey.operations import administering, closing, granting, launching, lending, printing, publishing, signing_in
from survey.sealing import KeyRing
from tests import cast
from tests.pages.person import Person
from tests.properties import serving
from tests.properties.serving import Served

CANARY = "Zebrafinch 7731 sings of printers"
"""Typed as an answer, saved, changed, sent."""
IN_CLEAR = "Marmoset 4402 Autumn"
"""The round's name: known to be stored in clear, so that a search that finds nothing cannot pass."""
TYPED = "q.heronsworth.7719@trust.example"
"""What somebody who is not on the list typed to ask for a link."""
ASKED = "request-that-was-logged-9931"


class Left(msgspec.Struct, frozen=True):
    """All that was left behind by the journey, and the secrets that were issued on the way."""

    served: Served
    files: dict[str, bytes]
    dump: bytes
    log: bytes
    secrets: dict[str, bytes]


def _forms(secret: bytes) -> Iterator[bytes]:
    """A secret or a text as it might be written: plain, quoted, hex, base64 at any offset, UTF-16."""
    yield secret
    yield secret.hex().encode()
    if secret.isascii():
        yield quote_plus(secret.decode()).encode()
        yield secret.decode().encode("utf-16-le")
    for offset in range(3):
        for alphabet in (b"+/", b"-_"):
            encoded = base64.b64encode(b"\0" * offset + secret, alphabet)
            yield encoded[4 if offset else 0 : -4]


def _places(left: Left, secret: bytes) -> list[str]:
    places = left.files | {"the dump": left.dump, "the service's log": left.log}
    forms = set(_forms(secret))
    return [name for name, content in places.items() if any(form in content for form in forms)]


@pytest_asyncio.fixture(scope="module")
async def left(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Left]:
    folder = tmp_path_factory.mktemp("served")
    folder.chmod(0o755)
    with serving.durable(folder) as server, serving.serving(server, folder) as served:
        secrets = await _journey(served)
        async with databases.connect(served.url) as db:
            await db.execute("checkpoint")
            files = _distinct(folder, served)
        yield Left(served, files, served.dump(), served.log().encode(), secrets)


def _distinct(folder: Path, served: Served) -> dict[str, bytes]:
    """Every file once: each database has copies of the same catalogues, and new WAL segments are zeros."""
    seen = {content.rstrip(b"\0"): str(path.relative_to(folder)) for path, content in served.files()}
    return {name: content for content, name in seen.items()}


async def _journey(served: Served) -> dict[str, bytes]:
    keys = KeyRing(served.keys, serving.SECRET.encode())
    async with databases.connect(served.url) as db:
        trust = await administering.add(db, "REN", "Northern Trust")
        questionnaire = await cast.trust(db, trust)
        await _without_mailboxes(db, trust.organisation_id)
        now, whose = datetime.now(UTC), trust.organisation_id
        window = (now - timedelta(hours=1), now + timedelta(days=1))
        made = await launching.draft(db, whose, IN_CLEAR, questionnaire, *window, Plan())
        await launching.launch(db, keys, whose, made.round_id)
        links = [link.path for link in await launching.links(db, keys, whose, made.round_id)]
        printed = [slip.code for slip in (await printing.sheet(db, keys, whose, made.round_id, 0)).slips]
        _, device = await lending.lend(db, whose, made.round_id, 0)
        key = (await granting.new_key(db, whose, "Warehouse", 30)).secret
        invited, unused = [await signing_in.invite(db, whose, "reader") for _ in range(2)]
    await _answer(served, links[0])
    await _enter_and_ask(served, made.round_id, printed[0], device)
    session = await _read_results(served, key, invited)
    return (
        {
            "the deployment's secret": serving.SECRET.encode(),
            "the private key": keys.private(made.round_id),
            "the mailing key": keys.mailing(made.round_id),
            "the API key": key.encode(),
            "a sign-in link that was used": invited.encode(),
            "a sign-in link that was not": unused.encode(),
            "a session": session.encode(),
            "a shared device": device.encode(),
            "what somebody typed to ask for their link": TYPED.encode(),
            "a code as it is printed": printed[0].encode(),
            "another": printed[1].encode(),
        }
        | {f"code {number}": code.replace(" ", "").encode() for number, code in enumerate(printed)}
        | {f"token {number}": link.rpartition("/")[2].encode() for number, link in enumerate(links)}
    )


async def _without_mailboxes(db: Db, whose: UUID) -> None:
    """Some in the first team answer by slips."""
    await db.execute(
        "update person set email = null where organisation_id = $1 and employee_number between '10010' and '10014'",
        whose,
    )


async def _enter_and_ask(served: Served, round_id: str, code: str, device: str) -> None:
    """Somebody enters a code, right and wrong, on a shared device, and somebody asks for their link there."""
    ours = {"sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(base_url=served.base, headers=ours) as client:
        assert (await client.get(f"/kiosk/{round_id}/{device}")).status_code == 200
        assert (await client.post(f"/kiosk/{round_id}/{device}")).status_code == 303
        assert (await client.post("/code", data={"code": code[:-1]})).status_code == 422
        assert (await client.post("/code", data={"code": code})).status_code == 303
        assert (await client.post(f"/r/{round_id}/begin")).status_code == 303
        assert (await client.post(f"/link/{round_id}", data={"who": TYPED})).status_code == 303


async def _answer(served: Served, link: str) -> None:
    """Types the canary, saves it, changes it, sends it; then an address goes wrong with the token in it."""
    async with httpx.AsyncClient(base_url=served.base) as client:
        person = Person(client, link)
        assert (await client.get(link, headers={"x-request-id": ASKED})).status_code == 200
        assert (await person.start()).status == 303
        words = len([line for line in cast.QUESTIONNAIRE.splitlines() if line == "[[items]]"])
        for text in (f"{CANARY} first", f"{CANARY} at last"):
            assert (await person.answer(f"q/{words}", WORDS=text)).status == 303
        assert (await person.press("check", "submit")).location.endswith("/sent")
        assert (await person.get("sent")).status == 200
        assert (await client.get(f"{link}/nowhere/{CANARY}")).status_code == 404
        assert (await client.post(f"/r/unknown1/{person.token}", data={"WORDS": CANARY})).status_code == 404


async def _read_results(served: Served, key: str, invited: str) -> str:
    """Signs in, reads, asks the API; the session's secret."""
    async with httpx.AsyncClient(base_url=served.base) as client:
        assert (await client.get("/api/v1/rounds", headers={"authorization": f"Bearer {key}"})).status_code == 200
        assert (await client.get("/api/v1/rounds", headers={"authorization": "Bearer svy_wrong"})).status_code == 401
        assert (await client.get(f"/sign-in/{invited}")).status_code == 200
        page = await client.post(f"/sign-in/{invited}", headers={"sec-fetch-site": "same-origin"})
        assert page.status_code == 303
        assert (await client.get("/results")).status_code == 200
        (cookie,) = client.cookies.jar
        assert cookie.value
        return cookie.value


def test_a_text_that_is_stored_in_clear_is_found_everywhere_it_must_be(left: Left) -> None:
    """The search works: in a table's file, in the WAL, in the dump; and requests are in the service's log."""
    found = _places(left, IN_CLEAR.encode())
    assert "the dump" in found
    assert any("/base/" in name for name in found), found
    assert any("/pg_wal/" in name for name in found), found
    assert _places(left, ASKED.encode()) == ["the service's log"]


def test_no_answer_typed_while_the_round_is_open_is_found_anywhere(left: Left) -> None:
    """Property 2, METHOD 3.5 U3: no data file, WAL segment, log or dump."""
    assert _places(left, CANARY.encode()) == []
    assert _places(left, CANARY[:10].encode()) == []


def test_no_secret_that_was_issued_is_found_anywhere(left: Left) -> None:
    """Property 6, bar S3."""
    assert len(left.secrets) == 67 + 9
    assert {name: found for name, secret in left.secrets.items() if (found := _places(left, secret))} == {}


def test_what_the_database_keeps_of_a_secret_opens_nothing(left: Left) -> None:
    """Property 6: every hash in the dump, tried as the secret it is the hash of."""
    hashes = {bytes.fromhex(part) for part in _hex_values(left.dump.decode())}
    assert len(hashes) >= 60 + 3
    with httpx.Client(base_url=left.served.base) as client:
        for one in sorted(hashes)[:10]:
            for text in (one.hex(), base64.urlsafe_b64encode(one).rstrip(b"=").decode()):
                assert client.get("/api/v1/rounds", headers={"authorization": f"Bearer svy_{text}"}).status_code == 401
                assert client.post(f"/sign-in/{text}").status_code in {403, 404, 429}


def _hex_values(dump: str) -> set[str]:
    """The 32-byte values in a dump."""
    return {part[:64] for part in dump.split("'\\x")[1:] if part[64:65] == "'"}


def test_the_log_of_a_whole_journey_tells_routes_and_no_address(left: Left) -> None:
    """METHOD 3.5 U9."""
    lines = [msgspec.json.decode(line) for line in left.log.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert len(requests) > 15
    assert {line["route"] for line in requests} >= {"/r/{round_id}/{token}", "/r/{round_id}/q/{number}", "-"}
    assert all(
        line.keys() <= {"event", "level", "timestamp", "method", "route", "status", "ms", "request_id"}
        for line in requests
    )


async def test_after_closing_the_dump_has_no_row_left_of_what_was_sealed(left: Left) -> None:
    """METHOD 3.5 U10: tokens' hashes, drafts, envelopes and flags are gone from the database and from the next backup;
    the words are there now, and lead to nobody."""
    keys = KeyRing(left.served.keys, serving.SECRET.encode())
    async with databases.connect(left.served.url) as db:
        row = await db.fetchrow("select organisation_id, round_id from round")
        gone = {bytes(one[0]) for one in await db.fetch("select token_hash from invitation")}
        gone |= {bytes(one[0]) for one in await db.fetch("select ciphertext from sealed")}
        gone |= {bytes(one[0]) for one in await db.fetch("select ciphertext from draft")}
        assert len(gone) == 62
        assert all(one.hex().encode() in left.dump for one in gone)
        await closing.end_now(db, *row)
        await closing.open_answers(db, keys, *row)
        await publishing.publish(db, *row)
        await db.execute("checkpoint")
    after = left.served.dump()
    assert [one for one in gone if one.hex().encode() in after] == []
    still = {path.name for path, content in left.served.files() if any(one in content for one in gone)}
    assert all(re.fullmatch("[0-9A-F]{24}", name) for name in still), "in no file but segments of the WAL"
    assert f"{CANARY} at last".encode() in after
    assert f"{CANARY} first".encode() not in after
    assert keys.rounds() == set()
