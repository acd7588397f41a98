"""Many people at once: a file is chosen, looked through line by line, and becomes accounts."""

import base64
import binascii
from collections.abc import Sequence
from functools import partial

from fastapi import FastAPI
from nicegui import ui
from nicegui.events import GenericEventArguments
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from domain.permissions import Action, Actor
from storage.formats.csv_text import csv_text
from storage.formats.people_csv import MOST_BYTES, Fault, PeopleFileRefused, read_people
from storage.passwords import generated, hashed
from storage.use_cases.people_bulk import CheckedLine, LineProblem, NewPerson, add_people, check_lines
from ui.auth import SignedIn
from ui.errors import RULES, explain
from ui.i18n import N_, _, ngettext
from ui.pages.admin.fields import choice_field
from ui.pages.admin.frame import admin_frame
from ui.pages.admin.markup import Cell
from ui.pages.admin.messages import Tone, message_line
from ui.pages.admin.section import button, section
from ui.pages.admin.table import Column, DataTable, Page, Query, counted_page
from ui.pages.errors import rule_page
from ui.pages.page_at import page_at
from ui.services import Services
from ui.theme.tag import Tag

PROBLEMS: dict[LineProblem, str] = {
    LineProblem.NAME_REFUSED: N_("no name, or one that cannot be used"),
    LineProblem.ROLE_UNKNOWN: N_("the role must be annotator, supervisor or admin"),
    LineProblem.NAME_TAKEN: N_("there is somebody of this name already"),
    LineProblem.NAME_TWICE: N_("the name stands in the file more than once"),
}
EXAMPLE = "name,role,password\nLi Na,annotator,\nWang Fang,supervisor,\n"
# The file travels on the page's own socket, which is guarded like the page; nothing is stored.
SEND_FILE = f"""event => {{
  const file = event.target.files[0];
  event.target.value = "";
  if (!file) return;
  if (file.size > {MOST_BYTES}) return emit(null);
  const reader = new FileReader();
  reader.onload = () => emit(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.readAsDataURL(file);
}}"""


def add_people_csv(app: FastAPI, services: Services) -> None:
    @page_at("/admin/people/csv")
    async def people_csv(request: Request) -> Response | None:
        try:
            with admin_frame(request, services, title=_("People from CSV"), action=Action.MANAGE_USERS):
                CsvRoom(services, request.state.person)
        except PosewrightError as error:
            return rule_page(request, error)
        return None


