"""The respondent's journey over HTTP, as a browser without scripts makes it."""

import httpx
import pytest

from survey.core.frame import Frame, FrameUnit, ReportingUnit
from survey.pages.responding.arriving import team_names
from tests.pages.conftest import Stage
from tests.pages.person import Page, Person

ANSWERED = {
    "q/1": {"A1": "4"},
    "q/2": {"L1": "5"},
    "q/3": {"Z1": "10"},
    "q/4": {"C1": "1", "F1": "5"},
    "q/5": {"I1": "3", "M1": ["1", "3"]},
    "q/6": {"H1": "Quiet.\r\n\r\nToo quiet <b>"},
    "q/7": {"N1": " 7 "},
    "q/8": {"R1__1": "2", "R1__2": "4"},
    "q/9": {"T1": "Log-in & Wi-Fi"},
}


async def _answer_all(person: Person) -> Page:
    await person.start()
    for here, given in ANSWERED.items():
        page = await person.answer(here, **given)
        assert page.status == 303, page.words
    return page


def _row(page: Page, question: str) -> str:
    row = page.one(f'//div[@class="nhsuk-summary-list__row"][dt="{question}"]/dd[1]')
    return " ".join(" ".join(row.itertext()).split())


async def test_start_leads_to_the_reporting_unit_and_then_question_by_question_to_the_check(person: Person) -> None:
    started = await person.start()
    assert (started.status, started.location) == (303, f"{person.round}/unit")
    unit = await person.get("unit")
    assert "Ward" in unit.words
    assert "Nursing and Midwifery Registered" in unit.words
    assert unit.one('//a[@class="nhsuk-button"]').get("href") == "q/1"
    for here, following in zip(ANSWERED, [*list(ANSWERED)[1:], "check"], strict=True):
        assert (await person.answer(here, **ANSWERED[here])).location == f"{person.round}/{following}"


async def test_each_page_says_where_it_is(person: Person) -> None:
    await person.start()
    places = {n: (await person.get(f"q/{n}")).text('//p[@class="survey-place"]') for n in (1, 4, 5, 7)}
    assert places == {
        1: "Question 1 of 10",
        4: "Questions 4 and 5 of 10",
        5: "Questions 6 and 7 of 10",
        7: "Question 8 of 10",
    }
    first = await person.get("q/1")
    assert (
        first.title == "My devices are good enough. – Question 1 of 10 – Every kind of question – Test Hospital Trust"
    )
    assert first.text("//h1") == "My devices are good enough."
    assert first.text('//p[@class="nhsuk-caption-m"]') == "The first vision"


async def test_back_links_lead_back_along_the_way(person: Person) -> None:
    await person.start()
    backs = {n: (await person.get(f"q/{n}")).one('//a[@class="nhsuk-back-link"]').get("href") for n in (1, 2, 7)}
    assert backs == {1: "../unit", 2: "1", 7: "5"}  # page 6 waits for an answer
    assert (await person.get("check")).one('//a[@class="nhsuk-back-link"]').get("href") == "q/9"


async def test_the_check_shows_every_answer_as_it_reads(person: Person) -> None:
    await _answer_all(person)
    check = await person.get("check")
    assert _row(check, "My devices are good enough.") == "Agree"
    assert _row(check, "How confident are you?") == "10 – Completely confident"
    assert _row(check, "Which devices do you use?") == "Phone Desktop"
    assert _row(check, "Tell us about working at home.") == "Quiet. Too quiet <b>"
    assert _row(check, "How many systems do you log in to on a usual day?") == "7"
    assert _row(check, "Which three would help most?") == "Fewer systems Better Wi-Fi"
    headings = [one.text for one in check.all("//main//h2")]
    assert headings == [
        "The first vision",
        "The second vision",
        "About your work",
        "Other questions",
        "Send your answers",
    ]
    hrefs = [link.get("href") for link in check.all('//dl//a[@class="nhsuk-link"]')]
    assert hrefs == [f"q/{n}?change=1" for n in (1, 2, 3, 4, 4, 5, 5, 6, 7, 8, 9)]


