"""A table of many thousands of rows: the server searches, sorts and pages; the browser holds one page."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from nicegui import ui
from nicegui.events import GenericEventArguments

from ui.errors import explain
from ui.i18n import _, ngettext
from ui.pages.admin.markup import SEND_ACT, Cell, row_markup
from ui.pages.admin.messages import Tone, message_line
from ui.pages.admin.section import button
from ui.theme.tag import Tag

Row = TypeVar("Row")

PAGE_LENGTH = 50
TYPING_PAUSE_MS = 250
"""A search begins when the person stops typing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What one page of a table is to hold. `start`: None for the first, else what the page before called
    `following`. `sort`: the key of a column, or empty for the order of the house."""

    search: str = ""
    sort: str = ""
    descending: bool = False
    start: Any = None
    limit: int = PAGE_LENGTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row]):
    """One page. `total`: of all pages, where it is cheap to know. `following`: where the next begins (a number of
    rows, or a key), None for the last."""

    rows: Sequence[Row]
    total: int | None = None
    following: Any = None


def counted_page(query: Query, rows: Sequence[Row], total: int) -> Page[Row]:
    """For a list that is paged by a number of rows: `start` and `following` are offsets."""
    end = (query.start or 0) + query.limit
    return Page(rows=rows, total=total, following=end if end < total else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """`cell` returns the text of a cell, or builds the cell's content and returns None. `key` makes it sortable;
    a column of numbers or moments (`falling`) is sorted from the greatest at first."""

    title: str
    cell: Callable[[Row], str | Cell | None]
    key: str = ""
    number: bool = False
    falling: bool = False
    nowrap: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAction:
    """An entry in a row's menu."""

    text: str
    work: Callable[[], Awaitable[None]]
    danger: bool = False


