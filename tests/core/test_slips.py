"""Codes of slips: as many as 63 bits make, of letters nobody mistakes, and read however they are typed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core import slips

numbers = st.integers(0, slips.CODES - 1)


def test_there_are_enough_of_letters_that_do_not_look_alike() -> None:
    assert 63 <= math.log2(slips.CODES) < 64
    assert len(set(slips.LETTERS)) == len(slips.LETTERS) == 29
    for alike in ("0OQ", "1IL", "5S", "2Z"):
        assert len(set(alike) & set(slips.LETTERS)) <= 1


@given(numbers, numbers)
def test_each_number_has_a_code_of_its_own(one: int, other: int) -> None:
    assert (slips.spelt(one) == slips.spelt(other)) == (one == other)
    assert len(slips.spelt(one)) == slips.LENGTH


@given(numbers)
def test_a_code_is_read_as_it_is_printed_and_however_it_is_typed(number: int) -> None:
    code = slips.spelt(number)
    printed = slips.shown(code)
    for typed in (printed, printed.lower(), printed.replace(" ", "-"), f"  {code}\n", "-".join(code.lower())):
        assert slips.read(typed) == code
    assert slips.read(code.replace("5", "s").replace("2", "Z")) == code


@pytest.mark.parametrize(
    "typed", ["", "ABCD", "ABCD EFGH JKMN", "ABCD EFGH JKMNPQ", "0BCD EFGH JKMNP", "A" * 10_000, "é" * 13]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert slips.read(typed) is None
