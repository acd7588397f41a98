"""What of a photo a stage shows at first: the same numbers, to the last bit, as the stage's view.js and looking.js.

Sizes are (width, height): of images in their pixels, of screens in device pixels.
"""

from domain.box import Box
from domain.view import View

Size = tuple[int, int]

LARGEST_SCALE = 64.0
NEARER = 1.05
"""A view that is hardly nearer than the whole photo is the whole photo."""


def fitted(image: Size, screen: Size) -> View:
    """The whole photo, centred."""
    return _about(image[0] / 2, image[1] / 2, _whole(image, screen), screen)


def first_look(room: float | None, box: Box, image: Size, screen: Size) -> View:
    """The box with so much room about it as times its size, for who looks near; else the whole photo."""
    whole = _whole(image, screen)
    if room is None:
        return fitted(image, screen)
    wanted = min(screen[0] / ((box.x2 - box.x1) * room), screen[1] / ((box.y2 - box.y1) * room))
    scale = min(max(wanted, whole), LARGEST_SCALE)
    if scale < whole * NEARER:
        return fitted(image, screen)
    return _about((box.x1 + box.x2) / 2 + 0.5, (box.y1 + box.y2) / 2 + 0.5, scale, screen)


def _whole(image: Size, screen: Size) -> float:
    return min(screen[0] / image[0], screen[1] / image[1])


def _about(centre_x: float, centre_y: float, scale: float, screen: Size) -> View:
    width, height = screen
    return View(
        left=centre_x - width / 2 / scale, top=centre_y - height / 2 / scale, scale=scale, width=width, height=height
    )
