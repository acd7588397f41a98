"""Who may do what with people, the library, tasks and answers: (use case, who may), by its name."""

from domain.answer import FieldGroup
from domain.box import Box
from domain.ops import Change, OpKind
from domain.permissions import Role
from storage.images import StoredImage
from storage.use_cases import (
    accounts,
    archiving,
    audit_log,
    backups,
    boxes,
    items,
    library,
    models,
    move_in,
    people_bulk,
    preferences,
    sessions,
    taking_down,
    tasks,
    viewing,
)
from storage.use_cases import people as people_list
from storage.use_cases.annotate import (
    FlagKind,
    apply_op,
    clear_answer,
    flag_assignment,
    open_assignment,
    save_annotation,
    unflag_assignment,
)
from storage.use_cases.audit_log import AuditFilter
from storage.use_cases.system_facts import database_facts
from storage.use_cases.work import creating, editing, overview, sharing
from storage.use_cases.work.selection import Selection
from tests.storage.rights_of_rooms import ADMINS, TEAM
from tests.storage.world import UNUSABLE, World, answer, make_op, new_id

STORED = StoredImage(sha256="f" * 64, width=10, height=10, media_type="image/png", size=100)
NEW_PERSON = people_bulk.NewPerson(number=2, name="zoe", role=Role.ANNOTATOR, password=UNUSABLE, must_change=True)
DISTANCE = {FieldGroup.DISTANCE: Change(before={"distance": 1.0}, after={"distance": 7.0})}


MESH = models.CheckedMesh(sha256="b" * 64, suffix=".off", lower=(0, 0, 0), upper=(1, 1, 1), faces=4)


def order_for(world: World) -> creating.WorkOrder:
    return creating.WorkOrder(selection=Selection(dataset_id=world.dataset_id))


def all_of(world: World) -> dict[str, object]:
    return {"task_id": world.task_id, "assignment_ids": world.assignments}


def author(actor) -> int:
    return actor if isinstance(actor, int) else 0


