"""Files as people save them, and the rows as a spreadsheet counts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.staff import table
from survey.errors import BadInput

PLAIN = "a,b\n1,2\n"
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")


def rows(data: bytes) -> list[tuple[int, list[str]]]:
    return [(row.number, row.cells) for row in table.read(data).rows]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (PLAIN.encode(), [(2, ["1", "2"])]),
        (PLAIN.encode("utf-8-sig"), [(2, ["1", "2"])]),
        (b"a;b\r\n1;2,5\r\n", [(2, ["1", "2,5"])]),
        (b"a\tb\r1\t2\r", [(2, ["1", "2"])]),
        (b'"a,x";b\n1;2\n', [(2, ["1", "2"])]),
        (b"sep=;\r\na;b\r\n1;2\r\n", [(2, ["1", "2"])]),
        (b'a,b\n"one\nline\nmore",2\n3,4\n', [(2, ["one\nline\nmore", "2"]), (3, ["3", "4"])]),
        (b"\n\na,b\n\n1,2\n , \n3,4\n\n", [(5, ["1", "2"]), (7, ["3", "4"])]),
        (b'a,b\n"say ""hello""",2\n', [(2, ['say "hello"', "2"])]),
        *(("a,b\nSiân,–\n".encode(encoding), [(2, ["Siân", "–"])]) for encoding in ENCODINGS),
        (b"a,b\n=1+1,@x\n", [(2, ["=1+1", "@x"])]),
        (b"a,b\n1\n1,2,3\n", [(2, ["1"]), (3, ["1", "2", "3"])]),
    ],
)
def test_reads_what_spreadsheets_save(data: bytes, expected: list[tuple[int, list[str]]]) -> None:
    assert rows(data) == expected


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 and the rest of an archive", "a packed file, not text"),
        (b"\xd0\xcf\x11\xe0 and the rest of an xls", "neither a CSV file nor a spreadsheet"),
        (b"%PDF-1.7 and the rest", "neither a CSV file nor a spreadsheet"),
        (b"\x89PNG\r\n\x1a\n and the rest", "neither a CSV file nor a spreadsheet"),
        (b"name\n\x81\x8d\x8f\n", "it is not text (line 2 shows it)"),
        (b"name\n\xe9\0\0\n", "it is not text"),
        (b"", "is empty"),
        (b"\n\n \n", "is empty"),
        (b"a,b\n", "one row only"),
        (b'a,b\n1,2\n"3,4\n5,6\n', "Row 3: it has a quotation mark that is never closed"),
        (b'a,b\n"1"x,2\n', "Row 2: it has a quotation mark"),
        (b"a,b\n" + b"x" * 200_000 + b",2\n", "Row 2"),
    ],
)
def test_refuses_other_files_in_words(data: bytes, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        table.read(data)
    assert said in str(refused.value)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_only_a_guess_is_doubted(encoding: str) -> None:
    assert bool(table.read("name\nSiân\n".encode(encoding)).doubt) == (encoding == "cp1252")


def test_a_refusal_never_repeats_the_file() -> None:
    with pytest.raises(BadInput) as refused:
        table.read(b'number,NI\n1,"QQ123456C\n')
    assert "QQ123456C" not in repr(refused.value)
    assert refused.value.__cause__ is None


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_ROWS", 2)
    assert len(rows(b"a\n1\n2\n")) == 2
    with pytest.raises(BadInput, match="more than 2 rows"):
        table.read(b"a\n1\n2\n3\n")
    monkeypatch.setattr(table, "MOST_BYTES", 5)
    with pytest.raises(BadInput, match="larger than"):
        table.read(b"a\n1\n2\n")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_refusal(data: bytes) -> None:
    try:
        assert table.read(data).rows
    except BadInput as refused:
        assert refused.problems
