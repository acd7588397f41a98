"""Imported labels as revisions: "import" is the first author of an assignment whose item came with an answer."""

import sqlalchemy as sa
from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.answer import Answer
from storage.record import moment
from storage.tables import Annotation, Assignment, ImportedLabel, Revision
from storage.tables.annotation import RevisionKind
from storage.tables.answer_columns import POSE_COLUMNS, answer_values
from storage.types import UtcDateTime


def bring_label_to_assignments(session: Session, item_id: int, answer: Answer) -> None:
    """A label that is new or has changed becomes the next revision where no person has saved or cleared anything."""
    by_people = (
        select(Revision.id)
        .where(Revision.assignment_id == Assignment.id, Revision.kind != RevisionKind.IMPORTED)
        .exists()
    )
    for assignment in session.exec(select(Assignment).where(Assignment.item_id == item_id, ~by_people)).all():
        add_imported_revision(session, assignment, answer)


def add_imported_revisions(session: Session, task_id: int) -> None:
    """Revision 1 by "import" for a new task's assignments, where their items came with an answer.

    Two statements however many there are: a task of many thousand labelled items is made while nobody else can write.
    """
    columns = [*POSE_COLUMNS, "cad_index", "object_status", "dense"]
    label = ImportedLabel.__table__  # type: ignore[attr-defined]
    session.execute(
        sa.insert(Revision).from_select(
            ["assignment_id", "number", "kind", "version", "base_version", "at", *columns],
            sa.select(
                col(Assignment.id),
                sa.literal(1),
                sa.literal(RevisionKind.IMPORTED.value),
                col(Assignment.version),
                col(Assignment.version),
                sa.literal(moment(session), UtcDateTime),
                *(label.c[name] for name in columns),
            )
            .join(ImportedLabel, col(ImportedLabel.item_id) == Assignment.item_id)
            .where(col(Assignment.task_id) == task_id),
        )
    )
    session.execute(
        sa.insert(Annotation).from_select(
            ["assignment_id", "revision_id"],
            sa.select(col(Revision.assignment_id), col(Revision.id))
            .join(Assignment, col(Assignment.id) == Revision.assignment_id)
            .where(col(Assignment.task_id) == task_id),
        )
    )


def add_imported_revision(session: Session, assignment: Assignment, answer: Answer) -> None:
    assert assignment.id is not None
    last = session.exec(select(func.max(Revision.number)).where(Revision.assignment_id == assignment.id)).one()
    revision = Revision(
        assignment_id=assignment.id,
        number=(last or 0) + 1,
        kind=RevisionKind.IMPORTED,
        version=assignment.version,
        base_version=assignment.version,
        at=moment(session),
        **answer_values(answer),
    )
    session.add(revision)
    session.flush()
    annotation = session.exec(select(Annotation).where(Annotation.assignment_id == assignment.id)).first()
    if annotation is None:
        annotation = Annotation(assignment_id=assignment.id)
        session.add(annotation)
    annotation.revision_id = revision.id
