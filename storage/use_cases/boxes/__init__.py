"""The box editor: photos and their boxes as they are, and what people make of them."""

from storage.use_cases.boxes.editing import WantedBox, save_boxes
from storage.use_cases.boxes.looking import (
    BoxView,
    Known,
    PhotoBoxes,
    PhotoList,
    PhotoRow,
    boxes_of,
    photos_for_boxes,
)

__all__ = [
    "BoxView",
    "Known",
    "PhotoBoxes",
    "PhotoList",
    "PhotoRow",
    "WantedBox",
    "boxes_of",
    "photos_for_boxes",
    "save_boxes",
]
