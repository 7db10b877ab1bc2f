"""Serving in a process of its own, as a Trust does, until it is told to stop."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from survey.cli.serve import listen

ROOT = Path(__file__).parents[2]


def _free_port() -> int:
    with listen("127.0.0.1", 0) as probe:
        return int(probe.getsockname()[1])


def _wait_until_alive(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/livez").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the service did not start")


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_stops_and_calls_it_no_failure(environment: dict[str, str], told: signal.Signals) -> None:
    port = _free_port()
    command = [sys.executable, "-m", "survey", "serve", "--port", str(port)]
    given = os.environ | environment | {"SURVEY_NO_BOOTSTRAP": "1"}
    process = subprocess.Popen(command, env=given, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        _wait_until_alive(port)
        process.send_signal(told)
        said, _ = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0, said.decode()
    assert b"Abort" not in said
    assert b"Traceback" not in said
