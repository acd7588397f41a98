"""The board page: everybody at work, every task, and the day's saves as a plot. Pushed, never polled."""

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import FastAPI
from nicegui import ui
from nicegui.events import GenericEventArguments
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from storage.use_cases.board import may_see_board
from ui.auth import SignedIn
from ui.board import BoardView
from ui.i18n import _
from ui.live.board import BUCKET
from ui.pages.errors import rule_page
from ui.pages.page_at import page_at
from ui.services import Services
from ui.theme.shell import page_shell
from ui.theme.tag import Tag


def add_board(app: FastAPI, services: Services) -> None:
    @page_at("/board")
    async def board(request: Request) -> Response | None:
        person: SignedIn = request.state.person
        try:
            await services.reading(may_see_board, actor=person.actor)
        except PosewrightError as error:
            return rule_page(request, error)
        styles = ("tasks.css", "admin.css")
        with page_shell(request, services, title=_("Board"), place=((_("Board"), None),), styles=styles) as main:
            main.classes("pw-wide")
            with Tag("section", classes="pw-part board-day"):
                Tag("h1", _("Saved today"), classes="pw-h2")
                plot = ui.echart(_plot([]), renderer="svg").style("height: 132px").props('data-testid="throughput"')

            def show(event: GenericEventArguments) -> None:
                day = event.args if isinstance(event.args, list) else []
                plot.options.clear()
                plot.options.update(_plot([int(count) for count in day[: timedelta(days=1) // BUCKET]]))
                plot.update()

            BoardView().on("day", show)
        return None


def _plot(day: list[int]) -> dict[str, Any]:
    """Saves in each quarter of an hour since midnight, UTC."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = [[(midnight + number * BUCKET).isoformat(), count] for number, count in enumerate(day)]
    faint = "#8a93a3"
    return {
        "animation": False,
        "grid": {"left": 36, "right": 12, "top": 12, "bottom": 22},
        "tooltip": {"trigger": "axis", "className": "pw-chart-tip"},
        "xAxis": {
            "type": "time",
            "min": midnight.isoformat(),
            "max": (midnight + timedelta(days=1)).isoformat(),
            "axisLabel": {"color": faint},
            "axisLine": {"lineStyle": {"color": faint}},
        },
        "yAxis": {
            "type": "value",
            "minInterval": 1,
            "axisLabel": {"color": faint},
            "splitLine": {"lineStyle": {"color": faint, "opacity": 0.25}},
        },
        "series": [
            {"type": "bar", "name": _("Saved"), "data": rows, "itemStyle": {"color": "#2f9e6b"}, "barWidth": 7}
        ],
    }
