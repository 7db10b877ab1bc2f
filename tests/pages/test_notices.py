"""A Trust's own text: plain, in paragraphs, headings and lists, and never markup."""

import pytest

from survey.pages import rendering
from survey.pages.notices import Block, blocks

BLOCKS = [
    ("", ()),
    ("One\nline\n\n\n  Two  ", (Block("paragraph", ("One\nline",)), Block("paragraph", ("Two",)))),
    ("## Who we are\r\n\r\nUs.", (Block("heading", ("Who we are",)), Block("paragraph", ("Us.",)))),
    ("- one\n- two", (Block("list", ("one", "two")),)),
    ("- one\nnot two", (Block("paragraph", ("- one\nnot two",)),)),
    ("##not a heading", (Block("paragraph", ("##not a heading",)),)),
]


@pytest.mark.parametrize(("text", "expected"), BLOCKS)
def test_a_text_is_read_as_blocks(text: str, expected: tuple[Block, ...]) -> None:
    assert blocks(text) == expected


def test_it_is_never_markup() -> None:
    source = '{% import "components/own_words.html" as ours %}{{ ours.own_words(page, "en") }}'
    made = rendering.environment().from_string(source).render(page=blocks("<script>x</script>\n\n## <b>"))
    assert "<script>" not in made
    assert "<b>" not in made
