"""The agreement report as a page: how well people agree on a data set, and how long an object takes them."""

import json
from collections.abc import Mapping, Sequence
from html import escape

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from domain.consensus import PairAgreement
from domain.errors import PosewrightError
from domain.permissions import Action
from storage.use_cases.agreement import AgreementReport, ItemAgreement, Part, agreement_report
from storage.use_cases.effort import ensure_counted
from storage.use_cases.scoring import scored_datasets
from ui.auth import SignedIn
from ui.i18n import _, ngettext
from ui.pages.admin.section import button
from ui.pages.counted import Counted, show_counted
from ui.pages.errors import rule_page
from ui.pages.numbers import between, cell_markup, decimal, figure, fill, per_cent, table
from ui.pages.page_at import page_at
from ui.pages.quality.frame import filters, quality_frame
from ui.pages.task_rows import empty
from ui.services import Services
from ui.theme.tag import Tag
from ui.words import as_time

ADDRESS = "/evaluate/agreement"

MOST_ITEMS = 20
"""On the page; all are in the JSON."""


def add_agreement(services: Services, counted: Counted) -> None:
    @page_at(ADDRESS)
    async def agreement(request: Request) -> Response | None:
        person: SignedIn = request.state.person
        try:
            with quality_frame(request, services, title=_("Agreement"), action=Action.SEE_STATISTICS):
                datasets = await services.reading(scored_datasets, actor=person.actor)
                asked = request.query_params.get("dataset", "")
                if not datasets:
                    empty(_("There is no data set yet"), _("Import one first."))
                    return None
                name = asked if asked in datasets else datasets[0]
                await services.transact(ensure_counted)
                known = await counted.ask(agreement_report, Action.SEE_STATISTICS, actor=person.actor, dataset=name)
                show_counted(services, known, lambda report: _report(report, datasets), testid="agreement")
        except PosewrightError as error:
            return rule_page(request, error)
        return None


def _report(report: AgreementReport, datasets: list[str]) -> None:
    def save(*, names: bool) -> None:
        text = json.dumps(report.to_json(names=names), indent=1, allow_nan=False) + "\n"
        ui.download.content(text.encode(), f"agreement-{report.dataset}.json", "application/json")

    whole = report.whole
    with Tag("div", classes="pw-head"):
        with Tag("div", classes="pw-head-words"):
            Tag("h1", _("How well people agree"), classes="pw-h1")
            Tag(
                "p",
                ngettext(
                    "%(labels)d label by %(people)d people, %(date)s. Intervals are of 95 %%.",
                    "%(labels)d labels by %(people)d people, %(date)s. Intervals are of 95 %%.",
                    report.labels,
                )
                % {"labels": report.labels, "people": len(report.people), "date": as_time(report.at)},
                classes="pw-muted",
            )
        with Tag("div", classes="pw-head-actions"):
            button(
                _("Download JSON"),
                lambda: save(names=False),
                hint=_("For publishing: people by number"),
                testid="agreement-json",
            )
            button(_("… with names"), lambda: save(names=True), hint=_("For the team only"))
    filters(ADDRESS, [("dataset", _("Data set"), [(name, name) for name in datasets], report.dataset)])
    if not whole.rotation.items:
        empty(
            _("Nobody shares an object with somebody else yet"),
            _("Make a task with two or more people for each item; then this page has numbers."),
        )
        return
    with Tag("div", classes="nm-figures", data_testid="figures"):
        figure(decimal(whole.rotation.items), _("objects labelled by two or more"))
        figure(per_cent(whole.rotation.within.value), _("of pairs within 30°"), hint=between(whole.rotation.within))
        figure(per_cent(whole.within_10.value), _("of pairs within 10°"), hint=between(whole.within_10))
        figure(f"{whole.rotation.median_degrees.value:.1f}°", _("median difference"))
        figure(per_cent(whole.same_model.value), _("of pairs chose one CAD model"))
        figure(decimal(whole.rotation.flips), _("pairs that differ by a flip"))
    Tag("h2", _("By category"), classes="qa-h")
    _categories({**report.categories, "": whole})
    Tag("h2", _("By pair of people"), classes="qa-h")
    _pairs(whole, report.people)
    Tag("h2", _("Objects on which people differ most"), classes="qa-h")
    _items(report.items[:MOST_ITEMS])


