"""One cell at a time."""

import time

import pytest

from survey.core.staff import cells, groups
from survey.core.staff.cells import Mistake


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("07700 900123", "+447700900123"),
        ("07700-900-123", "+447700900123"),
        ("(07700) 900123", "+447700900123"),
        ("7700900123", "+447700900123"),
        ("+44 7700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("0044 7700 900123", "+447700900123"),
        ("447700900123", "+447700900123"),
        ("4407700900123", "+447700900123"),
        ("+447624123456", "+447624123456"),
        ("+353 87 123 4567", "+353871234567"),
        ("0048 601 234 567", "+48601234567"),
    ],
)
def test_mobile_numbers(given: str, stored: str) -> None:
    assert cells.mobile(given) == stored
    assert cells.mobile(stored) == stored


@pytest.mark.parametrize(
    "given",
    ["0151 555 0100", "07700 80012", "07700 9001234", "07000 900123", "07600 900123", "+44 151 555 0100", "12345",
     "none", "QQ 12 34 56 C", "+0123456789", "07700900123 or 07700900124", "٠٧٧٠٠٩٠٠١٢٣", "+1234567890123456"],
)  # fmt: skip
def test_what_is_no_mobile_number(given: str) -> None:
    with pytest.raises(Mistake) as wrong:
        cells.mobile(given)
    assert given not in wrong.value.what + wrong.value.mend


@pytest.mark.parametrize("given", ["7.70090E+11", "7E+11", "4.477E11"])
def test_a_number_that_a_spreadsheet_rounded_says_so(given: str) -> None:
    with pytest.raises(Mistake, match="rounded number"):
        cells.mobile(given)
    with pytest.raises(Mistake, match="rounded number"):
        cells.employee_number(given)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("a.nurse@trust.nhs.uk", "a.nurse@trust.nhs.uk"),
        ("A.Nurse@Trust.NHS.uk", "A.Nurse@trust.nhs.uk"),
        ("o'neill+x@trust.example", "o'neill+x@trust.example"),
        ("mailto:a@b.example", "a@b.example"),
        ("a@x-y.example", "a@x-y.example"),
    ],
)
def test_e_mail_addresses(given: str, stored: str) -> None:
    assert cells.email(given) == stored
    assert cells.email(stored) == stored


@pytest.mark.parametrize(
    "given",
    ["a", "a@", "@b.example", "a@b", "a b@c.example", "a@b..example", ".a@b.example", "a.@b.example", "a..b@c.example",
     "a@-b.example", "a@b.example, c@d.example", "A Nurse <a@b.example>", "a@b.example;", "a@@b.example", "ä@b.example",
     "a@[127.0.0.1]", "a@1.2.3.4", "x" * 65 + "@b.example", "a\n@b.example"],
)  # fmt: skip
def test_what_is_no_e_mail_address(given: str) -> None:
    with pytest.raises(Mistake) as wrong:
        cells.email(given)
    assert given not in wrong.value.what + wrong.value.mend or given == "a"


@pytest.mark.parametrize("given", ["a" * 100_000, "a." * 50_000, "a@" + "b-" * 50_000, "@" * 100_000, "0" * 100_000])
def test_hostile_cells_cost_little(given: str) -> None:
    started = time.perf_counter()
    for read in (cells.email, cells.mobile, cells.employee_number, cells.language):
        with pytest.raises(Mistake):
            read(given)
    with pytest.raises(Mistake):
        cells.tidy(given)
    assert time.perf_counter() - started < 0.25


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("  Ward  2\n(north) ", "Ward 2 (north)"),
        ("Ward\u00a02", "Ward 2"),
        ("\ufeffWard 2\u200b", "Ward 2"),
        ("Sia\u0302n", "Siân"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("", ""),
    ],
)
def test_tidy(given: str, stored: str) -> None:
    assert cells.tidy(given) == stored


@pytest.mark.parametrize("given", ["Ward\x07", "\x00", "Wa\x1brd", "Ward\u202e2", "Ward\u2066", "W\x7f"])
def test_control_characters(given: str) -> None:
    with pytest.raises(Mistake, match="control character"):
        cells.tidy(given)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("Surgery > Theatres > Recovery", ("Surgery", "Theatres", "Recovery")),
        ("Surgery>Theatres", ("Surgery", "Theatres")),
        ("Surgery", ("Surgery",)),
    ],
)
def test_paths(given: str, names: tuple[str, ...]) -> None:
    assert cells.path(given, " > ") == names


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("Surgery > > Recovery", "empty level"),
        ("> Surgery", "empty level"),
        ("Surgery >", "empty level"),
        (" > ".join("abcdefghi"), "more than 8 levels"),
        ("x" * 201 + " > y", "longer than 200"),
    ],
)
def test_paths_that_cannot_be(given: str, said: str) -> None:
    with pytest.raises(Mistake, match=said):
        cells.path(given, ">")


@pytest.mark.parametrize(
    ("given", "group"),
    [
        ("Nursing and Midwifery Registered", "Nursing and Midwifery Registered"),
        ("NURSING & MIDWIFERY  REGISTERED", "Nursing and Midwifery Registered"),
        ("add prof scientific and technic", "Add Prof Scientific and Technic"),
        ("Medical & Dental", "Medical and Dental"),
    ],
)
def test_staff_groups(given: str, group: str) -> None:
    assert cells.staff_group(given) == group


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("Nursing and Midwifery", "Nursing and Midwifery Registered"),
        ("Nurses", "Nursing and Midwifery Registered"),
        ("Allied Health Profesionals", "Allied Health Professionals"),
        ("Admin & Clerical", "Administrative and Clerical"),
        ("Administration", "Administrative and Clerical"),
        ("Additional Professional Scientific and Technical", "Add Prof Scientific and Technic"),
        ("Estates", "Estates and Ancillary"),
        ("Student", "Students"),
    ],
)
def test_unknown_staff_groups_are_told_the_nearest(given: str, meant: str) -> None:
    assert groups.nearest(given) == meant
    with pytest.raises(Mistake) as wrong:
        cells.staff_group(given)
    assert wrong.value.mend == f"Did you mean “{meant}”?"


def test_a_staff_group_like_none_is_told_them_all() -> None:
    with pytest.raises(Mistake) as wrong:
        cells.staff_group("xyz")
    assert all(group in wrong.value.mend for group in groups.CLINICAL)


@pytest.mark.parametrize(("given", "value"), [("Yes", True), ("n", False), ("TRUE", True), ("0", False),
                                              ("Non-clinical", False), ("clinical", True)])  # fmt: skip
def test_clinical(given: str, value: bool) -> None:
    assert cells.clinical(given) is value


@pytest.mark.parametrize(("given", "code"), [("en", "en"), ("Welsh", "cy"), ("CY", "cy"), ("en_GB", "en-GB")])
def test_languages(given: str, code: str) -> None:
    assert cells.language(given) == code


def test_cells_that_say_neither() -> None:
    with pytest.raises(Mistake, match="neither yes nor no"):
        cells.clinical("maybe")
    with pytest.raises(Mistake, match="not a language"):
        cells.language("English please")
