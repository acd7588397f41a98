"""The way to the practice item, offered to whoever begins; it is there until they have been, or said no."""

from ui.i18n import _
from ui.theme.tag import Tag


def practice_offer() -> None:
    with Tag("section", classes="pw-offer", data_testid="practice-offer"):
        with Tag("div"):
            Tag("h2", _("New here?"), classes="pw-h2")
            Tag("p", _("Place one model with help, in two minutes. Nothing of it counts."))
        Tag("a", _("Practise on one item"), href="/how-to/practice", classes="pw-button", data_testid="practise")
        with Tag("form", method="post", action="/how-to/practice/seen"):
            Tag("button", _("No, thanks"), classes="pw-button pw-button-quiet", data_testid="practice-decline")
