"""The charts of the statistics page: one for each of its numbers, leaving out what nobody has measured."""

from collections.abc import Sequence
from typing import Any

from storage.tables.effort import CHANGED
from storage.use_cases.statistics import By, Worked
from ui.i18n import N_, _
from ui.pages.numbers import BARS, COLOURS, LINES, QUIET, axis, chart
from ui.theme.tag import Tag

SHOWN = 60
"""Days or rows: more bars than that nobody tells apart."""

PARAMETERS: dict[str, str] = {
    "azimuth": N_("azimuth"),
    "elevation": N_("elevation"),
    "theta": N_("theta"),
    "distance": N_("distance"),
    "px": N_("centre x"),
    "py": N_("centre y"),
    "cad_index": N_("CAD model"),
    "object_status": N_("quality"),
    "dense": N_("density"),
}
assert tuple(PARAMETERS) == CHANGED

Values = Sequence[float | None]


def statistics_charts(by: By, rows: Sequence[Worked], names: Sequence[str]) -> None:
    """`names`: of the rows, as they are shown."""
    numbers = range(len(rows))
    if by is By.DAY:
        chosen = list(numbers)[-SHOWN:]
    else:
        chosen = sorted(numbers, key=lambda number: -rows[number].items)[:SHOWN]
    shown = [rows[number] for number in chosen]
    x = axis("category", data=[names[number] for number in chosen])
    is_time = by is By.DAY

    def one(title: str, values: Values, *, line: bool = False, share: bool = False) -> None:
        if all(value is None for value in values):
            return
        kind = {"type": "line", "symbolSize": 5, "connectNulls": True} if line and is_time else _BAR
        y = axis("value", min=0, max=1) if share else axis("value")
        series = [{**kind, "data": list(values), "color": LINES if line else BARS}]
        chart(title, {"xAxis": x, "yAxis": y, "series": series})

    def several(title: str, series: dict[str, Values], *, stacked: bool) -> None:
        if not any(value for values in series.values() for value in values):
            return
        together: dict[str, Any] = {"stack": "all"} if stacked else {"barGap": "10%"}
        drawn = [
            {**_BAR, **together, "name": name, "data": list(values), "color": COLOURS[number % len(COLOURS)]}
            for number, (name, values) in enumerate(series.items())
        ]
        legend = _LEGEND if len(series) < FIT_IN_A_LINE else _LEGEND_OF_TWO_LINES
        chart(title, {**legend, "xAxis": x, "yAxis": axis("value"), "series": drawn})

    with Tag("div", classes="nm-charts", data_testid="statistics-charts"):
        one(_("Items done"), [row.items for row in shown])
        one(_("Items an hour"), [_rounded(row.items_per_hour) for row in shown], line=True)
        one(_("Active seconds for an item"), [_rounded(row.seconds_per_item) for row in shown], line=True)
        several(
            _("Changes an item, by parameter"),
            {
                _(name): [_rounded(row.changes[parameter] / row.items) if row.items else None for row in shown]
                for parameter, name in PARAMETERS.items()
            },
            stacked=True,
        )
        passed = [_rounded(row.first_pass.value, 3) if row.reviewed else None for row in shown]
        one(_("Accepted at once, share"), passed, line=True, share=True)
        several(
            _("Flips: what the guard asked about, what was turned"),
            {
                _("asked"): [row.flips_asked for row in shown],
                _("turned"): [row.flips_caught for row in shown],
            },
            stacked=False,
        )
        gold = [_rounded(row.gold.acc_pi_18.value, 3) if row.gold else None for row in shown]
        one(_("Gold within 10°, share"), gold, line=True, share=True)


_BAR: dict[str, Any] = {"type": "bar", "barMaxWidth": 28}
_LEGEND: dict[str, Any] = {
    "legend": {
        "top": 0,
        "itemWidth": 12,
        "itemHeight": 8,
        "itemGap": 8,
        "textStyle": {"color": QUIET, "fontSize": 11},
    },
    "grid": {"left": 8, "right": 12, "top": 34, "bottom": 4, "containLabel": True},
}
_LEGEND_OF_TWO_LINES: dict[str, Any] = {**_LEGEND, "grid": {**_LEGEND["grid"], "top": 54}}
FIT_IN_A_LINE = 5


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)