class DataTable(Generic[Row]):
    """Call `await table.reload()` once where it is built and after each change. `plain`: every cell is a text or a
    Cell and nothing is ticked, which makes a page five times as cheap.

    `tools` is the place for filters beside the search field; a filter calls `restart`, which begins at the first
    page. `selected` holds the keys of the rows that are ticked (`select_by`), across pages and searches.
    """

    def __init__(
        self,
        *,
        columns: Sequence[Column[Row]],
        load: Callable[[Query], Awaitable[Page[Row]]],
        testid: str,
        searched: str | None = None,
        sort: str = "",
        descending: bool = False,
        actions: Callable[[Row], Sequence[RowAction]] | None = None,
        select_by: Callable[[Row], Hashable] | None = None,
        on_select: Callable[[], object] | None = None,
        empty: str = "",
        begin: tuple[str, str] | None = None,
        search: str = "",
        plain: bool = False,
    ) -> None:
        """`searched`: what the search looks at, in words, or None for no search field.

        `begin`: the words and the address of where to go on from an empty table.
        """
        self._columns = columns
        self._load = load
        self._actions = actions
        self._select_by = select_by
        self._on_select = on_select
        self._empty = empty
        self._begin = begin
        self._testid = testid
        self._plain = plain
        self._client = ui.context.client
        self._search = search
        self._sort = sort
        self._descending = descending
        self._starts: list[Any] = [None]
        self._page: Page[Row] = Page(rows=())
        self._asked = 0
        self.selected: set[Hashable] = set()
        with Tag("div", classes="pw-tools") as self.tools:
            if searched is not None:
                self._search_field(searched)
        self._body = Tag("div", classes="pw-data", data_testid=testid)
        self._menus = Tag("div")

    async def reload(self) -> None:
        """Loads the present page again; what comes late after a newer question is dropped."""
        self._asked += 1
        asked = self._asked
        query = Query(search=self._search, sort=self._sort, descending=self._descending, start=self._starts[-1])
        try:
            page = await self._load(query)
        except Exception as error:  # noqa: BLE001 - the page says it and offers to try again; `explain` logs it
            if asked == self._asked:
                self._show_problem(explain(error, what=f"table {self._testid}").message)
            return
        if asked != self._asked:
            return
        if not page.rows and len(self._starts) > 1:  # the last row of the last page is gone
            self._starts.pop()
            await self.reload()
            return
        self._page = page
        self._show()

    async def restart(self) -> None:
        """From the first page on: after a change of what is looked for."""
        self._starts = [None]
        await self.reload()

    def _search_field(self, searched: str) -> None:
        async def changed(event: Any) -> None:
            self._search = (event.value or "").strip()
            await self.restart()

        field = ui.input(placeholder=searched, value=self._search, on_change=changed)
        field.props(f"outlined dense clearable debounce={TYPING_PAUSE_MS} type=search autocomplete=off")
        field.props["aria-label"] = searched
        field.props["data-testid"] = f"{self._testid}-search"
        field.classes("pw-field pw-search")

    # -- what is shown -----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        self._body.clear()
        with self._body:
            if not self._page.rows:
                with Tag("div", classes="pw-nothing", data_testid="nothing"):
                    Tag(
                        "p", _("Nothing fits this search.") if self._search else self._empty or _("Nothing here yet.")
                    )
                    if self._begin and not self._search:
                        text, address = self._begin
                        Tag("a", text, href=address, classes="pw-button pw-button-small pw-button-main")
                return
            with Tag("div", classes="pw-scroll"), Tag("table", classes="pw-table pw-dense"):
                self._head()
                if self._plain:
                    self._plain_rows(self._page.rows)
                else:
                    with Tag("tbody"):
                        for row in self._page.rows:
                            self._row(row)
            self._pager()

    def _head(self) -> None:
        with Tag("thead"), Tag("tr"):
            if self._select_by is not None:
                with Tag("th", scope="col", classes="is-tick"):
                    keys = {self._select_by(row) for row in self._page.rows}
                    self._tick(keys, _("Select all on this page"))
            for column in self._columns:
                self._heading(column)
            if self._actions is not None:
                Tag("th", scope="col", classes="is-menu", aria_label=_("Actions"))

    def _heading(self, column: Column[Row]) -> None:
        attributes: dict[str, str] = {"title": column.hint} if column.hint else {}
        classes = "is-number" if column.number else ""
        if not column.key:
            Tag("th", column.title, scope="col", classes=classes, **attributes)
            return
        if column.key == self._sort:
            attributes["aria_sort"] = "descending" if self._descending else "ascending"
        with Tag("th", scope="col", classes=classes, **attributes):
            Tag("button", column.title, type="button", classes="pw-sort", data_testid=f"sort-{column.key}").on(
                "click", partial(self._sort_by, column), []
            )

    def _plain_rows(self, rows: Sequence[Row]) -> None:
        opens: dict[tuple[int, str], Callable[[], Awaitable[None]]] = {}
        lines: list[ui.html] = []
        menu = _("Actions") if self._actions is not None else ""
        with Tag("tbody") as body:
            for number, row in enumerate(rows):
                cells: list[tuple[str | Cell, str]] = []
                for place, column in enumerate(self._columns):
                    shown = column.cell(row)
                    assert shown is not None, "a plain table has cells of text only"
                    if isinstance(shown, Cell) and shown.opens is not None:
                        opens[number, str(place)] = shown.opens
                    cells.append((shown, _look(column)))
                line = ui.html(row_markup(cells, menu), sanitize=False, tag="tr")
                line.props["data-testid"], line.props["data-row"] = f"{self._testid}-row", number
                lines.append(line)

        async def act(event: GenericEventArguments) -> None:
            number, what = event.args
            if what == "menu":
                self._open_menu(self._menus, rows[number], target=f"#{lines[number].html_id} .pw-more")
            elif (work := opens.get((number, what))) is not None:
                with self._client:
                    await work()

        body.on("click", act, js_handler=SEND_ACT)

    def _row(self, row: Row) -> None:
        with Tag("tr", data_testid=f"{self._testid}-row"):
            if self._select_by is not None:
                with Tag("td", classes="is-tick"):
                    self._tick({self._select_by(row)}, _("Select"))
            for column in self._columns:
                with Tag("td", classes=_look(column)) as cell:
                    shown = column.cell(row)
                if isinstance(shown, Cell):
                    cell.text = shown.text
                    cell.props["title"] = shown.hint
                    cell.classes(shown.look)
                elif shown is not None:
                    cell.text = shown
            if self._actions is not None:
                with Tag("td", classes="is-menu"):
                    more = Tag("button", "⋯", type="button", classes="pw-more", aria_label=_("Actions"))
                    more.props["aria-haspopup"] = "menu"
                    more.on("click", partial(self._open_menu, more, row), [])

    def _open_menu(self, place: ui.element, row: Row, target: str = "") -> None:
        """The menu is made when it is asked for: a page of fifty rows would carry hundreds of entries otherwise."""
        assert self._actions is not None
        place.clear()
        with place, ui.menu().props("no-parent-event auto-close").classes("pw-row-menu") as menu:
            if target:
                menu.props["target"] = target
            for action in self._actions(row):
                entry = ui.menu_item(action.text, partial(self._act, action))
                if action.danger:
                    entry.classes("is-danger")
        menu.open()

    async def _act(self, action: RowAction) -> None:
        with self._client:
            await action.work()

    def _tick(self, keys: set[Hashable], label: str) -> None:
        box = Tag("input", type="checkbox", aria_label=label, classes="pw-tick", checked=keys <= self.selected)

        def changed(event: GenericEventArguments) -> None:
            if event.args:
                self.selected |= keys
            else:
                self.selected -= keys
            box.props["checked"] = bool(event.args)
            if len(keys) > 1:
                self._show()
            if self._on_select is not None:
                with self._client:
                    self._on_select()

        box.on("change", changed, js_handler="event => emit(event.target.checked)")

    def _pager(self) -> None:
        page, before = self._page, (len(self._starts) - 1) * PAGE_LENGTH
        if page.following is None and before == 0:
            Tag("p", self._count(), classes="pw-muted pw-pager", data_testid="pager")
            return
        with Tag("div", classes="pw-pager"):
            shown = f"{before + 1:,}–{before + len(page.rows):,}"
            total = "" if page.total is None else _("of %(total)s") % {"total": f"{page.total:,}"}
            Tag("span", f"{shown} {total}".strip(), classes="pw-muted", data_testid="pager")
            first = button(_("First"), self.restart, testid="first-page")
            previous = button(_("Previous"), self._back, testid="previous-page")
            following = button(_("Next"), self._on, testid="next-page")
            first.props["disabled"] = previous.props["disabled"] = before == 0
            following.props["disabled"] = page.following is None

    def _count(self) -> str:
        number = len(self._page.rows)
        return ngettext("%(number)d row", "%(number)d rows", number) % {"number": number}

    def _show_problem(self, text: str) -> None:
        self._body.clear()
        with self._body, Tag("div", classes="pw-nothing"):
            message_line(text, Tone.BAD)
            button(_("Try again"), self.reload)

    async def _sort_by(self, column: Column[Row]) -> None:
        self._descending = not self._descending if column.key == self._sort else column.falling
        self._sort = column.key
        await self.restart()

    async def _back(self) -> None:
        if len(self._starts) > 1:
            self._starts.pop()
            await self.reload()

    async def _on(self) -> None:
        if self._page.following is not None:
            self._starts.append(self._page.following)
            await self.reload()


def _look(column: Column[Any]) -> str:
    return "is-number" if column.number else "is-nowrap" if column.nowrap else ""
