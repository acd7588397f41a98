"""A secret or address that is shown once, with a button that copies it (`copy.js`)."""

from ui.i18n import _
from ui.theme.tag import Tag


def to_copy(text: str, *, testid: str) -> None:
    """The button says what became of it; where the browser gives no clipboard, the text is selected at least."""
    with Tag("div", classes="pw-to-copy"):
        Tag("p", text, classes="pw-code", data_testid=testid)
        Tag(
            "button",
            _("Copy"),
            type="button",
            classes="pw-button pw-button-small",
            data_copy=True,
            data_copied=_("Copied."),
            data_selected=_("It is selected: press Ctrl+C."),
            data_testid=f"copy-{testid}",
        )
        Tag("span", "", classes="pw-muted pw-to-copy-said", role="status")
