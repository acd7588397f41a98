"""The bar of long work on the keeping page."""

from collections.abc import Awaitable, Callable

from storage.use_cases.jobs import JobView
from ui.i18n import _
from ui.pages.admin.data_words import progress_words
from ui.pages.admin.section import button
from ui.theme.tag import Tag


def running_work(title: str, job: JobView, cancel: Callable[[], Awaitable[None]], *, testid: str) -> None:
    """What it is, how far it is, and how to stop it."""
    with Tag("div", classes="pw-work", data_testid=testid):
        Tag("b", title)
        with Tag("div", classes="pw-bar pw-work-bar", role="progressbar", aria_label=progress_words(job)):
            Tag("i", classes="is-saved").style(
                f"width: {100 * job.done / job.total:.1f}%" if job.total else "width: 0"
            )
        Tag("span", progress_words(job), classes="pw-work-progress")
        button(_("Cancel"), cancel)
