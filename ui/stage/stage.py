"""The NiceGUI element of the annotate stage.

NiceGUI brings the page; the stage itself talks to the server on a websocket of its own (`ui/live`), so this element
only hands over what is fixed while the page is open: which item, whose gestures, step sizes, texts.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from nicegui import ui
from nicegui.element import Element

from domain.keys import DEFAULT_KEYS, Keys
from domain.steps import STEPS
from rendering.modes import MODES
from ui.i18n import gettext
from ui.stage.category_guides import category_guides
from ui.stage.texts import stage_texts

STYLES = tuple(Path(__file__).with_name(name) for name in ("stage.css", "review.css", "guide.css"))
SOCKET_PATH = "/ws/stage"


class Stage(Element, component="stage.js", esm={"posewright-stage": "modules"}):
    """Shows an assignment and lets the signed-in person work on it.

    `user_id` names whose unsent gestures the browser keeps: two people at one computer do not deliver each other's.
    `keys`: the person's own. `watching`: only looks on, after `person` from item to item where that is given.
    """

    def __init__(
        self,
        assignment_id: int,
        *,
        user_id: int,
        watching: bool = False,
        person: int | None = None,
        keys: Keys = DEFAULT_KEYS,
    ) -> None:
        super().__init__()
        for sheet in STYLES:
            ui.add_css(sheet)
        self._props.update(stage_props(assignment_id, user_id))
        self._props.update({"watching": watching, "person": person, "keys": dict(keys)})


def stage_props(assignment_id: int, user_id: int) -> dict[str, Any]:
    """What the component is given, by the names of its props."""
    return {
        "assignment": assignment_id,
        "userId": user_id,
        "socketPath": SOCKET_PATH,
        "modes": [
            {"name": mode.value, "shaded": drawn.shaded, "title": gettext(drawn.title), "help": gettext(drawn.help)}
            for mode, drawn in MODES.items()
            if drawn.title
        ],
        "steps": {name: {**asdict(steps), "kind": steps.kind.value} for name, steps in STEPS.items()},
        "texts": stage_texts(),
        "guides": category_guides(),
    }
