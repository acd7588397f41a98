"""Writing revisions: numbered per assignment, never changed; the annotation points to the one that stands."""

from sqlalchemy import func
from sqlmodel import Session, select

from domain.answer import Answer
from domain.permissions import Actor
from storage.record import moment, publish
from storage.tables import Annotation, Assignment, Revision
from storage.tables.annotation import RevisionKind
from storage.tables.answer_columns import answer_values
from storage.use_cases.effort import count_save


def add_revision(
    session: Session,
    assignment: Assignment,
    kind: RevisionKind,
    *,
    answer: Answer | None,
    author: Actor,
    base_version: int,
    save_id: str | None = None,
) -> Revision:
    """The next revision, for the version that the assignment is at now."""
    assert assignment.id is not None
    last = session.exec(select(func.max(Revision.number)).where(Revision.assignment_id == assignment.id)).one()
    revision = Revision(
        assignment_id=assignment.id,
        number=(last or 0) + 1,
        kind=kind,
        author_id=author.user_id,
        version=assignment.version,
        base_version=base_version,
        save_id=save_id,
        at=moment(session),
        **(answer_values(answer) if answer else {}),
    )
    session.add(revision)
    session.flush()
    count_save(session, revision)
    return revision


def set_answer(session: Session, assignment: Assignment, revision: Revision | None) -> None:
    """Makes a revision the answer that stands, or none."""
    assert assignment.id is not None
    annotation = session.exec(select(Annotation).where(Annotation.assignment_id == assignment.id)).first()
    if annotation is None:
        annotation = Annotation(assignment_id=assignment.id)
        session.add(annotation)
    annotation.revision_id = revision.id if revision else None
    session.flush()


def publish_saved(session: Session, person: Actor, assignment: Assignment, revision: Revision) -> None:
    """Tells those who have the assignment open that this is its answer now."""
    assert assignment.id is not None
    publish(
        session,
        "assignment.saved",
        "assignment",
        assignment.id,
        version=assignment.version,
        revision=revision.number,
        author_id=person.user_id,
        state=assignment.state.value,
    )
