"""The queue as a grid of overlays, with a tick on each."""

from collections.abc import Awaitable, Callable, Collection

from nicegui.events import GenericEventArguments

from storage.use_cases.review import Queued
from ui.i18n import _, ngettext
from ui.overlay_routes import overlay_address
from ui.pages.review.comparing import quality_name
from ui.pages.task_rows import chip
from ui.theme.tag import Tag
from ui.words import as_time


def cards(
    items: Collection[Queued],
    ticked: Collection[int],
    *,
    on_tick: Callable[[int, bool], None],
    on_open: Callable[[int], Awaitable[None]],
) -> None:
    """`on_tick` gets the assignment and whether it is ticked, `on_open` which one is to be looked at."""
    with Tag("ul", classes="rv-grid", data_testid="queue"):
        for item in items:
            _card(item, item.assignment_id in ticked, on_tick, on_open)


def _card(
    item: Queued, ticked: bool, on_tick: Callable[[int, bool], None], on_open: Callable[[int], Awaitable[None]]
) -> None:
    name = item.category.replace("_", " ")

    def tick(event: GenericEventArguments) -> None:
        on_tick(item.assignment_id, event.args is True)

    async def look() -> None:
        await on_open(item.assignment_id)

    with Tag("li", classes="rv-card", data_testid="queue-card", data_assignment=item.assignment_id):
        picture = Tag("button", classes="rv-picture", type="button", title=_("Look at it alone"))
        picture.on("click", look, [])
        with picture:
            Tag("img", src=overlay_address("revision", item.revision_id), alt=name, loading="lazy")
        with Tag("label", classes="rv-facts"):
            box = Tag(
                "input",
                type="checkbox",
                classes="pw-tick",
                checked=ticked,
                aria_label=_("Choose %(name)s by %(person)s") % {"name": name, "person": item.author},
                data_testid="queue-tick",
            )
            box.on("change", tick, js_handler="(event) => emit(event.target.checked)")
            with Tag("span", classes="rv-words"):
                Tag("b", name)
                Tag("span", f"{item.author} · {as_time(item.at)}", classes="pw-muted", title=item.task)
            with Tag("span", classes="rv-chips"):
                chip(quality_name(item.answer))
                marks(item)


def marks(item: Queued) -> None:
    """What to mind before judging it."""
    if item.changed:
        chip(_("changed since"), "is-changed")
    if item.sent_back:
        text = ngettext("%(number)d× sent back", "%(number)d× sent back", item.sent_back)
        chip(text % {"number": item.sent_back}, "is-sent-back")
    if item.remarks:
        text = ngettext("%(number)d remark", "%(number)d remarks", item.remarks)
        chip(text % {"number": item.remarks}, "is-help")
