"""All tests and how people did, for supervisors; admins also give attempts and excuse."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from domain.permissions import Action, Actor, allowed
from storage.use_cases.qualify.results import Result, exam_results, excuse, give_attempt, requirements
from storage.use_cases.qualify.rules import Exam, all_exams
from ui.auth import SignedIn
from ui.i18n import _
from ui.pages.admin.dialogs import confirmed
from ui.pages.admin.messages import errors_told
from ui.pages.admin.section import button, section
from ui.pages.admin.work.parts import ADDRESS
from ui.pages.errors import rule_page
from ui.pages.numbers import cell, table
from ui.pages.page_at import page_at
from ui.pages.qualify.exam_page import STYLES
from ui.pages.task_rows import chip, empty
from ui.services import Services
from ui.theme.shell import page_shell
from ui.theme.tag import Tag
from ui.words import as_time


def add_qualify_overview(services: Services) -> None:
    @page_at("/qualify")
    async def overview(request: Request) -> Response | None:
        person: SignedIn = request.state.person
        try:
            exams = await services.reading(all_exams, actor=person.actor)
            needed = await services.reading(requirements, actor=person.actor)
            results = await services.reading(exam_results, actor=person.actor)
        except PosewrightError as error:
            return rule_page(request, error)
        title = _("Qualification")
        with page_shell(
            request, services, title=title, place=((title, None),), styles=(*STYLES, "numbers.css")
        ) as main:
            main.classes("pw-wide")
            Tag("h1", title, classes="pw-h1")
            if not exams:
                empty(
                    _("No test yet"),
                    _("An admin makes one from objects whose right answer is known: New tasks, kind Qualify."),
                )
                return None
            manages = allowed(person.actor, Action.MANAGE_TASKS)
            _exams(exams, needed, manages=manages)
            room = ResultsRoom(services, person.actor, manages=manages)
            room.show(results)
        return None


def _exams(exams: list[Exam], needed: dict[int, list[str]], *, manages: bool) -> None:
    with (
        section(_("Tests"), testid="tests"),
        table(
            [
                (_("Test"), ""),
                (_("Items"), _("In an attempt, and how many must be right")),
                (_("Attempts"), ""),
                (_("Opens"), ""),
            ],
            numbers_from=9,
        ),
    ):
        for exam in exams:
            with Tag("tr", data_testid="test-row"):
                with Tag("td"):
                    if manages:
                        Tag("a", exam.name, href=f"{ADDRESS}/{exam.id}", classes="pw-name")
                    else:
                        Tag("span", exam.name)
                Tag("td", _("{needed} of {items}").format(needed=exam.terms.needed, items=exam.terms.items))
                Tag("td", str(exam.terms.attempts))
                Tag("td", _(", ").join(needed.get(exam.id, ())) or _("nothing yet"))


class ResultsRoom:
    """The results of one open page."""

    def __init__(self, services: Services, actor: Actor, *, manages: bool) -> None:
        self._services = services
        self._actor = actor
        self._manages = manages

    def show(self, results: list[Result]) -> None:
        with section(_("Results"), testid="results"):
            self._place = Tag("div", classes="pw-data")
        self._fill(results)

    def _fill(self, results: list[Result]) -> None:
        self._place.clear()
        with self._place:
            if not results:
                Tag("p", _("Nobody has begun a test yet."), classes="pw-muted")
                return
            columns = [
                (_("Test"), ""), (_("Person"), ""), (_("Standing"), ""), (_("Best"), _("Most right answers")),
                (_("Attempts"), ""), (_("Last time"), ""), ("", ""),
            ]  # fmt: skip
            with table(columns, numbers_from=3):
                for result in results:
                    self._row(result)

    def _row(self, result: Result) -> None:
        with Tag("tr", data_testid="result-row"):
            Tag("td", result.test)
            with Tag("td"):
                Tag("a", result.person, href=f"/qualify/{result.test_id}/{result.user_id}", classes="pw-name")
            with Tag("td"):
                chip(*_standing(result))
            cell("–" if result.best is None else f"{result.best} / {result.items}")
            cell(f"{result.attempts} / {result.allowed}")
            cell(as_time(result.last_at) if result.last_at else "–")
            with Tag("td", classes="is-number"):
                if self._manages and result.passed_at is None:
                    button(_("One more attempt"), self._doing(give_attempt, result), testid="give-attempt")
                    button(_("Excuse…"), self._excusing(result), testid="excuse")

    def _doing(self, use_case: Callable[..., None], result: Result) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            with errors_told("changing somebody's standing"):
                await self._services.transact(
                    use_case, actor=self._actor, test_id=result.test_id, user_id=result.user_id
                )
            self._fill(await self._services.reading(exam_results, actor=self._actor))

        return work

    def _excusing(self, result: Result) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            text = _("{person} then works without having passed {test}. This stays in the audit log.")
            if await confirmed(
                _("Excuse from the test?"),
                text.format(person=result.person, test=result.test),
                confirm=_("Excuse"),
            ):
                await self._doing(excuse, result)()

        return work


def _standing(result: Result) -> tuple[str, str]:
    if result.excused:
        return _("excused"), "is-done"
    if result.passed_at is not None:
        return _("passed"), "is-done"
    if result.under_way:
        return _("under way"), ""
    return (_("failed"), "is-sent-back") if result.attempts >= result.allowed else (_("not passed yet"), "is-drafted")
