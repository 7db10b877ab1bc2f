"""Browser windows that note what should never happen in any of them, and the sizes they come in."""

from typing import Any

from playwright.async_api import BrowserContext

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""For chromium: none of its own traffic, and no sandbox, which root cannot have."""
SMALL, PHONE, TABLET, DESK = (320, 568), (390, 844), (768, 1024), (1280, 900)
EXPECTED = ("Failed to load resource", "Service Worker registration blocked")
"""How chromium tells of an answer from 400 up, and of a worker that a test has forbidden: both are on purpose."""


class Watch:
    """Notes script errors, violations of the content security policy, and requests to other hosts."""

    def __init__(self, context: BrowserContext, base: str, complaints: list[str]) -> None:
        self._base, self.complaints = base, complaints
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("request", self._asked)

    def _heard(self, said: Any) -> None:
        if said.type in {"error", "warning"} and not said.text.startswith(EXPECTED):
            self.complaints.append(said.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self._base, "data:")):
            self.complaints.append(f"asked elsewhere: {request.url}")
