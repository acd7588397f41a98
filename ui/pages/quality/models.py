"""Models against people: tables by category, error histograms, cumulative curves, and the worst cases to look at."""

import json
from collections.abc import Sequence
from html import escape

import numpy as np
from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from domain.metrics.scoring import Summary
from domain.permissions import Action
from storage.use_cases.release import Only
from storage.use_cases.scoring import Scored, scored_datasets, scores
from ui.actions.score_files import scored_csv, scored_json
from ui.auth import SignedIn
from ui.i18n import N_, _
from ui.overlay_routes import model_overlay_address, overlay_address
from ui.pages.admin.section import button
from ui.pages.counted import Counted, show_counted
from ui.pages.errors import rule_page
from ui.pages.numbers import COLOURS, QUIET, axis, between, cell_markup, chart, decimal, fill, per_cent, table
from ui.pages.page_at import page_at
from ui.pages.quality.frame import filters, quality_frame
from ui.pages.task_rows import empty
from ui.services import Services
from ui.theme.tag import Tag
from ui.words import as_date, as_time

ADDRESS = "/evaluate/models"
LABELS: dict[Only, str] = {Only.ACCEPTED: N_("accepted labels"), Only.SAVED: N_("all saved labels")}
BIN_DEGREES = 5
WORST = 12


def add_models(services: Services, counted: Counted) -> None:
    @page_at(ADDRESS)
    async def models(request: Request) -> Response | None:
        person: SignedIn = request.state.person
        query = request.query_params
        try:
            with quality_frame(request, services, title=_("Models"), action=Action.SEE_STATISTICS):
                datasets = await services.reading(scored_datasets, actor=person.actor)
                if not datasets:
                    empty(_("There is no data set yet"), _("Import one first."))
                    return None
                asked = query.get("dataset", "")
                dataset = asked if asked in datasets else datasets[0]
                asked = query.get("labels", "")
                only = Only(asked) if asked in set(Only) else Only.ACCEPTED
                known = await counted.ask(
                    scores, Action.SEE_STATISTICS, actor=person.actor, dataset=dataset, only=only
                )
                worst = query.get("worst", "")

                def show(found: Sequence[Scored]) -> None:
                    _page(datasets, dataset, only, found, worst)

                show_counted(services, known, show, testid="scores")
        except PosewrightError as error:
            return rule_page(request, error)
        return None


def _page(datasets: list[str], dataset: str, only: Only, found: Sequence[Scored], wanted: str) -> None:
    """`wanted`: the model whose worst cases are shown; the first where there is none of that name."""
    worst = next((each for each in found if each.model_version == wanted), found[0] if found else None)
    models = [(each.model_version, each.model_version) for each in found]
    with Tag("div", classes="pw-head"):
        with Tag("div", classes="pw-head-words"):
            Tag("h1", _("Models against people"), classes="pw-h1")
            if found:
                Tag("p", _about(found[0]), classes="pw-muted", data_testid="score-about")
        if found:
            with Tag("div", classes="pw-head-actions"):
                button(
                    _("Download CSV"),
                    lambda: ui.download.content(scored_csv(found).encode(), f"scores-{dataset}.csv", "text/csv"),
                    testid="score-csv",
                )
                button(_("Download JSON"), lambda: _download_json(dataset, found), testid="score-json")
    filters(
        ADDRESS,
        [
            ("dataset", _("Data set"), [(name, name) for name in datasets], dataset),
            ("labels", _("Against"), [(each.value, _(name)) for each, name in LABELS.items()], only.value),
            *([("worst", _("Worst cases of"), models, worst.model_version)] if worst and len(found) > 1 else []),
        ],
    )
    if worst is None:
        empty(_("No model has predictions here"), _("An admin imports them under Admin, Data."))
    elif not any(each.whole.n for each in found):
        empty(
            _("There is nothing to compare with yet"),
            _("No label of this kind has a prediction. Accept answers in the review, or choose all saved labels."),
        )
    else:
        _overview(found)
        _charts(found)
        _by_category(found)
        _gallery(worst)


def _about(scored: Scored) -> str:
    if scored.release is None or scored.released_at is None:
        return _("As of %(date)s; the data set was not exported yet.") % {"date": as_time(scored.at)}
    return _("As of %(date)s; newest export %(release)s of %(released)s.") % {
        "date": as_time(scored.at),
        "release": scored.release,
        "released": as_date(scored.released_at),
    }


def _download_json(dataset: str, found: Sequence[Scored]) -> None:
    text = json.dumps([scored_json(each) for each in found], indent=1, allow_nan=False) + "\n"
    ui.download.content(text.encode(), f"scores-{dataset}.json", "application/json")


def _columns(first: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        *first,
        (_("Objects"), _("With a label and a prediction")),
        ("acc@π/6", _("Rotations off by less than 30°, by the category's symmetry, with a 95 % interval")),
        ("acc@π/18", _("Rotations off by less than 10°, by the category's symmetry, with a 95 % interval")),
        (_("Median"), _("Of the errors of rotation")),
        (_("Mean"), _("Of the errors of rotation")),
        (_("Plain acc@π/6"), _("Without symmetry, as papers mostly report it")),
        (_("Centre"), _("Median, in parts of the box's diagonal")),
        (_("CAD model right"), ""),
        (_("Flips"), _("Rotations off by more than 150°")),
    ]


