"""Fields of a symmetry: its kind, an axis, how often, or a list of rotations; of a category, or of one CAD model."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import ui

from domain import symmetry as groups
from domain.errors import InvalidInput
from domain.symmetry import AXES, LARGEST_GROUP
from domain.symmetry_text import axis_as_text, axis_from_text, rotations_as_text, rotations_from_text
from ui.i18n import _
from ui.pages.admin.fields import choice_field, number_field, text_field
from ui.pages.admin.library.rule_words import SYMMETRY_NAMES
from ui.pages.admin.work.parts import whole
from ui.theme.tag import Tag

OWN_AXIS = "own"


class SymmetryFields:
    """`kinds`: those that are offered; the one that is there already is offered too. `testid` begins each field's."""

    def __init__(
        self,
        symmetry: Mapping[str, Any],
        *,
        label: str,
        hint: str = "",
        kinds: Sequence[str] = tuple(SYMMETRY_NAMES),
        testid: str = "symmetry",
    ) -> None:
        kind = str(symmetry.get("kind", "none"))
        axis = symmetry.get("axis", "z")
        self._kind = choice_field(
            label,
            {name: _(shown) for name, shown in SYMMETRY_NAMES.items() if name in kinds or name == kind},
            kind if kind in SYMMETRY_NAMES else "none",
            hint=hint,
            on_change=self._show_fields,
            testid=f"{testid}-kind",
        )
        with Tag("div", classes="pw-form-row"):
            self._axis = choice_field(
                _("Axis"),
                {**{name: name for name in AXES}, OWN_AXIS: _("another one")},
                axis if isinstance(axis, str) else OWN_AXIS,
                hint=_("z is up, the front faces −y"),
                on_change=self._show_fields,
                testid=f"{testid}-axis",
            )
            self._own_axis = text_field(
                _("Axis as three numbers"),
                "" if isinstance(axis, str) else axis_as_text(axis),
                placeholder="1 0 1",
                hint=_("x, y and z, through the origin"),
                testid=f"{testid}-own-axis",
            )
            self._order = number_field(
                _("Times in a turn"), symmetry.get("order", 2), least=2, most=LARGEST_GROUP, testid=f"{testid}-order"
            )
            self._ends = ui.checkbox(_("its ends look alike"), value=symmetry.get("ends_alike") is True)
            self._ends.classes("pw-check").props("dense")
        self._rotations = text_field(
            _("Rotations: an axis and degrees, one a line"),
            rotations_as_text(symmetry.get("rotations", ())) if kind == "discrete" else "",
            lines=4,
            placeholder="z 180\n1 1 0 180",
            hint=_("What follows from them is added: half a turn about x and one about y make one about z."),
            testid=f"{testid}-rotations",
        )
        self._json = text_field(
            _("As JSON"),
            json.dumps(dict(symmetry)) if kind == "composed" else '{"kind": "composed", "parts": []}',
            lines=4,
            hint=_("Parts are symmetries of the other kinds"),
            testid=f"{testid}-json",
        )
        self._show_fields()

    def value(self) -> dict[str, Any]:
        """In a form of `domain.symmetry`. Raises InvalidInput, saying what is wrong."""
        kind = self._kind.value
        if kind == "composed":
            return self._written()
        if kind == "discrete":
            quaternions = rotations_from_text(self._rotations.value or "")
            if not quaternions:
                raise InvalidInput("the list of rotations is empty", rule="no_rotations")
            return groups.to_json(groups.generated(quaternions))
        if kind == "cyclic":
            return {"kind": kind, "axis": self._chosen_axis(), "order": whole(self._order.value)}
        if kind == "continuous":
            return {"kind": kind, "axis": self._chosen_axis(), **({"ends_alike": True} if self._ends.value else {})}
        return {"kind": kind}

    def _chosen_axis(self) -> str | list[float]:
        return axis_from_text((self._own_axis.value or "") if self._axis.value == OWN_AXIS else self._axis.value)

    def _written(self) -> dict[str, Any]:
        try:
            symmetry = json.loads(self._json.value or "")
        except ValueError as error:
            raise InvalidInput(f"this is no JSON: {error}", rule="no_json", reason=str(error)) from None
        if not isinstance(symmetry, dict):
            raise InvalidInput('a symmetry is an object with a "kind"')
        if symmetry.get("kind") == "composed" and not symmetry.get("parts"):
            raise InvalidInput("a composed symmetry has parts, symmetries of the other kinds", rule="no_parts")
        return symmetry

    def _show_fields(self) -> None:
        kind = self._kind.value
        has_axis = kind in ("cyclic", "continuous")
        self._axis.set_visibility(has_axis)
        self._own_axis.set_visibility(has_axis and self._axis.value == OWN_AXIS)
        self._order.set_visibility(kind == "cyclic")
        self._ends.set_visibility(kind == "continuous")
        self._rotations.set_visibility(kind == "discrete")
        self._json.set_visibility(kind == "composed")
