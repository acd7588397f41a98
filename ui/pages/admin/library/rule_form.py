"""The form of a category's rule; `domain.category` says whether it makes sense."""

from nicegui import ui

from domain.category import CategoryRule
from domain.errors import InvalidInput
from domain.permissions import Actor
from storage.use_cases.library import CategoryView, set_category
from storage.use_cases.models import ModelLine
from ui.errors import explain
from ui.i18n import _
from ui.pages.admin.fields import text_field
from ui.pages.admin.library.rule_words import ANGLE_NAMES
from ui.pages.admin.library.symmetry_fields import SymmetryFields
from ui.pages.admin.library.symmetry_preview import show_equal_poses
from ui.pages.admin.messages import Tone, message_line, toast
from ui.pages.admin.section import button
from ui.services import Services
from ui.theme.tag import Tag

LONGEST_TEXT = 500


class RuleForm:
    """One form; `Save` keeps the rule and says so, or says what is wrong beside the fields."""

    def __init__(self, services: Services, actor: Actor, category: CategoryView, models: list[ModelLine]) -> None:
        self._services = services
        self._actor = actor
        self._category = category
        self._models = models
        rule = category.rule
        with Tag("form", classes="pw-form pw-card", novalidate=True, data_testid="rule-form") as form:
            form.on("submit.prevent", self._save, [])
            self._angles(rule)
            self._symmetries(rule)
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

    def _symmetries(self, rule: CategoryRule) -> None:
        Tag("h3", _("Symmetry"))
        self._symmetry = SymmetryFields(rule.symmetry, label=_("Turned like this it looks the same"))
        self._near_symmetry = SymmetryFields(
            rule.near_symmetry,
            label=_("Turned like this it looks nearly the same"),
            hint=_("It counts as wrong, and who saves such a turn is asked once."),
            kinds=("none", "cyclic", "discrete"),
            testid="near",
        )

    async def _show_equal(self) -> None:
        self._problem.clear()
        try:
            rule = self._rule()
        except InvalidInput as error:
            with self._problem:
                message_line(_refusal(error), Tone.BAD)
            return
        await show_equal_poses(self._services, self._preview, rule, self._models)

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
                message_line(_refusal(error), Tone.BAD)
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
            raise InvalidInput(
                "say why the angle is ignored: annotators and those who use the data read it", rule="ignored_reason"
            )
        return CategoryRule(
            ignored=ignored,
            ignored_reason=reason if ignored else "",
            symmetry=self._symmetry.value(),
            note=(self._note.value or "").strip(),
            near_symmetry=self._near_symmetry.value(),
        )


def _refusal(error: InvalidInput) -> str:
    """In the person's words where there are some, else with what the program says."""
    message = explain(error, what="a rule").message
    return message if error.rule else f"{message} {error}"
