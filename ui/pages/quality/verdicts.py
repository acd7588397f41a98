"""Looking through the annotations that exist: a large overlay, a verdict a key, counts by category."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import escape

from nicegui import ui
from nicegui.events import KeyEventArguments
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from domain.permissions import Action
from domain.verdict import Verdict
from storage.use_cases.verdicts import (
    Annotated,
    Listed,
    VerdictCounts,
    VerdictFilter,
    annotation_to_judge,
    annotations_to_judge,
    judge_annotation,
    judged_categories,
    verdict_counts,
)
from ui.auth import SignedIn
from ui.errors import explain
from ui.i18n import N_, _
from ui.overlay_routes import overlay_address
from ui.pages.admin.messages import toast, toast_error
from ui.pages.counted import Counted, Known, show_counted
from ui.pages.errors import rule_page
from ui.pages.numbers import cell_markup, decimal, fill, table
from ui.pages.page_at import page_at
from ui.pages.quality.frame import PORTION, Walk, filters, key_button, quality_frame, whole_number
from ui.pages.quality.words import FROM, VERDICT_HINTS, VERDICTS
from ui.pages.task_rows import chip, empty
from ui.services import Services
from ui.theme.tag import Tag
from ui.words import as_time

ADDRESS = "/verdicts"
LISTS: dict[Listed, str] = {
    Listed.UNJUDGED: N_("nobody has judged"),
    Listed.CHANGED: N_("changed since they were judged"),
    Listed.ALL: N_("all"),
}


def add_verdicts(services: Services, counted: Counted) -> None:
    @page_at(ADDRESS)
    async def verdicts(request: Request) -> Response | None:
        person: SignedIn = request.state.person
        try:
            with quality_frame(request, services, title=_("Verdicts"), action=Action.REVIEW):
                await VerdictsPage(services, counted, person, request.query_params).build()
        except PosewrightError as error:
            return rule_page(request, error)
        return None


class VerdictsPage:
    """One person's way through a list of annotations."""

    def __init__(self, services: Services, counted: Counted, person: SignedIn, query: Mapping[str, str]) -> None:
        self._services = services
        self._counted = counted
        self._actor = person.actor
        self._list = query.get("list", "")
        listed = self._list if self._list in set(Listed) else Listed.UNJUDGED.value
        self._chosen = VerdictFilter(
            category_id=whole_number(query.get("category")),
            listed=Listed(listed),
            verdict=Verdict(self._list) if self._list in set(Verdict) else None,
        )
        self._walk: Walk[Annotated] = Walk(self._load, lambda each: each.item_id)
        self._busy = False
        self._there_are_some = False

    async def build(self) -> None:
        known = await self._count()
        categories = await self._services.reading(judged_categories, actor=self._actor)
        await self._walk.begin()
        lists = [(each.value, _(name)) for each, name in LISTS.items()]
        lists += [(each.value, _("called: %(verdict)s") % {"verdict": _(name)}) for each, name in VERDICTS.items()]
        with Tag("div", classes="qa-bar"):
            filters(
                ADDRESS,
                [
                    (
                        "list",
                        _("Annotations"),
                        lists,
                        self._chosen.verdict.value if self._chosen.verdict else self._chosen.listed.value,
                    ),
                    (
                        "category",
                        _("Category"),
                        [("", _("all")), *((str(id_), name.replace("_", " ")) for id_, name in categories)],
                        str(self._chosen.category_id or ""),
                    ),
                ],
            )
        self._body = Tag("div", classes="rv-body")
        Tag("h2", _("Counts by category"), classes="qa-h")
        self._counts_place = Tag("div", data_testid="verdict-counts")
        ui.keyboard(on_key=self._key, repeating=False, ignore=["input", "select", "textarea"])
        self._there_are_some = known.value is None or bool(known.value)
        self._show()
        self._show_counts(known)

    def _show(self) -> None:
        self._body.clear()
        with self._body:
            if (item := self._walk.present) is not None:
                self._one(item)
            elif self._there_are_some:
                empty(_("Nothing is left in this list"), _("Choose another list or category."))
            else:
                empty(_("There is no annotation yet"), _("What people save or an import brings is listed here."))

    async def _count(self) -> Known[list[VerdictCounts]]:
        return await self._counted.ask(verdict_counts, Action.REVIEW, actor=self._actor)

    def _show_counts(self, known: Known[list[VerdictCounts]]) -> None:
        self._counts_place.clear()
        with self._counts_place:
            show_counted(self._services, known, _counts, testid="verdict-counts-known")

    def _one(self, item: Annotated) -> None:
        with Tag("section", classes="qa-judge", data_testid="verdict-one", data_item=item.item_id):
            with Tag("figure", classes="rv-side"):
                picture = overlay_address("chosen", item.item_id, large=True)
                Tag("img", src=picture, alt=item.category, draggable="false")
                with Tag("figcaption"):
                    Tag("b", item.category.replace("_", " "))
                    Tag("span", item.image, classes="pw-muted")
                    with Tag("p", classes="rv-numbers"):
                        chip(_(FROM[item.source]))
                        Tag("span", f"{item.author or _('import')} · {as_time(item.at)}")
                        Tag("span", _("CAD model %(number)d") % {"number": item.cad_index})
            with Tag("div", classes="qa-verdicts"):
                for number, (verdict, name) in enumerate(VERDICTS.items(), start=1):
                    self._verdict(item, number, verdict, name)
                if item.said is not None:
                    with Tag("p", classes="pw-muted"):
                        Tag("span", f"{_(VERDICTS[item.said.verdict])}: {item.said.author}, {as_time(item.said.at)}")
                        if not item.said.of_this:
                            chip(_("of an earlier answer"), "is-changed")
                with Tag("div", classes="rv-acts"):
                    key_button(_("Previous"), "K", lambda: self._go(-1), testid="previous")
                    key_button(_("Next"), "J", lambda: self._go(1), testid="next")

    def _verdict(self, item: Annotated, number: int, verdict: Verdict, name: str) -> None:
        pressed = item.said is not None and item.said.of_this and item.said.verdict is verdict
        made = Tag(
            "button",
            type="button",
            classes="qa-verdict",
            aria_pressed=str(pressed).lower(),
            data_testid=f"verdict-{verdict.value}",
        )
        made.on("click", self._judge(verdict), [])
        with made:
            Tag("kbd", str(number))
            Tag("b", _(name))
            Tag("small", _(VERDICT_HINTS[verdict]))

    def _judge(self, verdict: Verdict) -> Callable[[], Awaitable[None]]:
        async def judge() -> None:
            item = self._walk.present
            if item is None or self._busy:
                return
            self._busy = True
            try:
                await self._services.transact(
                    judge_annotation,
                    actor=self._actor,
                    item_id=item.item_id,
                    verdict=verdict,
                    revision_id=item.revision_id,
                    adjudication_id=item.adjudication_id,
                )
            except PosewrightError as error:
                toast_error(explain(error, what="judging an annotation").message)
                await self._again(item)
            else:
                toast(_(VERDICTS[verdict]))
                await self._again(item)
                stays = self._chosen.verdict is verdict
                if self._chosen.verdict is None:
                    stays = self._chosen.listed is Listed.ALL
                await (self._walk.go(1) if stays else self._walk.drop(item.item_id))
            finally:
                self._busy = False
            self._show()  # the next one waits for no counting
            self._show_counts(await self._count())

        return judge

    async def _again(self, item: Annotated) -> None:
        try:
            self._walk.replace(
                await self._services.reading(annotation_to_judge, actor=self._actor, item_id=item.item_id)
            )
        except PosewrightError:  # nothing is said of it any more
            await self._walk.drop(item.item_id)

    async def _go(self, by: int) -> None:
        if self._busy:  # what is being decided goes on by itself
            return
        await self._walk.go(by)
        self._show()

    async def _key(self, event: KeyEventArguments) -> None:
        modifiers = event.modifiers
        if not event.action.keydown or modifiers.ctrl or modifiers.alt or modifiers.meta:
            return
        name = event.key.name.lower()
        if name in ("j", "k"):
            await self._go(1 if name == "j" else -1)
        elif name in set("12345"):
            await self._judge(list(VERDICTS)[int(name) - 1])()

    async def _load(self, after: int) -> Sequence[Annotated]:
        return await self._services.reading(
            annotations_to_judge, actor=self._actor, chosen=self._chosen, after=after, limit=PORTION
        )


def _counts(counts: Sequence[VerdictCounts]) -> None:
    columns = [
        (_("Category"), ""),
        (_("Annotations"), ""),
        (_("Judged"), ""),
        *((_(name), _(VERDICT_HINTS[verdict])) for verdict, name in VERDICTS.items()),
    ]
    fill(table(columns), map(_count_row, counts))


def _count_row(line: VerdictCounts) -> str:
    cells = [cell_markup(decimal(number)) for number in (line.annotations, line.judged)]
    for verdict in VERDICTS:
        query = f"list={verdict.value}" + (f"&amp;category={line.category_id}" if line.category_id else "")
        number = line.of[verdict]
        shown = f'<a href="{ADDRESS}?{query}">{decimal(number)}</a>' if number else '<span class="pw-muted">–</span>'
        cells.append(f'<td class="is-number">{shown}</td>')
    name = escape(line.category.replace("_", " ")) or _("all")
    return f'<tr data-testid="verdict-count"><td>{name}</td>{"".join(cells)}</tr>'