def _cells(part: Summary) -> str:
    median = part.median_degrees
    cells = (
        cell_markup(decimal(part.n)),
        cell_markup(per_cent(part.acc_pi_6.value, 1), small=between(part.acc_pi_6)),
        cell_markup(per_cent(part.acc_pi_18.value, 1), small=between(part.acc_pi_18)),
        cell_markup(f"{median.value:.1f}°" if part.n else "–", small=between(median, share=False)),
        cell_markup(f"{part.mean_degrees:.1f}°" if part.n else "–"),
        cell_markup(per_cent(part.plain_acc_pi_6, 1)),
        cell_markup(per_cent(part.median_centre, 1)),
        cell_markup(per_cent(part.model_right)),
        cell_markup(per_cent(part.flips, 1)),
    )
    return "".join(cells)


def _overview(found: Sequence[Scored]) -> None:
    columns = _columns([(_("Model"), ""), (_("Labels"), _("Of them so many without a prediction"))])
    best_first = sorted(found, key=lambda each: -each.whole.acc_pi_6.value if each.whole.n else 1.0)
    fill(table(columns), map(_model, best_first))


def _model(each: Scored) -> str:
    missing = _("%(number)d without") % {"number": each.missing} if each.missing else ""
    labels = cell_markup(decimal(each.labels), small=missing)
    return f'<tr data-testid="model-row"><td>{escape(each.model_version)}</td>{labels}{_cells(each.whole)}</tr>'


def _charts(found: Sequence[Scored]) -> None:
    legend = {"legend": {"top": 0, "right": 0, "textStyle": {"color": QUIET}}}
    room = {"grid": {"left": 8, "right": 16, "top": 30, "bottom": 20, "containLabel": True}}
    edges = np.arange(0, 180 + BIN_DEGREES, BIN_DEGREES)
    degrees = np.arange(0, 181)
    bars, curves = [], []
    for number, each in enumerate(found):
        colour = COLOURS[number % len(COLOURS)]
        errors = np.sort(np.degrees(each.errors.rotation))
        counts = np.histogram(np.clip(errors, 0, 179.999), edges)[0]
        shares = np.searchsorted(errors, degrees, side="right") / max(len(errors), 1)
        named = {"name": each.model_version, "color": colour}
        bars.append({**named, "type": "bar", "data": counts.tolist(), "barGap": "5%"})
        curves.append({
            **named, "type": "line", "showSymbol": False,
            "data": [[int(degree), round(float(share), 4)] for degree, share in zip(degrees, shares, strict=True)],
        })  # fmt: skip
    named_axis = {"name": _("degrees"), "nameLocation": "middle", "nameGap": 24, "nameTextStyle": {"color": QUIET}}
    with Tag("div", classes="nm-charts"):
        chart(
            _("Errors of rotation: how many objects"),
            {
                **legend,
                **room,
                "xAxis": axis("category", data=[str(int(edge)) for edge in edges[:-1]], **named_axis),
                "yAxis": axis("value", minInterval=1),
                "series": bars,
            },
        )
        chart(
            _("Share of objects with an error of at most so many degrees"),
            {
                **legend,
                **room,
                "xAxis": axis("value", min=0, max=180, interval=30, **named_axis),
                "yAxis": axis("value", min=0, max=1),
                "series": curves,
            },
        )


def _by_category(found: Sequence[Scored]) -> None:
    Tag("h2", _("By category"), classes="qa-h")
    names = sorted({name for each in found for name in each.categories})
    fill(
        table(_columns([(_("Category"), ""), (_("Model"), "")]), numbers_from=2),
        (
            f'<tr data-testid="model-category-row"><td>{escape(name.replace("_", " "))}</td>'
            f"<td>{escape(each.model_version)}</td>{_cells(part)}</tr>"
            for name in names
            for each in found
            if (part := each.categories.get(name)) is not None
        ),
    )


def _gallery(scored: Scored) -> None:
    """Label and prediction side by side, the worst first."""
    Tag(
        "h2", _("Worst cases of %(name)s: the label, the prediction") % {"name": scored.model_version}, classes="qa-h"
    )
    row_of = {int(item_id): row for row, item_id in enumerate(scored.item_ids)}
    with Tag("ul", classes="qa-worst", data_testid="worst"):
        for item_id in scored.worst(WORST):
            row = row_of[item_id]
            with Tag("li"):
                with Tag("div", classes="qa-two"):
                    Tag("img", src=overlay_address("chosen", item_id), alt=_("Label"), loading="lazy")
                    source = model_overlay_address(item_id, scored.model_version)
                    Tag("img", src=source, alt=_("Prediction"), loading="lazy")
                with Tag("p"):
                    Tag("b", str(scored.category[row]).replace("_", " "))
                    Tag("span", f"ΔR {np.degrees(scored.errors.rotation[row]):.1f}°")
                    Tag("span", _("centre %(share)s") % {"share": per_cent(float(scored.errors.centre[row]), 1)})
                    if not scored.errors.model_right[row]:
                        Tag("span", _("another CAD model"), classes="pw-muted")
