"""`survey migrate`: a new database becomes this deployment's, an old one catches up, and the kind is settled once."""

import pytest
from click.testing import CliRunner, Result

from survey import errors
from survey.cli import commands


@pytest.fixture
def settings(environment: dict[str, str], empty_url: str) -> dict[str, str]:
    return {**environment, "SURVEY_DATABASE_URL": empty_url}


def _migrate(settings: dict[str, str], *options: str) -> Result:
    return CliRunner().invoke(commands, ["migrate", *options], env=settings)


def test_a_new_database_gets_everything_once(settings: dict[str, str]) -> None:
    would = _migrate(settings, "--dry-run").output.splitlines()
    assert would[0] == "Would apply 0001 the main job."
    assert _migrate(settings).output.splitlines() == [line.replace("Would apply", "Applied") for line in would]
    assert _migrate(settings).output == "The schema is up to date.\n"


def test_what_it_is_is_said_once_and_for_all(settings: dict[str, str]) -> None:
    assert _migrate(settings, "--kind", "demo").exit_code == 0
    assert _migrate(settings).exit_code == 0
    refused = _migrate(settings, "--kind", "live").exception
    assert isinstance(refused, errors.Misconfigured)
    assert "demo database, and stays one" in str(refused)


def test_without_a_secret_or_with_another_one_nothing_goes_on(settings: dict[str, str]) -> None:
    unset = {name: value for name, value in settings.items() if name != "SURVEY_SECRET"}
    assert "SURVEY_SECRET is not set" in str(_migrate(unset).exception)
    assert _migrate(settings).exit_code == 0
    other = _migrate({**settings, "SURVEY_SECRET": "another secret that is long enough"}).exception
    assert "not the secret this database was set up with" in str(other)
