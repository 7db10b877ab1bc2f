"""What the demo keeps between starts: all that was built to its end, and nothing that was cut short."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.cli import demo
from survey.postgres import Busy, holding


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "demo"
    (folder / "postgres").mkdir(parents=True)
    (folder / "secret").write_text("0" * 43)
    return folder


def test_what_an_earlier_start_left_half_built_is_begun_again(home: Path) -> None:
    demo._clear(home, reset=False)
    assert not home.exists()


def test_a_whole_demo_is_kept_until_it_is_to_be_reset(home: Path) -> None:
    (home / demo.WHOLE).touch()
    demo._clear(home, reset=False)
    assert (home / "secret").exists()
    demo._clear(home, reset=True)
    assert not home.exists()


@pytest.mark.parametrize("reset", [False, True])
def test_nothing_is_touched_while_another_copy_runs_on_it(home: Path, reset: bool) -> None:
    with holding.take(home / "postgres"), pytest.raises(Busy, match="is run by process"):
        demo._clear(home, reset=reset)
    assert (home / "secret").exists()
    assert (home / "postgres").exists()


def test_another_database_is_not_reset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_DATABASE_URL", "postgresql://nobody@localhost:1/none")
    done = CliRunner().invoke(demo.command, ["--reset"])
    assert done.exit_code == 2
    assert "SURVEY_DATABASE_URL names another" in done.output
