"""Style sheets, the script and the icon: read and compressed once, at addresses that change with their content."""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.params import FromPath

from survey import errors
from survey.pages import mirroring, replies

FOLDER = Path(__file__).parent / "static"
_BUNDLES = {
    "screen.css": ("nhsuk.css", "survey.css"),
    "screen-rtl.css": ("nhsuk.css", "survey.css"),
    "console.css": ("console.css",),
    "results.css": ("results.css",),
    "staffing.css": ("staffing.css",),
    "rounds.css": ("rounds.css",),
    "paper.css": ("paper.css",),
    "authoring.css": ("authoring.css",),
    "kiosk.js": ("kiosk.js",),
    "favicon.svg": ("favicon.svg",),
    "survey.js": ("survey.js",),
    "sw.js": ("sw.js",),
}
_MIRRORED = "screen-rtl.css"
_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".js": "text/javascript"}
_FOREVER = "public, max-age=31536000, immutable"


class Asset(msgspec.Struct, frozen=True):
    """One file as browsers get it."""

    address: str
    media_type: str
    plain: bytes
    gzipped: bytes


@cache
def find(name: str) -> Asset:
    """An asset by its name. Raises NotFound."""
    if name not in _BUNDLES:
        raise errors.NotFound
    plain = b"\n".join((FOLDER / part).read_bytes() for part in _BUNDLES[name])
    if name == _MIRRORED:
        plain = mirroring.mirrored(plain.decode()).encode() + (FOLDER / "rtl.css").read_bytes()
    digest = hashlib.sha256(plain).hexdigest()[:12]
    media_type = _TYPES[Path(name).suffix]
    return Asset(f"/assets/{digest}/{name}", media_type, plain, gzip.compress(plain, 9, mtime=0))


def address(name: str) -> str:
    """Where pages link to it."""
    return find(name).address


async def send(request: Request[Any, Any, Any], digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """The asset, to be kept for ever; under an older page's address, what it has become, and not to be kept."""
    asset = find(name)
    current = f"/assets/{digest}/{name}" == asset.address
    return _sent(request, asset, _FOREVER if current else "no-store")


def _sent(request: Request[Any, Any, Any], asset: Asset, kept: str) -> Response[bytes]:
    headers = {"cache-control": kept, "vary": "accept-encoding"}
    if not replies.takes_gzip(request):
        return Response(asset.plain, media_type=asset.media_type, headers=headers)
    return Response(asset.gzipped, media_type=asset.media_type, headers=headers | {"content-encoding": "gzip"})


async def service_worker(request: Request[Any, Any, Any]) -> Response[bytes]:
    """At the root, because a worker looks after the addresses beneath its own; looked up again at every visit."""
    return _sent(request, find("sw.js"), "no-cache")
