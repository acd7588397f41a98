"""Browsers by the names that people know them by, from what they say of themselves."""

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
"""In this order: most of them also claim to be one of those behind."""
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
LONGEST = 40


def browser_name(agent: str) -> str:
    """Such as `Firefox, Windows`; the beginning of what it says where that is nothing known; else empty."""
    browser = next((name for mark, name in BROWSERS if f"{mark}/" in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if browser:
        return f"{browser}, {system}" if system else browser
    return "".join(character for character in agent if character.isprintable())[:LONGEST]
