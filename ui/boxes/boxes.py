"""The NiceGUI element of the box editor: the browser asks, a use case answers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from domain.box import Box
from domain.errors import InvalidInput
from domain.permissions import Actor
from storage.errors import BoxesNeedConfirmation
from storage.use_cases.boxes import PhotoBoxes, PhotoList, WantedBox, boxes_of, photos_for_boxes, save_boxes
from storage.use_cases.library import CategoryView, categories, set_category
from ui.boxes.texts import confirmation, editor_texts, known_note
from ui.errors import explain
from ui.services import Services

STYLES = Path(__file__).with_name("boxes.css")
MOST_BOXES_READ = 2000
PAGE_LENGTH = 100

Json = dict[str, Any]


class BoxEditor(Element, component="boxes.js", esm={"posewright-boxes": "modules"}):
    """Shows the photos of a data set with their boxes, and lets the person change them.

    `start`: the photo to begin with; 0 for the first without boxes.
    """

    def __init__(
        self,
        services: Services,
        actor: Actor,
        *,
        dataset_id: int,
        known_categories: Sequence[CategoryView],
        start: int = 0,
    ) -> None:
        super().__init__()
        ui.add_css(STYLES)
        self._services = services
        self._actor = actor
        self._dataset_id = dataset_id
        self._props.update(given=_categories_json(known_categories), start=start, texts=editor_texts())
        self._answers = {
            "list": self._list,
            "open": self._open,
            "save": self._save,
            "category": self._add_category,
        }
        self.on("ask", self._asked)

    async def _asked(self, event: GenericEventArguments) -> None:
        """Answers each question once, whatever is wrong with it: the page waits for it."""
        asked = event.args if isinstance(event.args, Mapping) else {}
        question, kind = asked.get("id"), asked.get("kind")
        payload = asked.get("payload")
        try:
            if kind not in self._answers or not isinstance(payload, Mapping):
                raise InvalidInput("this is no question of the box editor")
            value = await self._answers[kind](payload)
        except BoxesNeedConfirmation as error:
            self.run_method("answer", question, None, {"code": error.code, "message": confirmation(error)})
        except Exception as error:  # noqa: BLE001 - the page stays usable; `explain` logs what nobody foresaw
            told = explain(error, what="the box editor")
            self.run_method("answer", question, None, {"code": told.code, "message": told.message})
        else:
            self.run_method("answer", question, value, None)

    async def _list(self, payload: Mapping[str, Any]) -> Json:
        search = payload.get("search")
        found = await self._services.reading(
            photos_for_boxes,
            actor=self._actor,
            dataset_id=self._dataset_id,
            search=search[:512] if isinstance(search, str) else "",
            offset=_whole(payload.get("offset"), "offset"),
            limit=PAGE_LENGTH,
        )
        return _list_json(found)

    async def _open(self, payload: Mapping[str, Any]) -> Json:
        image_id = _whole(payload.get("image"), "image")
        return _photo_json(await self._services.reading(boxes_of, actor=self._actor, image_id=image_id))

    async def _save(self, payload: Mapping[str, Any]) -> Json:
        saved = await self._services.transact(
            save_boxes,
            actor=self._actor,
            image_id=_whole(payload.get("image"), "image"),
            base_version=_whole(payload.get("version"), "version"),
            boxes=_wanted(payload.get("boxes")),
            confirmed=payload.get("confirmed") is True,
        )
        return _photo_json(saved)

    async def _add_category(self, payload: Mapping[str, Any]) -> list[Json]:
        name = payload.get("name")
        if not isinstance(name, str):
            raise InvalidInput("a category has a name")
        await self._services.transact(set_category, actor=self._actor, dataset_id=self._dataset_id, name=name)
        found = await self._services.reading(categories, actor=self._actor, dataset_id=self._dataset_id)
        return _categories_json(found)


def _wanted(given: object) -> list[WantedBox]:
    if not isinstance(given, list) or len(given) > MOST_BOXES_READ:
        raise InvalidInput("boxes are a list")
    wanted = []
    for one in given:
        corners = one.get("box") if isinstance(one, Mapping) else None
        if not isinstance(corners, list) or len(corners) != 4:
            raise InvalidInput("a box has four corners")
        item = one.get("item")
        wanted.append(
            WantedBox(
                item_id=None if item is None else _whole(item, "item"),
                category_id=_whole(one.get("category"), "category"),
                box=Box(*(_number(corner) for corner in corners)),
            )
        )
    return wanted


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise InvalidInput(f"{name} is a whole number")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e9:
        raise InvalidInput("a corner is a number")
    return float(value)


def _list_json(found: PhotoList) -> Json:
    rows = [{"id": row.id, "name": row.name, "boxes": row.boxes} for row in found.rows]
    return {"rows": rows, "total": found.total, "without": found.without}


def _photo_json(photo: PhotoBoxes) -> Json:
    return {
        "image": photo.image_id,
        "url": f"/images/{photo.image_id}",
        "name": photo.name,
        "width": photo.width,
        "height": photo.height,
        "version": photo.version,
        "boxes": [
            {
                "item": one.item_id,
                "category": one.category_id,
                "box": [one.box.x1, one.box.y1, one.box.x2, one.box.y2],
                "has": {"anything": one.known.anything, "people": one.known.assignments > 0},
                "note": known_note(one.known),
            }
            for one in photo.boxes
        ],
    }


def _categories_json(found: Sequence[CategoryView]) -> list[Json]:
    return [{"id": one.id, "name": one.name} for one in found]