WRITING = {
    "add_user": (
        lambda w, s, a: accounts.add_user(s, actor=a, name="zoe", role=Role.ANNOTATOR, password=UNUSABLE),
        ADMINS,
    ),
    "set_password": (lambda w, s, a: accounts.set_password(s, actor=a, user_id=w.bob, password=UNUSABLE), ADMINS),
    "set_role": (lambda w, s, a: accounts.set_role(s, actor=a, user_id=w.bob, role=Role.ADMIN), ADMINS),
    "deactivate_user": (lambda w, s, a: accounts.deactivate_user(s, actor=a, user_id=w.sue), ADMINS),
    "reactivate_user": (lambda w, s, a: accounts.reactivate_user(s, actor=a, user_id=w.dan), ADMINS),
    "edit_person": (
        lambda w, s, a: people_list.edit_person(s, actor=a, user_id=w.bob, name="bobby", role=Role.ANNOTATOR),
        ADMINS,
    ),
    "add_people": (
        lambda w, s, a: people_bulk.add_people(s, actor=a, people=[NEW_PERSON], all_or_none=True),
        ADMINS,
    ),
    "end_all": (lambda w, s, a: sessions.end_all(s, actor=a, user_id=w.ann), ADMINS | {"owner"}),
    "add_dataset": (lambda w, s, a: library.add_dataset(s, actor=a, name="cups"), ADMINS),
    "set_category": (
        lambda w, s, a: library.set_category(s, actor=a, dataset_id=w.dataset_id, name="cup"),
        ADMINS,
    ),
    "add_cad_model": (
        lambda w, s, a: library.add_cad_model(
            s, actor=a, category_id=w.category_id, cad_index=9, sha256="a" * 64, suffix=".off", reason="empty"
        ),
        ADMINS,
    ),
    "add_image": (
        lambda w, s, a: items.add_image(s, actor=a, dataset_id=w.dataset_id, name="new", stored=STORED),
        ADMINS,
    ),
    "add_item": (
        lambda w, s, a: items.add_item(
            s,
            actor=a,
            image_id=w.image_ids[0],
            category_id=w.category_id,
            object_index=9,
            box=Box(0, 0, 1, 1),
        ),
        ADMINS,
    ),
    "add_gold": (lambda w, s, a: items.add_gold(s, actor=a, item_id=w.item_ids[0], answer=answer()), ADMINS),
    "add_prediction": (
        lambda w, s, a: items.add_prediction(s, actor=a, item_id=w.item_ids[0], model_version="m", answer=answer()),
        ADMINS,
    ),
    "add_imported_label": (
        lambda w, s, a: items.add_imported_label(s, actor=a, item_id=w.item_ids[0], answer=answer()),
        ADMINS,
    ),
    "archive_dataset": (
        lambda w, s, a: archiving.archive_dataset(s, actor=a, dataset_id=w.dataset_id, archived=True),
        ADMINS,
    ),
    "take_down_image": (
        lambda w, s, a: taking_down.take_down_image(s, actor=a, image_id=w.image_ids[0], name="mug/000.JPEG"),
        ADMINS,
    ),
    "save_boxes": (
        lambda w, s, a: boxes.save_boxes(
            s,
            actor=a,
            image_id=w.image_ids[0],
            base_version=0,
            boxes=[
                boxes.WantedBox(item_id=item_id, category_id=w.category_id, box=Box(100, 100, 400, 300))
                for item_id in (*w.item_ids[:2], None)
            ],
        ),
        ADMINS,
    ),
    "move_task": (
        lambda w, s, a: move_in.move_task(
            s,
            actor=a,
            dataset_id=w.dataset_id,
            name="old",
            user_id=w.bob,
            people={},
            questions=[
                move_in.MovedQuestion(key="q", photo="mug/000.JPEG", category="mug", finished=False, rejected=False)
            ],
        ),
        ADMINS,
    ),
    "place_order": (lambda w, s, a: creating.place_order(s, actor=a, order=order_for(w)), ADMINS),
    "edit_task": (
        lambda w, s, a: editing.edit_task(
            s, actor=a, task_id=w.task_id, name="x", due_at=None, priority=1, is_pool=True
        ),
        ADMINS,
    ),
    "transfer": (lambda w, s, a: sharing.transfer(s, actor=a, **all_of(w), user_ids=[w.bob]), ADMINS),
    "withdraw_work": (lambda w, s, a: sharing.withdraw_work(s, actor=a, **all_of(w)), ADMINS),
    "add_model": (lambda w, s, a: models.add_model(s, actor=a, category_id=w.category_id, mesh=MESH), ADMINS),
    "replace_model_file": (
        lambda w, s, a: models.replace_model_file(s, actor=a, cad_id=w.cad_ids[1], mesh=MESH),
        ADMINS,
    ),
    "rename_model": (
        lambda w, s, a: models.rename_model(s, actor=a, cad_id=w.cad_ids[0], name="with a handle"),
        ADMINS,
    ),
    "withdraw_model": (lambda w, s, a: models.withdraw_model(s, actor=a, cad_id=w.cad_ids[0]), ADMINS),
    "create_tasks": (lambda w, s, a: tasks.create_tasks(s, actor=a, dataset="mugs", user_id=w.bob), ADMINS),
    "apply_op": (
        lambda w, s, a: apply_op(s, actor=a, assignment_id=w.assignments[0], op=make_op(author(a), changes=DISTANCE)),
        {"owner"},
    ),
    "clear_answer": (
        lambda w, s, a: clear_answer(
            s, actor=a, assignment_id=w.assignments[0], op=make_op(author(a), kind=OpKind.CLEAR)
        ),
        {"owner"},
    ),
    "save_annotation": (
        lambda w, s, a: save_annotation(
            s, actor=a, assignment_id=w.assignments[0], answer=answer(), base_version=0, save_id=new_id()
        ),
        {"owner"},
    ),
    "flag_assignment": (
        lambda w, s, a: flag_assignment(
            s, actor=a, assignment_id=w.assignments[0], kind=FlagKind.SKIP, reason="dark"
        ),
        TEAM | {"owner"},
    ),
    "unflag_assignment": (
        lambda w, s, a: unflag_assignment(s, actor=a, assignment_id=w.assignments[1]),
        TEAM | {"owner"},
    ),
}

