"""Setting how a round's staff are reached, previewing what they get, and seeing who would get nothing."""

import msgspec
import pytest

from survey import errors
from survey.core.reaching import Reach
from survey.db import Db
from survey.operations import authoring, drafting, reachability, reaching, staffing
from survey.store import rounds, units
from survey.store.organisations import Organisation
from tests import cast

BASE, ZONE = "https://survey.trust.example", "Europe/London"


@pytest.fixture
async def round_id(db: Db, organisation: Organisation) -> str:
    return await cast.drafted(db, organisation, await cast.trust(db, organisation))


async def test_a_draft_has_our_plan_until_it_is_given_another(
    db: Db, organisation: Organisation, round_id: str
) -> None:
    scope = (organisation.organisation_id, round_id)
    assert await reaching.find(db, *scope) == Reach()
    other = Reach(
        channels=("sms",), reminder_days=(3,), last_day=False, hour=8, texts={"cy": {"reminder_sms": "{link}"}}
    )
    await reaching.change(db, *scope, other)
    assert await reaching.find(db, *scope) == other
    with pytest.raises(errors.BadInput, match="from 7 to 20"):
        await reaching.change(db, *scope, Reach(hour=2))
    assert await reaching.find(db, *scope) == other


async def test_a_preview_shows_every_message_with_a_link_of_ours(
    db: Db, organisation: Organisation, round_id: str
) -> None:
    shown = await reaching.preview(db, organisation.organisation_id, round_id, Reach(), BASE, ZONE)
    assert [(one.kind, one.channel) for one in shown][:2] == [("invitation", "email"), ("invitation", "sms")]
    assert len(shown) == 6
    assert all(f"{BASE}/r/{round_id}/" in one.letter.text for one in shown)
    assert all((one.parts > 0) == (one.channel == "sms") for one in shown)
    with pytest.raises(errors.BadInput, match="not a placeholder"):
        wrong = Reach(texts={"en": {"reminder_sms": "{name} {link}"}})
        await reaching.preview(db, organisation.organisation_id, round_id, wrong, BASE, ZONE)


async def test_who_would_get_nothing_is_told_and_why(db: Db, organisation: Organisation) -> None:
    head = "Employee Number,Division,Team,Site,Staff Group,Email Address,Mobile\n"
    rows = ["1,Care,Ward,Main,{0},a@trust.example,", "2,Care,Ward,Main,{0},,07700 900123", "3,Care,Ward,Main,{0},,"]
    rows += ["4,Estates,Porters,Main,{0},,"]
    listed, whose = head + "\n".join(rows).format(cast.NURSES), organisation.organisation_id
    made = (await authoring.add(db, whose, cast.QUESTIONNAIRE)).questionnaire_hash
    await staffing.apply(db, whose, listed.encode(), staffing.Wishes(allow_unreachable=True))
    draft = await drafting.begin(db, whose, "Autumn", made, ZONE)
    every = await reachability.reachable(db, draft, 9)
    assert msgspec.structs.astuple(every.channels) == (4, 1, 1)
    assert [(one.employee_number, one.team) for one in every.missing.people] == [("4", "Porters"), ("3", "Ward")]
    (ward,) = (unit.id for unit in await units.tree(db, whose) if unit.name == "Ward")
    who = await drafting.left_out(db, whose, "only", [ward], [], ["1"])
    draft = await drafting.change(db, whose, draft.round_id, 1, population=who, reach=Reach(channels=("email",)))
    some = await reachability.reachable(db, draft, 9)
    assert msgspec.structs.astuple(some.channels) == (2, 0, 1)
    assert [one.why for one in some.missing.people] == [
        "has a mobile number, and this round sends no text messages",
        "has neither an e-mail address nor a mobile number",
    ]


SPOKEN = cast.QUESTIONNAIRE.replace("title =", 'languages = ["en", "cy"]\ntitle =', 1)


@pytest.mark.parametrize(
    ("questionnaire", "language", "texts", "expected"),
    [
        pytest.param(SPOKEN, "cy", {}, "cy", id="the person's"),
        pytest.param(SPOKEN, "", {}, "en", id="not known: the questionnaire's first"),
        pytest.param(SPOKEN, "pl", {}, "en", id="one that nobody speaks"),
        pytest.param(cast.QUESTIONNAIRE, "cy", {}, "en", id="the questionnaire is in English only"),
        pytest.param(SPOKEN, "cy", {"en": {"invitation_email": "{link}"}}, "en", id="changed in English only"),
        pytest.param(
            cast.QUESTIONNAIRE, "pl",
            {"pl": {"invitation_subject": "A", "invitation_email": "{link}"}}, "pl", id="the Trust's own Polish",
        ),
    ],
)  # fmt: skip
async def test_in_which_language_somebody_is_written_to(
    db: Db,
    organisation: Organisation,
    questionnaire: str,
    language: str,
    texts: dict[str, dict[str, str]],
    expected: str,
) -> None:
    await cast.trust(db, organisation)
    whose = organisation.organisation_id
    round_id = await cast.drafted(db, organisation, (await authoring.add(db, whose, questionnaire)).questionnaire_hash)
    reach = Reach(channels=("email",), texts=texts)
    head = await rounds.letterhead(db, whose, round_id)
    made = reaching.write(head, reach, language or None, "invitation", "email", "token", BASE, ZONE)
    assert made.language == expected
    assert f'<html lang="{expected}" dir="ltr">' in made.letter.html
    welsh = expected == "cy"
    assert made.letter.text.startswith("Pa mor dda") is welsh
    assert made.stop == f"{BASE}/r/{round_id}/token/stop{'?lang=cy' if welsh else ''}"
    assert (f"/token{'?lang=cy' if welsh else ''}\n" in made.letter.text + "\n") is True
    too = {"Gallwch ateb yn Gymraeg hefyd.", "You can answer in English, too."}
    assert {one for one in too if one in made.letter.text} == (
        set() if questionnaire is cast.QUESTIONNAIRE and expected == "en"
        else {"You can answer in English, too."} if expected != "en" else {"Gallwch ateb yn Gymraeg hefyd."}
    )  # fmt: skip
