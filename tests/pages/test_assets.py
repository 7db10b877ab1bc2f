"""What browsers load besides pages: from here alone, small, kept for ever, and what its manifest says."""

import gzip
import hashlib
import re

import httpx

from survey.pages import assets, mirroring
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


async def test_the_worker_is_at_the_root_and_what_it_fetches_is_small(browser: httpx.AsyncClient) -> None:
    """It looks after the addresses beneath its own. With the offline page it costs a first visit 3 kB, once."""
    worker = await browser.get("/sw.js", headers={"accept-encoding": "gzip"})
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["cache-control"] == "no-cache"
    offline = await browser.get("/offline", headers={"accept-encoding": "gzip"})
    assert "set-cookie" not in offline.headers
    assert int(worker.headers["content-length"]) + int(offline.headers["content-length"]) < 3_000
    assert "Rydych chi all-lein" in offline.text
    assert len(assets.find("survey.js").gzipped) < 3_000


def test_mirroring_changes_sides_and_nothing_else() -> None:
    css = (
        ".left { margin: 1px 2px 3px 4px; float: left; background: url(left.png) } a { border-radius: 1px 2px 3px 4px }"
    )
    assert mirroring.mirrored(css) == (
        ".left { margin:1px 4px 3px 2px; float: right; background: url(left.png) } a { border-radius:2px 1px 4px 3px}"
    )
    design = (FOLDER / "nhsuk.css").read_text(encoding="utf-8")
    once = mirroring.mirrored(design)
    assert mirroring.mirrored(mirroring.mirrored(once)) == once
    assert once.count("{") == mirroring.mirrored(once).count("{") == design.count("{")
