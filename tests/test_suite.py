"""The suite's own rules: what it leaves out, what it says of that, and what counts as a failure."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.cli import test as checks
from tests import conftest

ROOT = Path(__file__).parent.parent
TESTS = """
import pytest

def test_plain(): pass

@pytest.mark.browser
def test_in_a_browser(): pass

@pytest.mark.long
def test_long(): pass
"""
SKIPPED = "import pytest\n\ndef test_plain(): pass\n\ndef test_skipped(): pytest.skip('not today')\n"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite of its own under our rules, and an empty folder to find programs in."""
    shutil.copy(conftest.__file__, tmp_path / "conftest.py")
    (tmp_path / "bin").mkdir()
    return tmp_path


def _run(suite: Path, tests: str, *options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    (suite / "test_it.py").write_text(tests, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SURVEY_", "CI"))}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-c",
            str(ROOT / "pyproject.toml"),
            "--rootdir",
            str(suite),
            str(suite),
            *options,
        ],
        env={
            **kept,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_PLUGINS": "pytest_asyncio.plugin",
            "PATH": str(suite / "bin"),
            "PYTHONPATH": str(ROOT),
            **environment,
        },
        cwd=suite,
        capture_output=True,
        text=True,
        check=False,
    )


def _with_chromium(suite: Path) -> None:
    (suite / "bin" / "chromium").touch(mode=0o755)


def test_without_a_browser_the_last_line_says_what_was_left_out_and_how_to_get_it(suite: Path) -> None:
    done = _run(suite, TESTS)
    assert done.returncode == 0, done.stdout
    assert "1 passed, 2 deselected" in done.stdout
    assert done.stdout.splitlines()[-1] == conftest.NO_BROWSER


def test_with_one_nothing_is_said(suite: Path) -> None:
    _with_chromium(suite)
    done = _run(suite, TESTS, "--long")
    assert "3 passed" in done.stdout.splitlines()[-1]


def test_where_a_browser_is_required_its_absence_is_an_error(suite: Path) -> None:
    done = _run(suite, TESTS, SURVEY_REQUIRE_BROWSER="1")
    assert done.returncode != 0
    assert "apt-get install chromium" in done.stderr


def test_a_skip_is_a_failure_in_ci_and_nowhere_else(suite: Path) -> None:
    assert _run(suite, SKIPPED).returncode == 0
    done = _run(suite, SKIPPED, CI="true")
    assert done.returncode == 1
    assert "1 skipped: in CI that is a failure" in done.stdout


@pytest.mark.parametrize(
    ("failing", "tests", "code"),
    [("", 0, 0), ("", 1, 1), ("mypy", 0, 1), ("ruff", 0, 1), ("lint-imports", 5, 5)],
)
def test_one_failing_check_fails_the_command_and_the_rest_still_runs(
    monkeypatch: pytest.MonkeyPatch, failing: str, tests: int, code: int
) -> None:
    ran = []

    def run(command: list[object], **_: object) -> "subprocess.CompletedProcess[str]":
        name = "pytest" if "pytest" in command else Path(str(command[0])).name
        ran.append(name)
        return subprocess.CompletedProcess([], tests if name == "pytest" else int(name == failing), "its words\n")

    monkeypatch.setattr(checks.subprocess, "run", run)
    done = CliRunner().invoke(checks.command, [])
    assert ran == ["ruff", "ruff", "mypy", "lint-imports", "pytest"]
    assert done.exit_code == code
    assert ("its words" in done.output) == bool(failing)