async def test_earlier_answers_are_there_on_return(person: Person) -> None:
    await _answer_all(person)
    assert [one.get("value") for one in (await person.get("q/1")).all("//input[@checked]")] == ["4"]
    assert [one.get("value") for one in (await person.get("q/5")).all("//input[@checked]")] == ["3", "1", "3"]
    assert [one.get("value") for one in (await person.get("q/8")).all("//option[@selected]")] == ["2", "4"]
    assert (await person.get("q/7")).one('//input[@id="q-N1"]').get("value") == "7"
    assert (await person.get("q/6")).one("//textarea").text.strip() == "Quiet.\n\nToo quiet <b>"


async def test_sending_changing_sending_again_and_withdrawing(person: Person) -> None:
    await _answer_all(person)
    assert (await person.press("check", "submit")).location == f"{person.round}/sent"
    sent = await person.get("sent")
    assert sent.text("//h1") == "Your answers have been sent"
    assert (await person.start()).location == f"{person.round}/sent"
    back = await person.get("check")
    assert (back.status, back.text("//h1")) == (200, "Your answers have been sent")
    assert not back.all('//form[@action="submit"]')
    changed = await person.answer("q/1?change=1", A1="2")
    assert changed.location == f"{person.round}/check"
    assert "You have changed answers since then" in (await person.get("sent")).words
    assert (await person.press("check", "submit")).location == f"{person.round}/sent"
    assert "You have changed" not in (await person.get("sent")).words
    assert (await person.press("sent", "withdraw")).location == f"{person.round}/withdrawn"
    assert "deleted" in (await person.get("withdrawn")).words
    assert (await person.get("sent")).location == f"{person.round}/check"
    assert (await person.start()).location == f"{person.round}/unit"


async def test_withdrawn_is_not_said_of_answers_that_stand(person: Person) -> None:
    await _answer_all(person)
    await person.press("check", "submit")
    assert (await person.get("withdrawn")).location == f"{person.round}/sent"


async def test_nothing_is_compulsory_and_nothing_at_all_cannot_be_sent(person: Person) -> None:
    await person.start()
    for n, following in zip(
        (1, 2, 3, 4, 5, 7, 8, 9), ("q/2", "q/3", "q/4", "q/5", "q/7", "q/8", "q/9", "check"), strict=True
    ):
        assert (await person.answer(f"q/{n}")).location == f"{person.round}/{following}"
    check = await person.get("check")
    assert "You have not answered any question yet" in check.words
    assert not check.all('//form[@action="submit"]')
    token = (await person.get("q/1")).filled()["csrf"][0]
    refused = await person.post("submit", {"csrf": token})
    assert refused.status == 422
    assert refused.title.startswith("Error: ")
    assert (await person.get("sent")).location == f"{person.round}/check"


async def test_some_questions_may_be_left_out(person: Person) -> None:
    await person.start()
    await person.answer("q/2", L1="1")
    assert "9 questions have no answer" in (await person.get("check")).words
    assert (await person.press("check", "submit")).location == f"{person.round}/sent"


async def test_another_device_goes_on_at_the_first_unanswered_question(person: Person, app: object) -> None:
    await person.start()
    await person.answer("q/1", A1="na")
    await person.answer("q/2", L1="3")
    await person.answer("q/7", N1="dk")
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
        other = Person(client, person.path)
        assert (await other.start()).location == f"{person.round}/q/3"
        assert (await other.get("q/1")).one("//input[@checked]").get("value") == "na"


async def test_an_answer_shows_and_hides_a_page(person: Person) -> None:
    await person.start()
    assert (await person.get("q/6")).location == f"{person.round}/q/1"
    assert (await person.answer("q/5", I1="3")).location == f"{person.round}/q/6"
    assert (await person.get("q/6")).text("//h1") == "Tell us about working at home."
    assert (await person.answer("q/5", I1="1")).location == f"{person.round}/q/7"
    assert "working at home" not in (await person.get("check")).words


async def test_each_audience_is_asked_its_own(browser: httpx.AsyncClient, stage: Stage) -> None:
    for audience, asked, other in (("clinical", "C1", "O1"), ("non_clinical", "O1", "C1")):
        person = Person(browser, stage.link(audience))
        await person.start()
        names = {field.get("name") for field in (await person.get("q/4")).all("//input")}
        assert asked in names
        assert other not in names


