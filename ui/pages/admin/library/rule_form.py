"""The form of a category's rule; `domain.category` says whether it makes sense."""

import json
from collections.abc import Mapping
from typing import Any

from nicegui import ui

from domain.category import CategoryRule
from domain.errors import InvalidInput
from domain.permissions import Actor
from domain.symmetry import AXES, LARGEST_GROUP
from storage.use_cases.library import CategoryView, set_category
from storage.use_cases.models import ModelLine
from ui.errors import explain
from ui.i18n import _
from ui.pages.admin.fields import choice_field, number_field, text_field
from ui.pages.admin.library.rule_words import ANGLE_NAMES, SYMMETRY_NAMES
from ui.pages.admin.library.symmetry_preview import show_equal_poses
from ui.pages.admin.messages import Tone, message_line, toast
from ui.pages.admin.section import button
from ui.services import Services
from ui.theme.tag import Tag

AS_JSON = ("discrete", "composed")
"""Kinds that are written as JSON: they are rare, and lists of numbers."""

LONGEST_TEXT = 500


class RuleForm:
    """One form; `Save` keeps the rule and says so, or says what is wrong beside the fields."""

    def __init__(self, services: Services, actor: Actor, category: CategoryView, models: list[ModelLine]) -> None:
        self._services = services
        self._actor = actor
        self._category = category
        self._models = models
        rule = category.rule
        with Tag("form", classes="pw-form pw-card", data_testid="rule-form") as form:
            form.on("submit.prevent", self._save, [])
            self._angles(rule)
            self._symmetry(rule.symmetry)
            self._near(rule.near_symmetry)
            self._preview = Tag("div", classes="pw-data", data_testid="equal-poses")
            self._note = text_field(
                _("Note for annotators"), rule.note, lines=2, longest=LONGEST_TEXT, testid="rule-note"
            )
            self._problem = Tag("div", classes="pw-form-problem")
            with Tag("div", classes="pw-dialog-actions"):
                button(
                    _("Show equal poses"),
                    self._show_equal,
                    hint=_("Pictures of what the rule counts as the same pose, before it is saved"),
                    testid="show-equal",
                )
                button(_("Save the rule"), main=True, kind="submit", testid="save-rule")

    def _angles(self, rule: CategoryRule) -> None:
        Tag("h3", _("Angles that need not match"))
        with Tag("div", classes="pw-chips"):
            self._ignored = {
                name: ui.checkbox(_(shown), value=name in rule.ignored).classes("pw-check").props("dense")
                for name, shown in ANGLE_NAMES.items()
            }
        self._reason = text_field(
            _("Why"), rule.ignored_reason, lines=2, longest=LONGEST_TEXT, testid="ignored-reason"
        )

    def _symmetry(self, symmetry: Mapping[str, Any]) -> None:
        Tag("h3", _("Symmetry"))
        kind = str(symmetry.get("kind", "none"))
        axis = symmetry.get("axis", "z")
        self._kind = choice_field(
            _("Turned like this it looks the same"),
            {name: _(shown) for name, shown in SYMMETRY_NAMES.items()},
            kind if kind in SYMMETRY_NAMES else "none",
            on_change=self._show_fields,
            testid="symmetry-kind",
        )
        with Tag("div", classes="pw-form-row"):
            self._axis = choice_field(
                _("Axis"),
                {**{name: name for name in AXES}, **({} if isinstance(axis, str) else {json.dumps(axis): str(axis)})},
                axis if isinstance(axis, str) else json.dumps(axis),
                hint=_("z is up, the front faces −y"),
            )
            self._order = number_field(
                _("Times in a turn"), symmetry.get("order", 2), least=2, most=LARGEST_GROUP, testid="symmetry-order"
            )
            self._ends = ui.checkbox(_("its ends look alike"), value=symmetry.get("ends_alike") is True)
            self._ends.classes("pw-check").props("dense")
        written = json.dumps(dict(symmetry)) if kind in AS_JSON else '{"kind": "discrete", "rotations": []}'
        self._json = text_field(
            _("As JSON"),
            written,
            lines=4,
            hint=_("Rotations as quaternions w, x, y, z; parts as symmetries of the other kinds"),
            testid="symmetry-json",
        )
        self._show_fields()

    def _near(self, near: Mapping[str, Any]) -> None:
        """About z, as most are; another one stays as it was written."""
        self._near_kept = dict(near)
        is_ours = near.get("kind") == "none" or (near.get("kind") == "cyclic" and near.get("axis", "z") == "z")
        self._near_order = number_field(
            _("Looks nearly the same so many times in a turn"),
            near.get("order"),
            least=2,
            most=LARGEST_GROUP,
            hint=_("About z; empty for never. It counts as wrong, and who saves such a turn is asked once."),
            testid="near-order",
        )
        self._near_order.set_visibility(is_ours)

    def _written_near(self) -> dict[str, Any]:
        if not self._near_order.visible:
            return self._near_kept
        order = self._near_order.value
        return {"kind": "cyclic", "axis": "z", "order": int(order)} if order else {"kind": "none"}

    async def _show_equal(self) -> None:
        self._problem.clear()
        try:
            rule = self._rule()
        except InvalidInput as error:
            with self._problem:
                message_line(f"{explain(error, what='a rule').message} {error}", Tone.BAD)
            return
        await show_equal_poses(self._services, self._preview, rule, self._models)

    def _show_fields(self) -> None:
        kind = self._kind.value
        self._axis.set_visibility(kind in ("cyclic", "continuous"))
        self._order.set_visibility(kind == "cyclic")
        self._ends.set_visibility(kind == "continuous")
        self._json.set_visibility(kind in AS_JSON)

    async def _save(self) -> None:
        self._problem.clear()
        try:
            await self._services.transact(
                set_category,
                actor=self._actor,
                dataset_id=self._category.dataset_id,
                name=self._category.name,
                rule=self._rule(),
            )
        except InvalidInput as error:
            with self._problem:
                message_line(f"{explain(error, what='a rule').message} {error}", Tone.BAD)
        except Exception as error:  # noqa: BLE001 - the form stays usable; `explain` logs what nobody foresaw
            with self._problem:
                message_line(explain(error, what="saving a rule").message, Tone.BAD)
        else:
            toast(_("The rule is saved. Items that are opened from now on show it."))

    def _rule(self) -> CategoryRule:
        """Raises InvalidInput, saying what is wrong."""
        ignored = tuple(name for name, box in self._ignored.items() if box.value)
        reason = (self._reason.value or "").strip()
        if ignored and not reason:
            raise InvalidInput("say why the angle is ignored: annotators and those who use the data read it")
        return CategoryRule(
            ignored=ignored,
            ignored_reason=reason if ignored else "",
            symmetry=self._written_symmetry(),
            note=(self._note.value or "").strip(),
            near_symmetry=self._written_near(),
        )

    def _written_symmetry(self) -> dict[str, Any]:
        kind = self._kind.value
        if kind in AS_JSON:
            try:
                symmetry = json.loads(self._json.value or "")
            except ValueError as error:
                raise InvalidInput(f"this is no JSON: {error}") from None
            if not isinstance(symmetry, dict):
                raise InvalidInput('a symmetry is an object with a "kind"')
            return symmetry
        axis = self._axis.value if self._axis.value in AXES else json.loads(self._axis.value)
        if kind == "cyclic":
            return {"kind": kind, "axis": axis, "order": int(self._order.value or 0)}
        if kind == "continuous":
            return {"kind": kind, "axis": axis, **({"ends_alike": True} if self._ends.value else {})}
        return {"kind": kind}
