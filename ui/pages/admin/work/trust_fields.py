"""Fields for what counts as right, for a test and for hidden gold, in degrees and per cent."""

import math

from nicegui import ui

from domain.qualification import MOST_ATTEMPTS, MOST_ITEMS, Consequence, Feedback, Thresholds
from storage.use_cases.qualify.hidden_gold import MOST_LOOKED_AT, GoldTerms
from storage.use_cases.qualify.rules import ExamTerms
from ui.i18n import N_, _
from ui.pages.admin.fields import choice_field, number_field
from ui.pages.admin.work.parts import whole
from ui.theme.tag import Tag

EXAM_FEEDBACK: dict[Feedback, str] = {
    Feedback.EACH: N_("After each item"),
    Feedback.END: N_("After the last item"),
}
GOLD_FEEDBACK: dict[Feedback, str] = {
    Feedback.END: N_("Silent: nobody learns which items are gold"),
    Feedback.EACH: N_("At once: the right pose is shown after the save"),
}
CONSEQUENCES: dict[Consequence, str] = {
    Consequence.NONE: N_("Nothing"),
    Consequence.WARN: N_("Supervisors are warned"),
    Consequence.PAUSE: N_("The person's work in this task is paused"),
}


class LimitFields:
    """Of `Thresholds`."""

    def __init__(self, limits: Thresholds) -> None:
        with Tag("div", classes="pw-form-row"):
            self._rotation = number_field(
                _("Rotation within"), round(math.degrees(limits.rotation), 1), least=0.1, most=180, fractions=True,
                hint=_("Degrees, by the object's symmetry"), testid="most-rotation",
            )  # fmt: skip
            self._centre = number_field(
                _("Centre within"),
                round(100 * limits.centre, 1),
                least=0.1,
                fractions=True,
                hint=_("% of the box's diagonal"),
            )
            self._distance = number_field(
                _("Distance within"),
                round(100 * math.expm1(limits.distance), 1),
                least=0.1,
                fractions=True,
                hint=_("%"),
            )
        self._model = ui.checkbox(_("The CAD model must be the right one"), value=limits.model)
        self._answers = ui.checkbox(_("Quality and density must be the right ones"), value=limits.answers)
        for box in (self._model, self._answers):
            box.classes("pw-check").props("dense")

    def value(self) -> Thresholds:
        """Raises InvalidInput."""
        return Thresholds(
            rotation=math.radians(self._rotation.value or 0),
            centre=(self._centre.value or 0) / 100,
            distance=math.log1p((self._distance.value or 0) / 100),
            model=bool(self._model.value),
            answers=bool(self._answers.value),
        )


class ExamFields:
    """Of `ExamTerms`."""

    def __init__(self, terms: ExamTerms, *, on_change: object = None) -> None:
        with Tag("div", classes="pw-form-row"):
            self._items = number_field(
                _("Items an attempt"), terms.items, least=1, most=MOST_ITEMS, testid="exam-items",
                on_change=on_change,  # type: ignore[arg-type]
            )  # fmt: skip
            self._needed = number_field(
                _("Of these right"), terms.needed, least=1, most=MOST_ITEMS, testid="exam-needed",
                on_change=on_change,  # type: ignore[arg-type]
            )  # fmt: skip
            self._attempts = number_field(
                _("Attempts"), terms.attempts, least=1, most=MOST_ATTEMPTS, testid="exam-attempts"
            )
        self._feedback = choice_field(
            _("The person sees how it was"),
            {key.value: _(name) for key, name in EXAM_FEEDBACK.items()},
            terms.feedback.value,
            testid="exam-feedback",
        )
        self._limits = LimitFields(terms.limits)

    def value(self) -> ExamTerms:
        """Raises InvalidInput."""
        return ExamTerms(
            limits=self._limits.value(),
            items=whole(self._items.value),
            needed=whole(self._needed.value),
            attempts=whole(self._attempts.value),
            feedback=Feedback(self._feedback.value),
        )


class GoldFields:
    """Of `GoldTerms`."""

    def __init__(self, terms: GoldTerms) -> None:
        self._feedback = choice_field(
            _("Feedback"),
            {key.value: _(name) for key, name in GOLD_FEEDBACK.items()},
            terms.feedback.value,
            testid="gold-feedback",
        )
        with Tag("div", classes="pw-form-row"):
            self._last = number_field(
                _("Of the last"), terms.last, least=1, most=MOST_LOOKED_AT, hint=_("gold items"), testid="gold-last"
            )
            share = round(100 * terms.least_right)
            self._least = number_field(_("must be right"), share, least=0, most=100, hint=_("%"), testid="gold-least")
            self._consequence = choice_field(
                _("Otherwise"),
                {key.value: _(name) for key, name in CONSEQUENCES.items()},
                terms.consequence.value,
                testid="gold-consequence",
            )
        self._limits = LimitFields(terms.limits)

    def value(self) -> GoldTerms:
        """Raises InvalidInput."""
        return GoldTerms(
            limits=self._limits.value(),
            feedback=Feedback(self._feedback.value),
            last=whole(self._last.value),
            least_right=(self._least.value or 0) / 100,
            consequence=Consequence(self._consequence.value),
        )
