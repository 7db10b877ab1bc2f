"""The README's table of what must always hold: every property is there, and its tests are there and say its number."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = dict(re.findall(r"^\| (\d+) \| .+ \| (.+) \|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))


def _tests(cell: str) -> list[Path]:
    """The files a cell names; a name without a folder is in the folder of the one before it."""
    folder, found = ROOT, list[Path]()
    for name in re.findall(r"`([\w./*]+\.py)`", cell):
        folder = ROOT / Path(name).parent if "/" in name else folder
        files = sorted(folder.glob(Path(name).name))
        assert files, f"there is no {name}"
        found += files
    return found


def test_all_ten_are_in_the_table() -> None:
    assert list(TABLE) == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("number", TABLE)
def test_a_property_s_tests_exist_and_name_it(number: str) -> None:
    """By number, in a name or a docstring, so that a failing test says which promise broke."""
    tests = _tests(TABLE[number])
    naming = re.compile(
        rf"propert(y|ies)[_ ](\d+(, | and |_and_))*{number}\b|propert(y|ies)[_ ]{number}_", re.IGNORECASE
    )
    assert tests
    assert [path.name for path in tests if naming.search(f"{path.name}\n{path.read_text(encoding='utf-8')}")]
