"""The API's own description is true: schemathesis asks what it says may be asked, and more, of a running server."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from survey.app import create_app, create_litestar
from survey.app.limiting import Limiter
from survey.config import Config, Secret
from survey.db import Database
from tests.conftest import SECRET
from tests.published import ROUND, Stage

CASES = 20
"""Generated requests per address in the quick run; the sweep makes it 5,000 in all."""
HEALTH = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture]


class Live:
    """The application in a thread of its own, with its own loop and pool, on a free port. Checks that no wrong key is
    let in would soon be slowed down, so the limit is lifted."""

    def __init__(self, stage: Stage) -> None:
        config = Config(secret=Secret(SECRET), base_url="http://127.0.0.1")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("survey.app.Limiter", lambda: Limiter(guesses=1_000_000))
            app = create_app(config, Database(stage.database.url))
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, ws="none"))
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve()), daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)


@pytest.fixture(scope="module")
def live(stage: Stage) -> Iterator[str]:
    with Live(stage) as address:
        yield address


DESCRIPTION = schemathesis.openapi.from_dict(create_litestar(Config(), Database("")).openapi_schema.to_schema())
OPERATIONS = {found.ok().label: found.ok() for found in DESCRIPTION.get_all_operations()}
MODES = {mode.value: mode for mode in GenerationMode}


def _ask(live: str, stage: Stage, data: Any, name: str, mode: str) -> None:
    """One request as the description allows it, or as it forbids it, and every check of the answer. Half of all
    rounds asked for are the one that exists."""
    case = data.draw(OPERATIONS[name].as_strategy(generation_mode=MODES[mode]))
    if case.path_parameters and data.draw(st.booleans()):
        case.path_parameters["round_id"] = ROUND
    key = {"Authorization": f"Bearer {stage.keys['own']}"}
    case.call_and_validate(base_url=live, headers=key)


EVERY = [(name, mode) for name in OPERATIONS for mode in MODES]


@pytest.mark.parametrize(("name", "mode"), EVERY)
@settings(max_examples=CASES, deadline=None, suppress_health_check=HEALTH, derandomize=True)
@given(data=st.data())
def test_a_few_hundred_requests(live: str, stage: Stage, data: Any, name: str, mode: str) -> None:
    _ask(live, stage, data, name, mode)


@pytest.mark.long
@pytest.mark.parametrize(("name", "mode"), EVERY)
@settings(max_examples=450, deadline=None, suppress_health_check=HEALTH)
@given(data=st.data())
def test_five_thousand_requests(live: str, stage: Stage, data: Any, name: str, mode: str) -> None:
    _ask(live, stage, data, name, mode)
