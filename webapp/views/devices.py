"""What a browser calls itself, in words that a person knows: "Chrome di Android"."""

from __future__ import annotations

from flask_babel import gettext as _

# The first that is named counts: Edge also says Chrome, Chrome also says Safari, Android also says Linux.
BROWSERS = (
    ("EdgiOS", "Edge"), ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("CriOS", "Chrome"), ("FxiOS", "Firefox"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
HANDHELD = {"iPhone", "iPad", "Android"}


def name_of(agent: str) -> tuple[str, bool]:
    """The device in words, and whether it is one for the hand."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    if browser and system:
        return _("%(browser)s di %(system)s", browser=browser, system=system), system in HANDHELD
    return browser or system or _("Peramban lain"), system in HANDHELD