@pytest.mark.parametrize("number", ["0", "10", "99999999999"])
async def test_a_page_that_is_not_there_leads_to_one_that_is(person: Person, number: str) -> None:
    await person.start()
    assert (await person.get(f"q/{number}")).location == f"{person.round}/q/1"
    token = (await person.get("q/1")).filled()["csrf"][0]
    assert (await person.post(f"q/{number}", {"csrf": token, "A1": "1"})).location == f"{person.round}/q/1"
    assert not (await person.get("q/1")).all("//input[@checked]")


async def test_an_answer_can_be_cleared(person: Person) -> None:
    await person.start()
    assert not (await person.get("q/1")).all('//button[@name="_clear"]')
    await person.answer("q/1", A1="2")
    assert (await person.get("q/1")).one('//button[@name="_clear"]').get("value") == "A1"
    cleared = await person.answer("q/1?change=1", press={"_clear": "A1"})
    assert cleared.location == f"{person.round}/q/1?change=1"
    assert not (await person.get("q/1")).all("//input[@checked]")


async def test_clearing_one_answer_keeps_what_was_entered_beside_it(person: Person) -> None:
    await person.start()
    await person.answer("q/4", C1="1")
    await person.answer("q/4", press={"_clear": "C1"}, F1="3")
    assert [one.get("name") for one in (await person.get("q/4")).all("//input[@checked]")] == ["F1"]


async def test_continue_comes_first_so_that_enter_presses_it(person: Person) -> None:
    await person.start()
    await person.answer("q/5", I1="2")
    buttons = [button.text_content().strip() for button in (await person.get("q/5")).all("//form//button")]
    assert buttons == ["Continue", "Clear: Where do you mostly work?"]


async def test_fields_that_can_be_emptied_are_cleared_by_emptying_them(person: Person) -> None:
    await _answer_all(person)
    for here, empty in {
        "q/5": {"M1": []},
        "q/6": {"H1": " "},
        "q/7": {"N1": ""},
        "q/8": {"R1__1": "", "R1__2": ""},
    }.items():
        assert (await person.answer(here, **empty)).status == 303
    check = await person.get("check")
    for question in ("Which devices do you use?", "Tell us about working at home.", "Which three would help most?"):
        assert _row(check, question) == "Not answered"


async def test_finishing_takes_the_cookie_and_the_pages_with_it(person: Person) -> None:
    await person.start()
    await person.answer("q/1", A1="2")
    finished = await person.press("pause", "finish")
    assert finished.location == f"{person.round}/finished"
    assert finished.response.headers["clear-site-data"] == '"cache"'
    assert not person.client.cookies
    assert (await person.get("q/1")).status == 403
    assert "let go of your answers" in (await person.get("finished")).words
    assert (await person.post("finish", {})).status == 303
    assert (await person.start()).location == f"{person.round}/q/2"


async def test_addresses_of_forms_opened_by_themselves_lead_to_the_check(person: Person) -> None:
    await person.start()
    for here in ("submit", "withdraw", "finish"):
        assert (await person.get(here)).location == f"{person.round}/check"


async def test_teams_counted_together_are_named_with_the_reason(browser: httpx.AsyncClient, stage: Stage) -> None:
    person = Person(browser, stage.merged.path)
    await person.start()
    unit = await person.get("unit")
    assert "too small to be reported on alone" in unit.words
    assert [team.text for team in unit.all("//main//ul/li")] == ["Porters", "Post room"]
    assert "They fit 30 people, you among them." in unit.words


def test_teams_of_one_name_are_told_apart() -> None:
    above = [FrameUnit("1", None, "North", None, 9), FrameUnit("2", None, "South", None, 9)]
    teams = [
        FrameUnit("a", "1", "Office", None, 9),
        FrameUnit("b", "2", "Office", None, 8),
        FrameUnit("c", "2", "Lab", None, 1),
    ]
    frame = Frame("Trust", (*above, *teams), (), ())
    together = ReportingUnit("Office and Office", None, None, ("a", "b", "c"), 18)
    assert team_names(frame, together) == ("Office (North)", "Office (South)", "Lab")
    assert team_names(frame, ReportingUnit("Lab", "2", None, ("c",), 1)) == ()
