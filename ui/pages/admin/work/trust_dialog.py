"""The dialog for what trust in a task's work rests on: the test before it and the gold in it; of a test its terms."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from domain.permissions import Actor
from domain.task_state import TaskKind
from storage.use_cases.qualify.hidden_gold import GoldTerms
from storage.use_cases.qualify.rules import all_exams, change_exam, find_exam
from storage.use_cases.qualify.trust import Trust, set_trust, trust_of
from storage.use_cases.work.overview import TaskLine
from ui.i18n import _
from ui.pages.admin.dialogs import form_dialog
from ui.pages.admin.fields import choice_field
from ui.pages.admin.messages import toast
from ui.pages.admin.work.trust_fields import ExamFields, GoldFields
from ui.services import Services
from ui.theme.tag import Tag


async def trust_dialog(
    services: Services, actor: Actor, line: TaskLine, *, changed: Callable[[], Awaitable[None]]
) -> None:
    """`changed` is awaited after a change."""
    if line.kind is TaskKind.QUALIFY:
        await _exam_dialog(services, actor, line, changed=changed)
        return
    exams = await services.reading(all_exams, actor=actor)
    trust = await services.reading(trust_of, actor=actor, task_id=line.id)

    async def work() -> None:
        wanted = Trust(
            dataset_id=trust.dataset_id,
            of_task=task_test.value or None,
            of_dataset=dataset_test.value or None,
            gold=gold.value() if looks.value else None,
        )
        await services.transact(set_trust, actor=actor, task_id=line.id, seen=trust, wanted=wanted)
        await changed()
        toast(_("Changed."))

    tests = {0: _("None"), **{exam.id: exam.name for exam in exams}}
    for test_id in (trust.of_task, trust.of_dataset):
        if test_id is not None and test_id not in tests:
            tests[test_id] = f"{(await services.reading(find_exam, test_id)).name} ({_('archived')})"
    with form_dialog(_("Trust in %(name)s") % {"name": line.name}, submit=_("Save"), on_submit=work, wide=True):
        Tag("h3", _("A test before the work"))
        with Tag("div", classes="pw-form-row"):
            task_test = choice_field(_("For this task"), tests, trust.of_task or 0, testid="task-test")
            dataset_test = choice_field(
                _("For the whole data set"), tests, trust.of_dataset or 0, testid="dataset-test"
            )
        gold_head = Tag("h3", _("Hidden gold in the work"))
        looks = ui.checkbox(_("Answers to gold items are looked at"), value=trust.gold is not None)
        looks.classes("pw-check").props("dense").props["data-testid"] = "looks-at-gold"
        with Tag("div", classes="pw-form-fields") as fields:
            gold = GoldFields(trust.gold or GoldTerms())
        fields.bind_visibility_from(looks, "value")
        for part in (gold_head, looks):
            part.set_visibility(line.kind is TaskKind.ANNOTATE)


async def _exam_dialog(
    services: Services, actor: Actor, line: TaskLine, *, changed: Callable[[], Awaitable[None]]
) -> None:
    exam = await services.reading(find_exam, line.id)

    async def work() -> None:
        await services.transact(change_exam, actor=actor, test_id=line.id, terms=fields.value())
        await changed()
        toast(_("Changed."))

    with form_dialog(_("What %(name)s asks") % {"name": line.name}, submit=_("Save"), on_submit=work, wide=True):
        fields = ExamFields(exam.terms)
