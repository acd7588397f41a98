"""A small data set and its people, built by the use cases themselves."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from domain.answer import Answer, Density, FieldGroup, ObjectStatus, values_of
from domain.answer import apply as applied_to
from domain.box import Box
from domain.ops import Change, Op, OpKind
from domain.permissions import CONSOLE, Role
from domain.pose import Pose
from storage.database import Database
from storage.images import StoredImage
from storage.passwords import HashedPassword
from storage.tables import Assignment
from storage.use_cases import accounts, items, library, tasks
from storage.use_cases.annotate import Applied, Saved, apply_op, clear_answer, open_assignment, save_annotation

UNUSABLE = HashedPassword("no password has this hash")
PREDICTED = Answer(pose=Pose(azimuth=1.0, elevation=0.25, theta=-0.1, distance=6.0, px=210.0, py=160.0), cad_index=2)


def new_id() -> str:
    return str(uuid.uuid4())


def answer(azimuth: float = 0.5, *, status: ObjectStatus | None = ObjectStatus.GOOD, **pose: float) -> Answer:
    """A whole answer; the angles are those of new ones, in [0, 2π)."""
    values = {"elevation": 0.25, "theta": 0.125, "distance": 5.0, "px": 200.0, "py": 150.0, **pose}
    return Answer(
        pose=Pose(azimuth=azimuth, **values), cad_index=1, object_status=status, dense=Density.NO if status else None
    )


@dataclass
class World:
    """`images` photos, each with two mugs; `ann` has a task of all of them, `bob` none."""

    database: Database
    images: int = 2
    ann: int = 0
    bob: int = 0
    sue: int = 0
    ada: int = 0
    dataset_id: int = 0
    category_id: int = 0
    cad_ids: list[int] = field(default_factory=list)
    image_ids: list[int] = field(default_factory=list)
    item_ids: list[int] = field(default_factory=list)
    task_id: int = 0
    assignments: list[int] = field(default_factory=list)
    dan: int = 0
    """A deactivated admin, where a test makes one."""

    def build(self) -> "World":
        with self.database.transaction() as session:

            def user(name: str, role: Role) -> int:
                return accounts.add_user(session, actor=CONSOLE, name=name, role=role, password=UNUSABLE).id

            self.ann, self.bob = user("ann", Role.ANNOTATOR), user("bob", Role.ANNOTATOR)
            self.sue, self.ada = user("sue", Role.SUPERVISOR), user("ada", Role.ADMIN)
            self.dataset_id = library.add_dataset(session, actor=CONSOLE, name="mugs").id
            self.category_id = library.set_category(session, actor=CONSOLE, dataset_id=self.dataset_id, name="mug").id
            for cad_index in (1, 2, 3):
                self.cad_ids.append(
                    library.add_cad_model(
                        session,
                        actor=CONSOLE,
                        category_id=self.category_id,
                        cad_index=cad_index,
                        sha256=f"{cad_index:064x}",
                        suffix=".off",
                        lower=(-0.3, -0.4, -0.5),
                        upper=(0.3, 0.4, 0.5),
                        faces=12,
                    ).id
                )
            for number in range(self.images):
                stored = StoredImage(
                    sha256=f"{number:064x}", width=640, height=480, media_type="image/jpeg", size=1000
                )
                image_id = items.add_image(
                    session, actor=CONSOLE, dataset_id=self.dataset_id, name=f"mug/{number:03}.JPEG", stored=stored
                ).id
                self.image_ids.append(image_id)
                self.item_ids += [self.add_item(session, image_id, index) for index in (0, 1)]
            self.task_id = tasks.create_tasks(session, actor=CONSOLE, dataset="mugs", user_id=self.ann)[0].id
        self.assignments = self.assignments_of(self.ann)
        return self

    def add_item(self, session, image_id: int, object_index: int) -> int:
        return items.add_item(
            session,
            actor=CONSOLE,
            image_id=image_id,
            category_id=self.category_id,
            object_index=object_index,
            box=Box(100, 100, 400, 300),
        ).id

    def assignments_of(self, user_id: int) -> list[int]:
        from sqlmodel import col, select

        with self.database.reading() as session:
            statement = select(Assignment.id).where(Assignment.user_id == user_id)
            return list(session.exec(statement.order_by(col(Assignment.task_id), col(Assignment.position))))

    def give(self, user_id: int, **options) -> list[int]:
        with self.database.transaction() as session:
            tasks.create_tasks(session, actor=CONSOLE, dataset="mugs", user_id=user_id, **options)
        return self.assignments_of(user_id)

    def open(self, assignment_id: int, actor: int | None = None):
        with self.database.reading() as session:
            return open_assignment(session, actor=actor or self.ann, assignment_id=assignment_id)

    def apply(self, assignment_id: int, op: Op) -> Applied:
        with self.database.transaction() as session:
            return apply_op(session, actor=op.author_id, assignment_id=assignment_id, op=op)

    def edit(self, assignment_id: int, group: FieldGroup = FieldGroup.ROTATION, actor: int | None = None, **values):
        """An op that changes some values of a group of what is there now."""
        actor = actor or self.ann
        opened = self.open(assignment_id, actor)
        before = values_of(opened.answer, group)
        return self.apply(
            assignment_id,
            make_op(actor, opened.version, changes={group: Change(before=before, after={**before, **values})}),
        )

    def undo(self, assignment_id: int, actor: int | None = None) -> Applied:
        """As the browser does it: what the op on top of the stack says, reversed."""
        return self._back(assignment_id, actor or self.ann, OpKind.UNDO)

    def redo(self, assignment_id: int, actor: int | None = None) -> Applied:
        return self._back(assignment_id, actor or self.ann, OpKind.REDO)

    def _back(self, assignment_id: int, actor: int, kind: OpKind) -> Applied:
        opened = self.open(assignment_id, actor)
        top = (opened.undo if kind is OpKind.UNDO else opened.redo)[-1]
        changes = {group: Change(before=change.after, after=change.before) for group, change in top.changes.items()}
        return self.apply(assignment_id, make_op(actor, opened.version, kind=kind, changes=changes, undoes=top.op_id))

    def clear(self, assignment_id: int, actor: int | None = None, op: Op | None = None) -> Applied:
        actor = actor or self.ann
        op = op or make_op(actor, self.open(assignment_id, actor).version, kind=OpKind.CLEAR)
        with self.database.transaction() as session:
            return clear_answer(session, actor=actor, assignment_id=assignment_id, op=op)

    def save(
        self,
        assignment_id: int,
        given: Answer | None = None,
        *,
        actor: int | None = None,
        base_version: int | None = None,
        save_id: str | None = None,
    ) -> Saved:
        actor = actor or self.ann
        if base_version is None:
            base_version = self.open(assignment_id, actor).version
        with self.database.transaction() as session:
            return save_annotation(
                session,
                actor=actor,
                assignment_id=assignment_id,
                answer=given or answer(),
                base_version=base_version,
                save_id=save_id or new_id(),
            )

    def answered(self, assignment_id: int, status: ObjectStatus = ObjectStatus.GOOD) -> Answer:
        """What is seen of an assignment, with both questions answered."""
        return applied_to(
            self.open(assignment_id).answer,
            {FieldGroup.QUALITY: {"object_status": status.value}, FieldGroup.DENSITY: {"dense": "dense_no"}},
        )


def make_op(author_id: int, base_version: int = 0, *, kind: OpKind = OpKind.EDIT, changes=None, **given) -> Op:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    values = {"op_id": new_id(), "undoes": None, "started_at": at, "ended_at": at, **given}
    return Op(author_id=author_id, base_version=base_version, kind=kind, changes=changes or {}, **values)
