"""One test: what it asks, the way into it, and each attempt with the person's poses beside the right ones."""

import math

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.errors import PosewrightError
from domain.qualification import Feedback
from storage.use_cases.qualify.rules import ExamTerms
from storage.use_cases.qualify.taking import Attempt, AttemptItem, MyExam, exam_of, settle, start_attempt
from ui.auth import SignedIn
from ui.i18n import _, ngettext
from ui.judged_words import numbers_in_words, off_in_words
from ui.overlay_routes import overlay_address
from ui.pages.errors import rule_page
from ui.pages.page_at import page_at
from ui.pages.task_rows import chip
from ui.services import Services
from ui.theme.shell import page_shell
from ui.theme.tag import Tag

STYLES = ("tasks.css", "admin.css", "qualify.css")


def add_exam_page(app: FastAPI, services: Services) -> None:
    @page_at("/qualify/{test_id:int}")
    async def test(request: Request, test_id: int) -> Response | None:
        person: SignedIn = request.state.person
        try:
            mine = await services.transact(settle, actor=person.actor, test_id=test_id)
        except PosewrightError as error:
            return rule_page(request, error)
        place = ((_("Tasks"), "/tasks"), (mine.test.name, None))
        with page_shell(request, services, title=mine.test.name, place=place, styles=STYLES) as main:
            main.classes("pw-wide")
            _head(mine)
            for attempt in reversed(mine.attempts):
                _attempt(attempt, yours=_("Yours"))
        return None

    @page_at("/qualify/{test_id:int}/{user_id:int}")
    async def theirs(request: Request, test_id: int, user_id: int) -> Response | None:
        person: SignedIn = request.state.person
        try:
            seen = await services.reading(exam_of, actor=person.actor, test_id=test_id, user_id=user_id)
        except PosewrightError as error:
            return rule_page(request, error)
        title = f"{seen.exam.test.name} · {seen.person}"
        place = ((_("Qualification"), "/qualify"), (title, None))
        with page_shell(request, services, title=title, place=place, styles=STYLES) as main:
            main.classes("pw-wide")
            with Tag("section", classes="pw-overview qf-head", data_testid="test"), Tag("div"):
                Tag("h1", title, classes="pw-h1")
                with Tag("ul", classes="qf-terms"):
                    for line in terms_in_words(seen.exam.test.terms):
                        Tag("li", line)
            if not seen.exam.attempts:
                Tag("p", _("Nothing was attempted yet."), classes="pw-muted")
            for attempt in reversed(seen.exam.attempts):
                _attempt(attempt, yours=_("Theirs"))
        return None

    @app.post("/qualify/{test_id:int}/start")
    async def start(request: Request, test_id: int) -> Response:
        person: SignedIn = request.state.person
        try:
            assignment = await services.transact(start_attempt, actor=person.actor, test_id=test_id)
        except PosewrightError as error:
            return rule_page(request, error)
        return RedirectResponse(f"/annotate/{assignment}", 303)

    @app.post("/qualify/{test_id:int}/hand-in")
    async def hand_in(request: Request, test_id: int) -> Response:
        person: SignedIn = request.state.person
        try:
            await services.transact(settle, actor=person.actor, test_id=test_id, hand_in=True)
        except PosewrightError as error:
            return rule_page(request, error)
        return RedirectResponse(f"/qualify/{test_id}", 303)


def _head(mine: MyExam) -> None:
    with Tag("section", classes="pw-overview qf-head", data_testid="test"):
        with Tag("div"):
            Tag("h1", mine.test.name, classes="pw-h1")
            Tag("p", _standing(mine), classes=f"qf-standing is-{_look(mine)}", data_testid="standing")
            with Tag("ul", classes="qf-terms"):
                for line in terms_in_words(mine.test.terms):
                    Tag("li", line)
        with Tag("div", classes="qf-ways"):
            _way(mine)


def _look(mine: MyExam) -> str:
    if mine.passed:
        return "right"
    return "plain" if mine.present or not mine.attempts else "wrong"


