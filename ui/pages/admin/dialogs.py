"""Dialogs: a form that stays open until it worked, a question before something is lost, something to be shown."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from nicegui import ui

from ui.errors import explain
from ui.i18n import _
from ui.pages.admin.messages import Tone, message_line
from ui.pages.admin.section import button
from ui.theme.tag import Tag

Submit = Callable[[], Awaitable[bool | None]]


@contextmanager
def form_dialog(
    title: str, *, submit: str, on_submit: Submit, note: str = "", wide: bool = False, danger: bool = False
) -> Iterator[ui.dialog]:
    """What is built inside are its fields; it opens at the end of the block.

    `on_submit` does the work. What it raises is said in the dialog, which stays open with everything as it was
    typed; otherwise the dialog closes, unless `on_submit` returns False.
    """
    client = ui.context.client

    async def work() -> None:
        problem.clear()
        sender.props["disabled"] = True
        try:
            with client:
                done = await on_submit()
        except Exception as error:  # noqa: BLE001 - the dialog stays usable; `explain` logs what nobody foresaw
            with problem:
                message_line(explain(error, what=title).message, Tone.BAD)
            return
        finally:
            sender.props["disabled"] = False
        if done is not False:
            dialog.close()

    # A browser does not send a form in which a field is wrong that nobody sees; what is given is checked here anyway.
    with _dialog(title, note=note, wide=wide) as dialog, Tag("form", classes="pw-form", novalidate=True) as form:
        form.on("submit.prevent", work, [])
        with Tag("div", classes="pw-form-fields"):
            yield dialog
        problem = Tag("div", classes="pw-form-problem")
        with Tag("div", classes="pw-dialog-actions"):
            button(_("Cancel"), dialog.close)
            sender = button(submit, main=not danger, danger=danger, kind="submit", testid="submit")
    dialog.open()


async def confirmed(title: str, text: str, *, confirm: str, danger: bool = True) -> bool:
    """Asks before something is lost; True where the person says so."""
    with _dialog(title) as dialog:
        Tag("p", text, classes="pw-dialog-text")
        with Tag("div", classes="pw-dialog-actions"):
            button(_("Cancel"), lambda: dialog.submit(False))
            button(confirm, lambda: dialog.submit(True), main=not danger, danger=danger, testid="confirm")
    return bool(await dialog)


@contextmanager
def shown_dialog(title: str, *, note: str = "", wide: bool = False, close: str = "") -> Iterator[ui.dialog]:
    """What is built inside is shown until it is closed."""
    with _dialog(title, note=note, wide=wide) as dialog:
        with Tag("div", classes="pw-form-fields"):
            yield dialog
        with Tag("div", classes="pw-dialog-actions"):
            button(close or _("Close"), dialog.close, main=True, testid="close")
    dialog.open()


@contextmanager
def _dialog(title: str, *, note: str = "", wide: bool = False) -> Iterator[ui.dialog]:
    """In the page itself, so that it outlives the row whose button opened it; removed when it is closed."""
    with ui.context.client, ui.dialog() as dialog:
        dialog.on("hide", dialog.delete, [])
        size = "pw-dialog is-wide" if wide else "pw-dialog"
        with Tag("section", classes=size, aria_label=title, data_testid="dialog"):
            Tag("h2", title, classes="pw-h2")
            if note:
                Tag("p", note, classes="pw-muted")
            yield dialog
