"""What a page does with input it cannot take: 422, everything kept, and the same words above and beside the field."""

from typing import Any

import pytest

from tests.pages.person import Person

LONG = "x" * 201
BAD: dict[str, tuple[str, dict[str, Any], str, str]] = {
    # case: page, fields, the item, its message
    "an option that is none": ("q/1", {"A1": "6"}, "A1", "Choose one of the options"),
    "two options of one": ("q/1", {"A1": ["1", "2"]}, "A1", "Choose one of the options"),
    "an option and not applicable": (
        "q/1",
        {"A1": ["1", "na"]},
        "A1",
        "Either give an answer or choose ‘Not part of my role’, not both",
    ),
    "a special answer not offered": ("q/2", {"L1": "na"}, "L1", "Choose one of the options"),
    "eleven of ten": ("q/3", {"Z1": "11"}, "Z1", "Choose one of the options"),
    "minus one": ("q/3", {"Z1": "-1"}, "Z1", "Choose one of the options"),
    "a box that is none": ("q/5", {"M1": ["1", "9"]}, "M1", "Choose from the options shown"),
    "a box and none of these": (
        "q/5",
        {"M1": ["1", "na"]},
        "M1",
        "Either give an answer or choose ‘None of these’, not both",
    ),
    "words for a number": ("q/7", {"N1": "seven <7>"}, "N1", "Enter a whole number between 0 and 40"),
    "a number too high": ("q/7", {"N1": "41"}, "N1", "Enter a whole number between 0 and 40"),
    "a fraction": ("q/7", {"N1": "1.5"}, "N1", "Enter a whole number between 0 and 40"),
    "a number and do not know": (
        "q/7",
        {"N1": ["5", "dk"]},
        "N1",
        "Either give an answer or choose ‘I don’t know’, not both",
    ),
    "the same place twice": (
        "q/8",
        {"R1.1": "2", "R1.2": "2"},
        "R1",
        "You chose ‘Fewer systems’ more than once. Choose a different option for each place",
    ),
    "a place left out": (
        "q/8",
        {"R1.1": "", "R1.2": "2"},
        "R1",
        "‘First choice’ is empty. Choose one, or move your other choices up",
    ),
    "too many characters": ("q/9", {"T1": LONG}, "T1", "Your answer must be 200 characters or fewer (it is 201)"),
    "a control character": (
        "q/9",
        {"T1": "a\x00b"},
        "T1",
        "Your answer has a character that cannot be kept. Type it again rather than pasting it",
    ),
}


@pytest.mark.parametrize("case", BAD)
async def test_a_mistake_is_told_where_it_is_and_above(person: Person, case: str) -> None:
    here, fields, item, message = BAD[case]
    await person.start()
    page = await person.answer(here, **fields)
    assert page.status == 422
    assert page.title.startswith("Error: ")
    summary = page.one('//div[@class="nhsuk-error-summary"]')
    assert summary.get("tabindex") == "-1"
    assert summary.get("autofocus") is not None
    assert summary.xpath('.//div[@role="alert"]//h2')[0].text == "There is a problem"
    link = page.one('//div[@class="nhsuk-error-summary"]//a')
    beside = page.one('//span[@class="nhsuk-error-message"]')
    assert link.text_content() == message
    assert beside.text_content() == f"Error: {message}"
    field = page.one(f'//*[@id="{link.get("href")[1:]}"]')
    assert field.get("name").split(".")[0] == item
    described = field.get("aria-describedby") or field.xpath("ancestor::fieldset")[0].get("aria-describedby")
    assert beside.get("id") in described.split()
    assert not (await person.get(here)).all("//input[@checked]")


@pytest.mark.parametrize(
    "case", ["words for a number", "too many characters", "the same place twice", "a place left out"]
)
async def test_what_was_entered_is_still_there(person: Person, case: str) -> None:
    here, fields, _, _ = BAD[case]
    await person.start()
    page = await person.answer(here, **fields)
    again = page.filled()
    for name, value in fields.items():
        assert again[name] == [value]


async def test_good_answers_beside_a_mistake_stay_chosen(person: Person) -> None:
    await person.start()
    page = await person.answer("q/5", I1="2", M1=["3", "9"])
    assert [(one.get("name"), one.get("value")) for one in page.all("//input[@checked]")] == [("I1", "2"), ("M1", "3")]
    assert (
        page.title == "Error: About your work – Questions 6 and 7 of 10 – Every kind of question – Test Hospital Trust"
    )


async def test_a_mistake_while_changing_leads_back_to_the_check_all_the_same(person: Person) -> None:
    await person.start()
    page = await person.answer("q/7?change=1", N1="x")
    assert page.one("//form").get("action") == "7?change=1"
    assert (await person.answer("q/7?change=1", N1="3")).location == f"{person.round}/check"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
        (b'{"A1": "1"}', "application/json"),
        (b"&".join(b"f%d=1" % n for n in range(600)), "application/x-www-form-urlencoded"),
        ("csrf=é".encode(), "application/x-www-form-urlencoded"),
    ],
)
async def test_what_is_no_form_is_refused_in_words(person: Person, body: bytes, kind: str) -> None:
    await person.start()
    response = await person.client.post(f"{person.round}/q/1", content=body, headers={"content-type": kind})
    assert response.status_code == 400
    assert "could not read that form" in response.text


async def test_bytes_that_are_no_text_are_no_answer(person: Person) -> None:
    await person.start()
    token = (await person.get("q/1")).filled()["csrf"][0]
    response = await person.client.post(
        f"{person.round}/q/9",
        content=f"csrf={token}&T1=%ff%fe%00".encode(),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert response.status_code == 422


async def test_more_than_a_form_can_hold_is_refused(person: Person) -> None:
    await person.start()
    response = await person.client.post(f"{person.round}/q/9", data={"T1": "x" * 70_000})
    assert response.status_code == 413
