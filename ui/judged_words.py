"""How an answer was, in words that tell a person what to do otherwise."""

import math
from collections.abc import Iterable

from domain.flips import FlipKind
from domain.qualification import Judged, Off, Part
from ui.i18n import N_, _

FLIP_NAMES: dict[FlipKind, str] = {
    FlipKind.AZIMUTH: N_("back for front (azimuth off by 180°)"),
    FlipKind.THETA: N_("upside down in the picture (roll off by 180°)"),
    FlipKind.FRONT_BACK: N_("towards you for away from you (depth reversed)"),
    FlipKind.UPSIDE_DOWN: N_("top for bottom"),
    FlipKind.NEAR_SYMMETRY: N_("a turn after which it looks nearly the same"),
}

BECAUSE: dict[str, str] = {
    "labels": N_("other people's answers"),
    "prediction": N_("a model's prediction"),
    "photo": N_("the edges in the photo"),
}

_WORDS: dict[Part, str] = {
    Part.BAD_OBJECT: N_("There is an object to label here: it was called bad"),
    Part.NOT_BAD: N_("The object cannot be judged: it is to be called bad"),
    Part.MODEL: N_("Another CAD model fits"),
    Part.AZIMUTH: N_("Azimuth off by {amount}°"),
    Part.ELEVATION: N_("Elevation off by {amount}°"),
    Part.THETA: N_("Roll off by {amount}°"),
    Part.ROTATION: N_("Turned {turn}° away, about no single axis"),
    Part.LEFT: N_("Centre {pixels} px too far left"),
    Part.RIGHT: N_("Centre {pixels} px too far right"),
    Part.UP: N_("Centre {pixels} px too high"),
    Part.DOWN: N_("Centre {pixels} px too low"),
    Part.NEAR: N_("Distance {share} % too small"),
    Part.FAR: N_("Distance {share} % too large"),
    Part.QUALITY: N_("Another quality was right"),
    Part.DENSITY: N_("Another density was right"),
}


def off_in_words(off: Iterable[Off]) -> list[str]:
    return [_in_words(each) for each in off]


def numbers_in_words(judged: Judged) -> list[str]:
    return [
        _("rotation {degrees}°").format(degrees=f"{math.degrees(judged.rotation):.1f}"),
        _("centre {share} % of the box").format(share=f"{100 * judged.centre:.1f}"),
        _("distance {share} %").format(share=f"{100 * math.expm1(judged.distance):.1f}"),
    ]


def _in_words(off: Off) -> str:
    if off.part is Part.FLIP:
        return _("Turned round: {flip}").format(flip=_(FLIP_NAMES[FlipKind(off.kind)]))
    return _(_WORDS[off.part]).format(
        amount=f"{off.amount:+.0f}",
        turn=f"{off.amount:.0f}",
        pixels=f"{off.amount:.0f}",
        share=f"{100 * off.amount:.0f}",
    )
