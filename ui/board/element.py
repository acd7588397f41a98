"""The NiceGUI element of the board; its facts come on a websocket of their own (`ui.live.board_socket`)."""

from pathlib import Path

from nicegui import ui
from nicegui.element import Element

from ui.board.texts import board_texts
from ui.live.board_socket import PATH
from ui.live.miniatures import HEIGHT, WIDTH

STYLES = Path(__file__).with_name("board.css")
STAGE_MODULES = Path(__file__).resolve().parents[1] / "stage" / "modules"


class BoardView(Element, component="board.js", esm={"posewright-stage": str(STAGE_MODULES)}):
    """Everybody and every task, live. `day` events tell the saves in each quarter of an hour since midnight."""

    def __init__(self) -> None:
        super().__init__()
        ui.add_css(STYLES)
        self._props.update({"socketPath": PATH, "texts": board_texts(), "width": WIDTH, "height": HEIGHT})
