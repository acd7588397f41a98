"""Texts that rules carry: written down here in English, translated where they are shown."""


def N_(text: str) -> str:
    """Marks a text for the catalogue."""
    return text