READING = {
    "list_users": (lambda w, s, a: accounts.list_users(s, actor=a), ADMINS),
    "user_named": (lambda w, s, a: accounts.user_named(s, actor=a, name="ann"), ADMINS),
    "list_people": (lambda w, s, a: people_list.list_people(s, actor=a), ADMINS),
    "person": (lambda w, s, a: people_list.person(s, actor=a, user_id=w.ann), ADMINS),
    "check_lines": (lambda w, s, a: people_bulk.check_lines(s, actor=a, lines=[]), ADMINS),
    "audit_entries": (lambda w, s, a: audit_log.audit_entries(s, actor=a, which=AuditFilter()), ADMINS),
    "audit_words": (lambda w, s, a: audit_log.audit_words(s, actor=a), ADMINS),
    "database_facts": (lambda w, s, a: database_facts(s, actor=a), ADMINS),
    "dataset_named": (lambda w, s, a: library.dataset_named(s, actor=a, name="mugs"), ADMINS),
    "categories": (lambda w, s, a: library.categories(s, actor=a, dataset_id=w.dataset_id), ADMINS),
    "cad_models": (
        lambda w, s, a: library.cad_models(s, actor=a, dataset_id=w.dataset_id, category="mug"),
        ADMINS,
    ),
    "boxes_of": (lambda w, s, a: boxes.boxes_of(s, actor=a, image_id=w.image_ids[0]), ADMINS),
    "photos_for_boxes": (lambda w, s, a: boxes.photos_for_boxes(s, actor=a, dataset_id=w.dataset_id), ADMINS),
    "find_photos": (lambda w, s, a: taking_down.find_photos(s, actor=a, search="mug"), ADMINS),
    "check_may_back_up": (lambda w, s, a: backups.check_may_back_up(s, actor=a), ADMINS),
    "my_tasks": (lambda w, s, a: tasks.my_tasks(s, actor=a), {"owner", "other", "supervisor", "admin"}),
    "task_page": (lambda w, s, a: tasks.task_page(s, actor=a), TEAM),
    "task_lines": (lambda w, s, a: overview.task_lines(s, actor=a), TEAM),
    "task_line": (lambda w, s, a: overview.task_line(s, actor=a, task_id=w.task_id), TEAM),
    "shares_of_task": (lambda w, s, a: overview.shares_of_task(s, actor=a, task_id=w.task_id), TEAM),
    "place_lines": (lambda w, s, a: overview.place_lines(s, actor=a, task_id=w.task_id), TEAM),
    "place_ids": (lambda w, s, a: overview.place_ids(s, actor=a, task_id=w.task_id), ADMINS),
    "workers": (lambda w, s, a: overview.workers(s, actor=a), ADMINS),
    "preview_order": (lambda w, s, a: creating.preview_order(s, actor=a, order=order_for(w)), ADMINS),
    "preview_transfer": (
        lambda w, s, a: sharing.preview_transfer(s, actor=a, **all_of(w), user_ids=[w.bob]),
        ADMINS,
    ),
    "preview_withdrawal": (lambda w, s, a: sharing.preview_withdrawal(s, actor=a, **all_of(w)), ADMINS),
    "dataset_lines": (lambda w, s, a: models.dataset_lines(s, actor=a), ADMINS),
    "category_lines": (lambda w, s, a: models.category_lines(s, actor=a, dataset_id=w.dataset_id), ADMINS),
    "model_lines": (lambda w, s, a: models.model_lines(s, actor=a, category_id=w.category_id), ADMINS),
    "list_tasks": (lambda w, s, a: tasks.list_tasks(s, actor=a), TEAM),
    "open_assignment": (
        lambda w, s, a: open_assignment(s, actor=a, assignment_id=w.assignments[0]),
        TEAM | {"owner"},
    ),
    "may_see_image": (
        lambda w, s, a: viewing.may_see_image(s, actor=a, image_id=w.image_ids[0]),
        TEAM | {"owner"},
    ),
    "may_see_cad": (lambda w, s, a: viewing.may_see_cad(s, actor=a, cad_id=w.cad_ids[0]), TEAM | {"owner"}),
}


MYSELF = {"owner", "other", "supervisor", "admin"}
WRITING |= {
    "change_own_key": (
        lambda w, s, a: preferences.change_own_key(s, actor=a, name="mode", chosen=("l",)),
        MYSELF,
    ),
    "reset_own_keys": (lambda w, s, a: preferences.reset_own_keys(s, actor=a), MYSELF),
    "practice_seen": (lambda w, s, a: preferences.practice_seen(s, actor=a), MYSELF),
}
READING |= {"own_preferences": (lambda w, s, a: preferences.own_preferences(s, actor=a), MYSELF)}
