"""Ready-made remarks, written by category."""

from nicegui import ui

from domain.permissions import Actor
from domain.remarks import LONGEST, MOST_READY, READY
from storage.use_cases.review import ready_remarks, remark_categories, set_ready_remarks
from ui.i18n import _
from ui.pages.admin.dialogs import form_dialog
from ui.pages.admin.messages import toast
from ui.services import Services


async def edit_ready_remarks(services: Services, actor: Actor) -> None:
    """A dialog: one category, one remark a line."""
    categories = await services.reading(remark_categories, actor=actor)
    if not categories:
        toast(_("Remarks are written by category, and there is none yet."))
        return
    names = {id_: name.replace("_", " ") for id_, name in categories}

    async def load(category_id: int) -> None:
        written = await services.reading(ready_remarks, actor=actor, category_id=category_id)
        lines.value = "\n".join(written or (_(text) for text in READY))

    async def keep() -> None:
        texts = [line for line in str(lines.value or "").splitlines() if line.strip()]
        general = [_(text) for text in READY]
        await services.transact(
            set_ready_remarks,
            actor=actor,
            category_id=int(category.value),
            texts=[] if texts == general else texts,
        )
        toast(_("Kept."))

    with form_dialog(
        _("Ready-made remarks"),
        submit=_("Keep"),
        on_submit=keep,
        note=_("One a line, at most %(number)d of them; the keys 1 to 9 give them. No line: the general ones.")
        % {"number": MOST_READY},
    ):
        category = ui.select(names, value=categories[0][0], label=_("Category")).classes("pw-field")
        category.props("outlined dense stack-label")
        category.on_value_change(lambda event: load(int(event.value)))
        lines = ui.textarea(label=_("Remarks")).classes("pw-field").props("outlined dense stack-label rows=9")
        lines.props(f"maxlength={(LONGEST + 1) * MOST_READY}")
        await load(categories[0][0])
