"""Looking for secrets: each is found wherever it lies, in whatever pieces it comes, and as often as it is there."""

import base64
import random
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.operations.verifying.needles import Needles, forms

MANY = [random.Random(n).randbytes(32) for n in range(200)]
TOKENS = {base64.urlsafe_b64encode(one).rstrip(b"="): "tokens" for one in MANY}
KEY = bytes(range(100, 132))
NEEDLES = Needles({"the key": KEY}, TOKENS)


async def _pieces(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@given(st.lists(st.integers(0, 199), max_size=6), st.binary(max_size=300), st.integers(1, 500))
async def test_every_token_is_found_across_pieces(chosen: list[int], around: bytes, size: int) -> None:
    data = around.join([b"", *(list(TOKENS)[number] for number in chosen), b""])
    found = await NEEDLES.find_in(_pieces(data, size))
    assert found["tokens"] == len(chosen)
    assert "the key" not in found


@pytest.mark.parametrize("form", sorted(set(forms(KEY))))
@pytest.mark.parametrize("before", [b"", b"x" * 127, b"y" * 4096])
async def test_a_key_is_found_in_every_form(form: bytes, before: bytes) -> None:
    assert NEEDLES.find(before + form + b"after") == {"the key": 1}
    assert await NEEDLES.find_in(_pieces(before + form + b"after", 128)) == {"the key": 1}


@pytest.mark.parametrize("around", [b"", b"a", b"ab", b"abc"])
def test_a_key_inside_something_that_was_base64_is_found(around: bytes) -> None:
    assert NEEDLES.find(base64.b64encode(around + KEY + b"more")) == {"the key": 1}


async def test_without_needles_nothing_is_found() -> None:
    empty = Needles({}, {})
    assert len(empty) == 0
    assert empty.find(b"anything") == {}
    assert await NEEDLES.find_in(_pieces(b"", 10)) == {}
