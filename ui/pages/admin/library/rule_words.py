"""A category's rule in words: ignored angles, and the kinds of symmetry that the form offers."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.category import CategoryRule
from domain.symmetry_text import axis_as_text
from ui.i18n import N_, _, ngettext

ANGLE_NAMES: dict[str, str] = {"azimuth": N_("azimuth"), "elevation": N_("elevation"), "theta": N_("theta")}

SYMMETRY_NAMES: dict[str, str] = {
    "none": N_("none"),
    "cyclic": N_("looks the same n times in a turn"),
    "continuous": N_("round: any turn about an axis"),
    "all": N_("a ball: any turn at all"),
    "discrete": N_("a list of rotations"),
    "composed": N_("several together"),
}


def ignored_in_words(rule: CategoryRule) -> str:
    return _(", ").join(_(ANGLE_NAMES[name]) for name in ANGLE_NAMES if name in rule.ignored)


def symmetry_in_words(symmetry: Mapping[str, Any]) -> str:
    kind = str(symmetry.get("kind"))
    axis = {"axis": _axis(symmetry.get("axis", "z"))}
    if kind == "cyclic":
        return _("%(order)s times in a turn about %(axis)s") % {**axis, "order": symmetry.get("order")}
    if kind == "continuous":
        text = _("round about %(axis)s") % axis
        return _("%(text)s, ends alike") % {"text": text} if symmetry.get("ends_alike") else text
    if kind == "discrete":
        number = len(symmetry.get("rotations", ()))
        text = ngettext("%(number)d pose looks the same", "%(number)d poses look the same", number)
        return text % {"number": number}
    return _(SYMMETRY_NAMES[kind]) if kind in SYMMETRY_NAMES else kind


def _axis(axis: str | Sequence[float]) -> str:
    return axis if isinstance(axis, str) else f"({axis_as_text(axis)})"
