"""Imported labels as revisions: "import" is the first author of an assignment whose item came with an answer."""

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.answer import Answer
from storage.record import moment
from storage.tables import Annotation, Assignment, ImportedLabel, Revision
from storage.tables.annotation import RevisionKind
from storage.tables.answer_columns import answer_values


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
    """Revision 1 by "import" for a new task's assignments, where their items came with an answer."""
    labelled = session.exec(
        select(Assignment, ImportedLabel)
        .join(ImportedLabel, col(ImportedLabel.item_id) == Assignment.item_id)
        .where(Assignment.task_id == task_id)
    ).all()
    for assignment, label in labelled:
        add_imported_revision(session, assignment, label.answer())


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