class CsvRoom:
    """One open page. Passwords are in it alone, until they were downloaded or the page is left."""

    def __init__(self, services: Services, person: SignedIn) -> None:
        self._services = services
        self._actor: Actor = person.actor
        self._client = ui.context.client
        self._stopped = False
        note = _(
            "A line for each person, below a line with the names of the columns: name, role, and password where you "
            "choose it. Where there is none, a temporary one is made. Everybody changes it at the first log-in."
        )
        with section(_("People from CSV"), level=1, note=note) as actions, Tag("div", classes="pw-data"):
            with actions:
                button(_("Example"), lambda: ui.download.content(EXAMPLE, "people.csv", "text/csv"))
                with Tag("label", classes="pw-button pw-button-small pw-button-main pw-file"):
                    Tag("span", _("Choose a file"))
                    Tag("input", type="file", accept=".csv,.txt,text/csv", data_testid="csv-file").on(
                        "change", self._read, js_handler=SEND_FILE
                    )
            self._place = Tag("div", classes="pw-data")
        with self._place, Tag("div", classes="pw-nothing"):
            Tag("p", _("Choose a file to look through it. Nobody is added before you say so."))

    async def _read(self, event: GenericEventArguments) -> None:
        self._place.clear()
        with self._client, self._place:
            try:
                if event.args is None:
                    raise PeopleFileRefused(Fault.TOO_LARGE, "the browser refused to send it")
                lines = read_people(base64.b64decode(event.args, validate=True))
                checked = await self._services.reading(check_lines, actor=self._actor, lines=lines)
            except (PosewrightError, binascii.Error) as error:
                message_line(explain(error, what="reading a file of people").message, Tone.BAD)
                return
            await self._preview(checked)

    async def _preview(self, lines: Sequence[CheckedLine]) -> None:
        good = [line for line in lines if line.problem is None]
        bad = len(lines) - len(good)
        message_line(_found(len(good), bad), Tone.WARNING if bad else Tone.GOOD)
        with Tag("div", classes="pw-tools"):
            whole = None
            if bad and good:
                choices = {
                    False: _("Add the good lines, leave out the bad"),
                    True: _("Add nobody unless every line is good"),
                }
                whole = choice_field(_("Bad lines"), choices, False).classes("is-long")
            if good:
                text = ngettext("Add %(number)d person", "Add %(number)d people", len(good)) % {"number": len(good)}
                button(
                    text,
                    lambda: self._add(lines, all_or_none=bool(whole and whole.value)),
                    main=True,
                    testid="add-people",
                )
        await _lines_table(sorted(lines, key=lambda line: line.problem is None)).reload()

    async def _add(self, lines: Sequence[CheckedLine], *, all_or_none: bool) -> None:
        """Hashes one password after the other, so that people can log in meanwhile; then one transaction."""
        self._place.clear()
        self._stopped = False
        with self._client, self._place:
            good = [line for line in lines if line.problem is None]
            if all_or_none and len(good) < len(lines):
                message_line(_("Nobody was added, because not every line is good."), Tone.BAD)
                await _lines_table([line for line in lines if line.problem is not None]).reload()
                return
            try:
                made = await self._hashed(good)
                if made is None:
                    return
                people, passwords = made
                refused = await self._services.transact(
                    add_people, actor=self._actor, people=people, all_or_none=all_or_none
                )
            except Exception as error:  # noqa: BLE001 - the page says it; `explain` logs what nobody foresaw
                self._place.clear()
                message_line(explain(error, what="adding people").message, Tone.BAD)
                return
            self._place.clear()
            await self._report(lines, set(refused), passwords)

    async def _hashed(self, good: Sequence[CheckedLine]) -> tuple[list[NewPerson], dict[int, str]] | None:
        """The people and, by line, the passwords that were made for them; None where it was stopped."""
        progress = message_line("")
        with Tag("div", classes="pw-tools"):
            button(_("Stop"), self._stop)
        people: list[NewPerson] = []
        passwords: dict[int, str] = {}
        for count, checked in enumerate(good, start=1):
            progress.text = _("Preparing passwords: %(done)d of %(total)d. Keep this page open.") % {
                "done": count,
                "total": len(good),
            }
            line, role = checked.line, checked.line.known_role()
            assert role is not None
            secret = line.password or generated(line.name)
            if line.password is None:
                passwords[line.number] = secret
            password = await self._services.check_password(partial(hashed, line.name, secret))
            if self._stopped or self._client.is_deleted:
                if not self._client.is_deleted:
                    self._place.clear()
                    message_line(_("Stopped. Nobody was added."))
                return None
            people.append(
                NewPerson(number=line.number, name=line.name, role=role, password=password, must_change=True)
            )
        return people, passwords

    def _stop(self) -> None:
        self._stopped = True

    async def _report(self, lines: Sequence[CheckedLine], taken: set[int], passwords: dict[int, str]) -> None:
        """What became of each line. The passwords can be downloaded once."""
        final = [
            CheckedLine(line=line.line, problem=LineProblem.NAME_TAKEN) if line.line.number in taken else line
            for line in lines
        ]
        added = [line for line in final if line.problem is None]
        number, left = len(added), len(final) - len(added)
        text = ngettext("%(number)d person was added.", "%(number)d people were added.", number) % {"number": number}
        message_line(f"{text} {_left_out(left)}".strip(), Tone.WARNING if left else Tone.GOOD)
        rows = [
            (line.line.name, line.line.role, passwords[n]) for line in added if (n := line.line.number) in passwords
        ]
        with Tag("div", classes="pw-tools"):
            if rows:
                self._passwords_button(rows)
            button(
                _("Download the report"),
                lambda: ui.download.content(_report_csv(final), "people-report.csv", "text/csv"),
            )
            Tag("a", _("To the people"), href="/admin/people", classes="pw-button pw-button-small")
        await _lines_table(sorted(final, key=lambda line: line.problem is None), good=_("added")).reload()

    def _passwords_button(self, rows: list[tuple[str, str, str]]) -> None:
        def download() -> None:
            ui.download.content(csv_text(("name", "role", "password"), rows), "passwords.csv", "text/csv")
            rows.clear()
            once.text = _("The passwords were downloaded")
            once.props["disabled"] = True

        once = button(
            _("Download the passwords (once)"),
            download,
            main=True,
            hint=_("They are kept nowhere: after this nobody can read them any more."),
            testid="passwords",
        )


def _found(good: int, bad: int) -> str:
    text = ngettext("%(number)d line can be used.", "%(number)d lines can be used.", good) % {"number": good}
    if bad:
        text += " " + ngettext("%(number)d cannot.", "%(number)d cannot.", bad) % {"number": bad}
    return text


def _left_out(number: int) -> str:
    if not number:
        return ""
    return ngettext("%(number)d line was left out.", "%(number)d lines were left out.", number) % {"number": number}


def reason(line: CheckedLine) -> str:
    """Why a line makes nobody; empty for a good one."""
    if line.problem is None:
        return ""
    if line.problem is LineProblem.PASSWORD_REFUSED:
        rule = RULES["password_refused", line.rule]
        return _(rule)
    return _(PROBLEMS[line.problem])


def _report_csv(lines: Sequence[CheckedLine]) -> str:
    rows = sorted((line.line.number, line.line.name, line.line.role, reason(line) or _("added")) for line in lines)
    return csv_text(("line", "name", "role", "result"), rows)


def _lines_table(lines: Sequence[CheckedLine], *, good: str = "") -> DataTable[CheckedLine]:
    """`good`: what is said of a line without a problem."""

    async def load(query: Query) -> Page[CheckedLine]:
        start = query.start or 0
        return counted_page(query, lines[start : start + query.limit], len(lines))

    def result(line: CheckedLine) -> Cell:
        return Cell(text=reason(line) or good or _("good"), chip="is-bad" if line.problem else "is-good")

    def password(line: CheckedLine) -> str:
        if line.problem is not None:
            return "–"
        return _("given") if line.line.password else _("made here")

    return DataTable(
        columns=[
            Column(title=_("Line"), number=True, cell=lambda line: str(line.line.number)),
            Column(title=_("Name"), cell=lambda line: line.line.name or "–"),
            Column(title=_("Role"), cell=lambda line: line.line.role or "–"),
            Column(title=_("Password"), cell=password),
            Column(title=_("Result"), cell=result),
        ],
        load=load,
        testid="lines",
        plain=True,
    )
