"""What browsers load besides pages: from here alone, small, kept for ever, and what its manifest says."""

import gzip
import hashlib
import re

import httpx

from survey.pages import assets
from survey.pages.assets import FOLDER


async def test_assets_are_kept_for_ever_under_their_hash(browser: httpx.AsyncClient) -> None:
    response = await browser.get(assets.address("screen.css"), headers={"accept-encoding": "gzip, br"})
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["content-type"] == "text/css; charset=utf-8"
    assert len(assets.find("screen.css").gzipped) < 24_000
    for refused in ("identity", "gzip;q=0", "br, gzip;q=0.0"):
        plain = await browser.get(assets.address("screen.css"), headers={"accept-encoding": refused})
        assert "content-encoding" not in plain.headers
        assert plain.content == response.content


async def test_an_older_page_gets_what_its_style_sheet_has_become(browser: httpx.AsyncClient) -> None:
    response = await browser.get("/assets/000000000000/screen.css")
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert (await browser.get("/assets/000000000000/nhsuk.scss")).status_code == 404


def test_the_design_system_is_what_its_manifest_says() -> None:
    for line in (FOLDER / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest


def test_nothing_comes_from_elsewhere() -> None:
    css = gzip.decompress(assets.find("screen.css").gzipped).decode()
    assert "@font-face" not in css
    assert "@import" not in css
    assert "frutiger w01" not in css.lower()
    assert not re.findall(r"url\(\s*[\"']?(?:https?:)?//", css)
