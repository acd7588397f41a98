"""The rows of `test_rights` for the newer rooms, and a world in which there is something of each to ask for."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from domain.answer import Answer, Density, FieldGroup, ObjectStatus
from domain.box import Box
from domain.permissions import CONSOLE, Action, Role
from domain.proposal import Part
from domain.task_state import TaskKind
from storage.formats.imagenet3d.layout import PhotoFiles
from storage.formats.imagenet3d.objects import LabelsAs, PhotoRecords
from storage.formats.photo_list import ListedObject
from storage.images import StoredImage
from storage.use_cases import (
    accounts,
    agreement,
    audit_log,
    backups,
    board,
    collaborators,
    effort,
    entry,
    flagged,
    import_photo,
    items,
    jobs,
    likeness,
    models,
    own_photos,
    password_links,
    release,
    restoring,
    review,
    scoring,
    sessions,
    statistics,
    watching,
)
from storage.use_cases.annotate import FlagKind, flag_assignment, open_assignment
from storage.use_cases.annotate.answers import assignment_for
from storage.use_cases.work import creating, pool, selection, sharing
from tests.storage.world import PREDICTED, UNUSABLE, World, new_id

ADMINS = {"admin", "console"}
TEAM = {"supervisor", "admin", "console"}
PEOPLE = {"owner", "other", "supervisor", "admin"}
AT = datetime(2026, 1, 2, tzinfo=UTC)
STORED = StoredImage(sha256="e" * 64, width=10, height=10, media_type="image/png", size=100)
LINE = ListedObject(line=2, image="a.jpg", category="mug", box=Box(0, 0, 5, 5), viewport=None)
FILES = PhotoFiles(category="mug", stem="new", photo=Path("new.JPEG"))
PHOTO = PhotoRecords(photo=FILES, labels=None, guesses=None, predicted=None)


@dataclass
class Rooms(World):
    """`world.assignments` are the first four, of which none is saved; beyond them lies what the rooms speak of."""

    saved: int = 0
    accepted: int = 0
    proposed: int = 0
    pool_task: int = 0
    eve: int = 0
    """Helps with `saved`, as a collaborator."""
    revision_id: int = 0
    proposal_id: int = 0
    remark_id: int = 0
    job_id: int = 0
    session_id: int = 0
    gone: int = 0

    def furnish(self) -> "Rooms":
        self.images = 4
        self.build()
        self.saved, self.accepted, self.proposed, self.gone = self.assignments[4:]
        self.assignments = self.assignments[:4]
        self.edit(self.gone, FieldGroup.DISTANCE, distance=7.0)
        with self.database.transaction() as session:
            self.dan = accounts.add_user(session, actor=CONSOLE, name="dan", role=Role.ADMIN, password=UNUSABLE).id
            accounts.deactivate_user(session, actor=CONSOLE, user_id=self.dan)
            flag_assignment(session, actor=self.ann, assignment_id=self.assignments[1], kind=FlagKind.HELP, reason="")
            items.add_prediction(
                session,
                actor=CONSOLE,
                item_id=self.item_ids[0],
                model_version="m",
                answer=replace(PREDICTED, cad_index=1),
                score=0.5,
            )
            self.session_id = self._session_of_ann(session)
            self.job_id = jobs.start_job(session, actor=CONSOLE, kind="export_dataset")
            models.withdraw_model(session, actor=CONSOLE, cad_id=self.cad_ids[2])
            sharing.withdraw_work(session, actor=CONSOLE, task_id=self.task_id, assignment_ids=[self.gone])
            # An item that nobody knows yet, to draw.
            image = items.add_image(session, actor=CONSOLE, dataset_id=self.dataset_id, name="pool", stored=STORED).id
            self.add_item(session, image, 0)
            (self.pool_task,) = creating.place_order(
                session, actor=CONSOLE, order=creating.WorkOrder(
                    selection=selection.Selection(dataset_id=self.dataset_id), handing=creating.Handing.POOL,
                    name="pool",
                )
            )  # fmt: skip
        for assignment_id in (self.saved, self.accepted):
            self.save(assignment_id)
        with self.database.transaction() as session:
            review.accept(session, actor=self.sue, assignment_id=self.accepted, revision=1)
            self.revision_id = review.history_of(session, actor=CONSOLE, assignment_id=self.saved).story[0].id
            self.remark_id = review.add_remark(
                session, actor=self.ann, assignment_id=self.saved, pin=None, text="why?", entry_id=new_id()
            )
            self.proposal_id = review.propose(
                session, actor=self.sue, assignment_id=self.proposed, answer=offered(session, self.proposed, 2.0),
                version=0, proposal_id=new_id(),
            )  # fmt: skip
            self.eve = accounts.add_user(
                session, actor=CONSOLE, name="eve", role=Role.ANNOTATOR, password=UNUSABLE
            ).id
            collaborators.add_collaborator(session, actor=CONSOLE, assignment_id=self.saved, user_id=self.eve)
        return self

    def _session_of_ann(self, session) -> int:
        sessions.open_session(session, user_id=self.ann, address="", agent="")
        return sessions.list_sessions(session, actor=self.ann, user_id=self.ann)[0].id


def offered(session, assignment_id: int, azimuth: float) -> Answer:
    """What is there, turned: it differs, and has the same viewport."""
    present = open_assignment(session, actor=CONSOLE, assignment_id=assignment_id).answer
    return replace(present, pose=replace(present.pose, azimuth=azimuth))


def fixed(session, assignment_id: int) -> Answer:
    return replace(offered(session, assignment_id, 2.0), object_status=ObjectStatus.GOOD, dense=Density.NO)


def taken(world: Rooms, session, actor, parts=(Part.ROTATION,)):
    return review.take_proposal(
        session, actor=actor, assignment_id=world.proposed, proposal_id=world.proposal_id, parts=parts,
        op_id=new_id(), base_version=0, at=AT,
    )  # fmt: skip


WRITING = {
    "note_export of the audit log": (
        lambda w, s, a: audit_log.note_export(s, actor=a, which=audit_log.AuditFilter(), format="csv"), ADMINS
    ),
    "note_backup": (
        lambda w, s, a: backups.note_backup(
            s, actor=a, archive="b.zip", size=1, photos=1, secret=False, missing=0
        ), ADMINS
    ),
    "note_backup_fetched": (lambda w, s, a: backups.note_backup_fetched(s, actor=a, archive="b.zip"), ADMINS),
    "note_backup_taken_in": (
        lambda w, s, a: backups.note_backup_taken_in(s, actor=a, archive="b.zip", size=1, called="c.zip"), ADMINS
    ),
    "order_restoring": (
        lambda w, s, a: restoring.order_restoring(s, actor=a, archive="b.zip", typed="b.zip"), ADMINS
    ),
    "note_backup_deleted": (lambda w, s, a: backups.note_backup_deleted(s, actor=a, archive="b.zip"), ADMINS),
    "add_collaborator": (
        lambda w, s, a: collaborators.add_collaborator(s, actor=a, assignment_id=w.saved, user_id=w.bob), TEAM
    ),
    "remove_collaborator": (
        lambda w, s, a: collaborators.remove_collaborator(s, actor=a, assignment_id=w.saved, user_id=w.eve), TEAM
    ),
    "recount": (lambda w, s, a: effort.recount(s, actor=a), ADMINS),
    "add_photo": (
        lambda w, s, a: import_photo.add_photo(
            s, actor=a, dataset_id=w.dataset_id, category_id=w.category_id, records=PHOTO, stored=STORED,
            labels_as=LabelsAs.IGNORE, source_path="new",
        ), ADMINS
    ),
    "add_own_photo": (
        lambda w, s, a: own_photos.add_own_photo(
            s, actor=a, dataset_id=w.dataset_id, category_ids={"mug": w.category_id}, name="own", stored=STORED,
            objects=[LINE], source="list",
        ), ADMINS
    ),
    "start_job": (lambda w, s, a: jobs.start_job(s, actor=a, kind="back_up"), ADMINS),
    "cancel_job": (lambda w, s, a: jobs.cancel_job(s, actor=a, job_id=w.job_id), ADMINS),
    "set_model_symmetry": (
        lambda w, s, a: likeness.set_model_symmetry(
            s, actor=a, cad_model_id=w.cad_ids[0], values={"kind": "cyclic", "axis": "z", "order": 2}
        ), ADMINS
    ),
    "offer_model_again": (lambda w, s, a: models.offer_model_again(s, actor=a, cad_id=w.cad_ids[2]), ADMINS),
    "make_password_link": (lambda w, s, a: password_links.make_password_link(s, actor=a, user_id=w.bob), ADMINS),
    "note_export of a data set": (
        lambda w, s, a: release.note_export(s, actor=a, dataset="mugs", release="r", objects=1), ADMINS
    ),
    "accept": (lambda w, s, a: review.accept(s, actor=a, assignment_id=w.saved, revision=1), TEAM),
    "accept_many": (
        lambda w, s, a: review.accept_many(s, actor=a, judged=[review.Judged(assignment_id=w.saved, revision=1)]),
        TEAM
    ),
    "send_back": (
        lambda w, s, a: review.send_back(s, actor=a, assignment_id=w.saved, revision=1, reason="turned"), TEAM
    ),
    "reopen": (lambda w, s, a: review.reopen(s, actor=a, assignment_id=w.accepted), TEAM),
    "fix_and_accept": (
        lambda w, s, a: review.fix_and_accept(
            s, actor=a, assignment_id=w.saved, revision=1, answer=fixed(s, w.saved), save_id=new_id()
        ), {"supervisor", "admin"}
    ),
    "read_decision": (lambda w, s, a: review.read_decision(s, actor=a, assignment_id=w.saved), {"owner", "console"}),
    "restore_revision": (
        lambda w, s, a: review.restore_revision(s, actor=a, assignment_id=w.saved, number=1, base_version=1),
        {"owner", "supervisor", "admin"}
    ),
    "propose": (
        lambda w, s, a: review.propose(
            s, actor=a, assignment_id=w.proposed, answer=offered(s, w.proposed, 2.5), version=0, proposal_id=new_id()
        ), {"supervisor", "admin"}
    ),
    "take_proposal": (taken, {"owner"}),
    "decline_proposal": (
        lambda w, s, a: review.decline_proposal(s, actor=a, assignment_id=w.proposed, proposal_id=w.proposal_id),
        {"owner", "console"}
    ),
    "withdraw_proposal": (
        lambda w, s, a: review.withdraw_proposal(s, actor=a, assignment_id=w.proposed, proposal_id=w.proposal_id),
        {"supervisor"}
    ),
    "set_ready_remarks": (
        lambda w, s, a: review.set_ready_remarks(s, actor=a, category_id=w.category_id, texts=["no"]), TEAM
    ),
    "add_remark": (
        lambda w, s, a: review.add_remark(
            s, actor=a, assignment_id=w.saved, pin=None, text="so", entry_id=new_id()
        ), {"owner", "supervisor", "admin"}
    ),
    "reply_to_remark": (
        lambda w, s, a: review.reply_to_remark(s, actor=a, remark_id=w.remark_id, text="so", entry_id=new_id()),
        {"owner", "supervisor", "admin"}
    ),
    "resolve_remark": (
        lambda w, s, a: review.resolve_remark(s, actor=a, remark_id=w.remark_id, resolved=True),
        {"owner", "supervisor", "admin"}
    ),
    "read_remarks": (
        lambda w, s, a: review.read_remarks(s, actor=a, assignment_id=w.saved, remark_ids=[w.remark_id]),
        {"owner", "supervisor", "admin"}
    ),
    "end_one": (lambda w, s, a: sessions.end_one(s, actor=a, session_id=w.session_id), ADMINS | {"owner"}),
    "draw_next": (lambda w, s, a: pool.draw_next(s, actor=a, task_id=w.pool_task), PEOPLE),
    "give_back": (
        lambda w, s, a: sharing.give_back(s, actor=a, task_id=w.task_id, assignment_ids=[w.gone]), ADMINS
    ),
}  # fmt: skip

READING = {
    "last_restoring": (lambda w, s, a: restoring.last_restoring(s, actor=a, since=AT), ADMINS),
    "agreement_report": (lambda w, s, a: agreement.agreement_report(s, actor=a, dataset="mugs"), TEAM),
    "assignment_for": (
        lambda w, s, a: assignment_for(s, a, w.saved, Action.SEE_ASSIGNMENT), TEAM | {"owner"}
    ),
    "scored_datasets": (lambda w, s, a: scoring.scored_datasets(s, actor=a), TEAM),
    "may_see_board": (lambda w, s, a: board.may_see_board(s, actor=a), TEAM),
    "board_facts": (lambda w, s, a: board.board_facts(s, actor=a, since=AT), TEAM),
    "board_changes": (lambda w, s, a: board.board_changes(s, actor=a, assignment_ids=[w.saved]), TEAM),
    "crew_of": (lambda w, s, a: collaborators.crew_of(s, actor=a, assignment_id=w.saved), TEAM),
    "entry_of_task": (lambda w, s, a: entry.entry_of_task(s, actor=a, task_id=w.task_id), TEAM | {"owner"}),
    "flagged_items": (lambda w, s, a: flagged.flagged_items(s, actor=a), TEAM),
    "may_start": (lambda w, s, a: jobs.may_start(s, actor=a, kind="lighten"), ADMINS),
    "dataset_names": (lambda w, s, a: jobs.dataset_names(s, actor=a), ADMINS),
    "list_jobs": (lambda w, s, a: jobs.list_jobs(s, actor=a), ADMINS),
    "one_job": (lambda w, s, a: jobs.one_job(s, actor=a, job_id=w.job_id), ADMINS),
    "dataset_for_export": (lambda w, s, a: release.dataset_for_export(s, actor=a), ADMINS),
    "count_photos": (lambda w, s, a: release.count_photos(s, actor=a, dataset="mugs"), ADMINS),
    "count_taken_down": (lambda w, s, a: release.count_taken_down(s, actor=a, dataset="mugs"), ADMINS),
    "release_meshes": (lambda w, s, a: release.release_meshes(s, actor=a, dataset="mugs"), ADMINS),
    "release_photos": (lambda w, s, a: list(release.release_photos(s, actor=a, dataset="mugs")), ADMINS),
    "history_of": (lambda w, s, a: review.history_of(s, actor=a, assignment_id=w.saved), TEAM | {"owner"}),
    "pictured_revision": (
        lambda w, s, a: review.pictured_revision(s, actor=a, revision_id=w.revision_id), TEAM | {"owner"}
    ),
    "pictured_proposal": (
        lambda w, s, a: review.pictured_proposal(s, actor=a, proposal_id=w.proposal_id), TEAM | {"owner"}
    ),
    "pictured_prediction": (
        lambda w, s, a: review.pictured_prediction(s, actor=a, assignment_id=w.assignments[0]), TEAM | {"owner"}
    ),
    "review_queue": (lambda w, s, a: review.review_queue(s, actor=a, chosen=review.QueueFilter()), TEAM),
    "queue_choices": (lambda w, s, a: review.queue_choices(s, actor=a), TEAM),
    "remark_categories": (lambda w, s, a: review.remark_categories(s, actor=a), TEAM),
    "ready_remarks": (lambda w, s, a: review.ready_remarks(s, actor=a, category_id=w.category_id), TEAM),
    "unread_remarks": (
        lambda w, s, a: review.unread_remarks(s, actor=a),
        {"owner", "other", "supervisor", "admin"},
    ),
    "talk_of": (lambda w, s, a: review.talk_of(s, actor=a, assignment_id=w.saved), TEAM | {"owner"}),
    "model_versions": (lambda w, s, a: scoring.model_versions(s, actor=a, dataset="mugs"), TEAM),
    "scores": (lambda w, s, a: scoring.scores(s, actor=a, dataset="mugs"), TEAM),
    "score": (lambda w, s, a: scoring.score(s, actor=a, dataset="mugs", model_version="m"), TEAM),
    "list_sessions": (lambda w, s, a: sessions.list_sessions(s, actor=a, user_id=w.ann), ADMINS | {"owner"}),
    "statistics of somebody": (
        lambda w, s, a: statistics.statistics(s, actor=a, by=statistics.By.DAY, user_id=w.ann), TEAM | {"owner"}
    ),
    "watch_assignment": (
        lambda w, s, a: watching.watch_assignment(s, actor=a, assignment_id=w.saved), TEAM
    ),
    "renew_reservation": (
        lambda w, s, a: pool.renew_reservation(s, actor=a, assignment_id=w.assignments[0]), PEOPLE
    ),
    "free_items": (lambda w, s, a: pool.free_items(s, actor=a), PEOPLE | {"console"}),
    "dataset_to_share": (lambda w, s, a: selection.dataset_to_share(s, actor=a), ADMINS),
    "count_by_category": (
        lambda w, s, a: selection.count_by_category(
            s, actor=a, selection=selection.Selection(dataset_id=w.dataset_id), kind=TaskKind.ANNOTATE
        ), ADMINS
    ),
}  # fmt: skip
