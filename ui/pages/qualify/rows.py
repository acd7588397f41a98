"""What the tasks page says of trust: the tests before one's work, and for the team whose answers to gold are off."""

from collections.abc import Awaitable, Callable, Sequence

from domain.permissions import Actor
from storage.use_cases.qualify.hidden_gold import Alert, open_alerts, settle_alert
from storage.use_cases.qualify.results import ExamAhead
from ui.i18n import _, ngettext
from ui.pages.admin.messages import errors_told
from ui.pages.admin.section import button
from ui.pages.numbers import cell, table
from ui.pages.task_rows import chip
from ui.services import Services
from ui.theme.tag import Tag
from ui.words import as_time


def exams_ahead_rows(exams: Sequence[ExamAhead]) -> None:
    for exam in exams:
        with Tag("section", classes="qf-ahead", data_testid="test-ahead", data_test=exam.test_id):
            with Tag("div"):
                Tag("h2", exam.name, classes="pw-h2")
                opens = _("Passing it opens: {tasks}.").format(tasks=_(", ").join(exam.tasks)) if exam.tasks else ""
                asks = ngettext("%(number)d item", "%(number)d items", exam.items) % {"number": exam.items}
                Tag("p", " · ".join(part for part in (_("A test before real work"), asks, opens) if part))
            text = _("Go on with the test") if exam.under_way else _("To the test")
            Tag("a", text, href=f"/qualify/{exam.test_id}", classes="pw-button pw-button-main")


def alerts_part(services: Services, actor: Actor, alerts: Sequence[Alert]) -> None:
    """Nothing where there are none."""
    if not alerts:
        return
    with Tag("section", classes="pw-part", data_testid="gold-alerts"):
        with Tag("div", classes="pw-section-head"):
            Tag("h2", _("Answers to hidden gold are off"), classes="pw-h2")
            Tag("span", str(len(alerts)), classes="pw-count")
        place = Tag("div")
    _fill(place, services, actor, alerts)


def _fill(place: Tag, services: Services, actor: Actor, alerts: Sequence[Alert]) -> None:
    def settling(alert: Alert) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            with errors_told("settling an alert"):
                await services.transact(settle_alert, actor=actor, alert_id=alert.id)
            _fill(place, services, actor, await services.reading(open_alerts, actor=actor))

        return work

    place.clear()
    columns = [
        (_("Person"), ""),
        (_("Task"), ""),
        (_("What"), ""),
        (_("Right"), _("Of the last answers to gold")),
        (_("Since when"), ""),
        ("", ""),
    ]
    with place, table(columns, numbers_from=3):
        for alert in alerts:
            with Tag("tr", data_testid="alert-row"):
                Tag("td", alert.person)
                Tag("td", alert.task)
                with Tag("td"):
                    chip(_("paused") if alert.paused else _("warning"), "is-due" if alert.paused else "is-sent-back")
                cell(f"{alert.correct} / {alert.counted}")
                cell(as_time(alert.at))
                with Tag("td", classes="is-number"):
                    text = _("Let go on") if alert.paused else _("Seen")
                    hint = _("Answers to gold count anew from here")
                    button(text, settling(alert), hint=hint, testid="settle-alert")
