"""The guide's words and examples for each category, as the stage's panel shows them."""

from typing import Any

from ui.guide.examples import CATEGORIES
from ui.i18n import gettext


def category_guides() -> dict[str, dict[str, Any]]:
    """By the category's name, in the reader's language."""
    return {
        name: {
            "title": gettext(guide.title),
            "text": gettext(guide.text),
            "examples": [
                {"picture": one.picture, "text": gettext(one.text), "right": one.right} for one in guide.examples
            ],
        }
        for name, guide in CATEGORIES.items()
    }