def _standing(mine: MyExam) -> str:
    if mine.excused:
        return _("You were excused from this test. The work is open.")
    if mine.passed:
        return _("Passed. The work is open.")
    if mine.present is not None:
        return _("Attempt {number} is under way.").format(number=mine.present.number)
    left = ngettext("%(number)d attempt is left.", "%(number)d attempts are left.", mine.left) % {"number": mine.left}
    if not mine.attempts:
        return _("Not begun.") + " " + left
    if mine.left:
        return _("Not passed yet. Look below at what was off, then try again.") + " " + left
    return _("Not passed, and no attempt is left. Ask your admin for another one.")


def _way(mine: MyExam) -> None:
    present = mine.present
    if mine.passed:
        Tag("a", _("To my tasks"), href="/tasks", classes="pw-button pw-button-main", data_testid="to-tasks")
    elif present is not None and not present.open_ids:
        _form(f"/qualify/{mine.test.id}/hand-in", _("Hand in"), "hand-in")
    elif present is not None:
        _form(f"/qualify/{mine.test.id}/start", _("Go on with the attempt"), "start")
    elif mine.left:
        text = _("Start the test") if not mine.attempts else _("Start the next attempt")
        _form(f"/qualify/{mine.test.id}/start", text, "start")


def _form(action: str, text: str, testid: str) -> None:
    with Tag("form", method="post", action=action):
        Tag("button", text, type="submit", classes="pw-button pw-button-main", data_testid=testid)


def terms_in_words(terms: ExamTerms) -> list[str]:
    """What a person is asked for, a line each."""
    limits = terms.limits
    items = _("{items} items, of which {needed} must be right.").format(items=terms.items, needed=terms.needed)
    right = _(
        "Right is: turned by at most {degrees}°, centre within {centre} % of the box, distance within {share} %."
    )
    also = [
        *([_("the right CAD model")] if limits.model else []),
        *([_("the right quality and density")] if limits.answers else []),
    ]
    when = (
        _("After each item you see how it was; then it is closed.")
        if terms.feedback is Feedback.EACH
        else _("You see how it was after you have handed in; until then you can change everything.")
    )
    return [
        items,
        right.format(
            degrees=f"{math.degrees(limits.rotation):.0f}",
            centre=f"{100 * limits.centre:.0f}",
            share=f"{100 * math.expm1(limits.distance):.0f}",
        ),
        *([_("Also needed: {what}.").format(what=_(", ").join(also))] if also else []),
        when,
    ]


def _attempt(attempt: Attempt, *, yours: str) -> None:
    shown = [item for item in attempt.items if item.judged is not None]
    with Tag("section", classes="pw-section", data_testid="attempt", data_number=attempt.number):
        with Tag("div", classes="pw-section-head"):
            Tag("h2", _("Attempt {number}").format(number=attempt.number), classes="pw-h2")
            if attempt.passed is None:
                chip(_("under way"))
            else:
                of = _("{right} of {items} right").format(right=attempt.correct, items=len(attempt.items))
                chip(of, "is-done" if attempt.passed else "is-sent-back")
        if attempt.passed is None and not shown:
            Tag("p", _("What was saved is shown here once you may know."), classes="pw-muted")
        with Tag("div", classes="qf-items"):
            for number, item in enumerate(attempt.items, start=1):
                if item.judged is not None:
                    _item(number, item, yours=yours)


def _item(number: int, item: AttemptItem, *, yours: str) -> None:
    judged = item.judged
    assert judged is not None
    with Tag("article", classes=f"qf-item is-{'right' if judged.right else 'wrong'}", data_testid="judged"):
        with Tag("header"):
            Tag("b", _("Item {number}").format(number=number))
            chip(_("right") if judged.right else _("off"), "is-done" if judged.right else "is-sent-back")
        with Tag("div", classes="qf-pictures"):
            for name, address in (
                (yours, overlay_address("revision", item.revision_id or 0)),
                (_("The right pose"), overlay_address("truth", item.answer_id)),
            ):
                with Tag("figure"):
                    Tag("img", src=address, alt=name, width=320, height=240, loading="lazy", draggable="false")
                    Tag("figcaption", name)
        if judged.off:
            with Tag("ul", classes="qf-off", data_testid="off"):
                for words in off_in_words(judged.off):
                    Tag("li", words)
        Tag("p", " · ".join(numbers_in_words(judged)), classes="qf-numbers")