def _categories(parts: Mapping[str, Part]) -> None:
    columns = [
        (_("Category"), ""),
        (_("Objects"), _("That two or more people labelled")),
        (_("Within 30°"), ""),
        (_("Within 10°"), ""),
        (_("Median difference"), _("Of the rotations, by the category's symmetry")),
        (_("Centre"), _("Median, in parts of the box's diagonal")),
        (_("Same CAD model"), ""),
        (_("Flips"), ""),
        (_("Seconds an object"), _("Median of the active time")),
    ]
    fill(table(columns), (_category(name, part) for name, part in parts.items()))


def _category(name: str, part: Part) -> str:
    median, seconds = part.rotation.median_degrees, part.median_seconds
    span = f"{seconds.low:.0f} – {seconds.high:.0f}"
    cells = (
        cell_markup(decimal(part.rotation.items)),
        *(
            cell_markup(per_cent(share.value), small=between(share))
            for share in (part.rotation.within, part.within_10)
        ),
        cell_markup(
            f"{median.value:.1f}°" if median.value == median.value else "–", small=between(median, share=False)
        ),
        cell_markup(per_cent(part.median_centre, 1)),
        cell_markup(per_cent(part.same_model.value), small=between(part.same_model)),
        cell_markup(decimal(part.rotation.flips)),
        cell_markup(f"{seconds.value:.0f}" if part.timed else "–", small=span if part.timed else ""),
    )
    shown = escape(name.replace("_", " ")) or _("all")
    return f'<tr data-testid="agreement-row"><td>{shown}</td>{"".join(cells)}</tr>'


def _items(items: Sequence[ItemAgreement]) -> None:
    columns = [
        (_("Object"), _("A click opens its answers side by side")),
        (_("Category"), ""),
        (_("Answers"), ""),
        (_("Median difference"), _("Of the pairs of answers")),
        (_("Largest"), ""),
        (_("Flips"), _("Pairs that differ by a flip")),
    ]
    fill(table(columns, numbers_from=2), map(_item, items))


def _item(item: ItemAgreement) -> str:
    name = f"{item.image} · {item.object_index + 1}" if item.object_index else item.image
    cells = (
        decimal(item.labels),
        f"{item.median_degrees:.1f}°",
        f"{item.largest_degrees:.1f}°",
        decimal(item.flips) if item.flips else "–",
    )
    return (
        f'<tr data-testid="agreement-item"><td>'
        f'<a class="pw-name" href="/adjudicate?which=all&amp;at={item.item_id}">{escape(name)}</a></td>'
        f"<td>{escape(item.category.replace('_', ' '))}</td>{''.join(map(cell_markup, cells))}</tr>"
    )


def _pairs(whole: Part, people: Mapping[int, str]) -> None:
    columns = [
        (_("Person"), ""),
        (_("Person"), ""),
        (_("Objects"), _("That both labelled")),
        (_("Within 30°"), ""),
        (_("Median difference"), ""),
        (_("Flips"), ""),
    ]
    pairs = sorted(whole.rotation.of_pairs, key=lambda pair: pair.within.value)
    fill(table(columns, numbers_from=2), (_pair(pair, people) for pair in pairs))


def _pair(pair: PairAgreement, people: Mapping[int, str]) -> str:
    cells = (
        *(f"<td>{escape(people[id_])}</td>" for id_ in pair.people),
        cell_markup(decimal(pair.items)),
        cell_markup(per_cent(pair.within.value), small=between(pair.within)),
        cell_markup(f"{pair.median_degrees.value:.1f}°", small=between(pair.median_degrees, share=False)),
        cell_markup(decimal(pair.flips)),
    )
    return f'<tr data-testid="pair-row">{"".join(cells)}</tr>'
