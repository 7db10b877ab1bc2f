"""Roughly which device a session is on, in words its owner knows it by. The whole of what browsers say is not kept."""

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def name(agent: str) -> str:
    """ "Firefox on Windows". Empty where neither is known."""
    browser, system = (next((word for sign, word in table if sign in agent), "") for table in (_BROWSERS, _SYSTEMS))
    return " on ".join(part for part in (browser, system) if part)
