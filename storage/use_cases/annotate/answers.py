"""What an assignment's answer is at this moment: where it starts, what is saved, what is worked on."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlmodel import Session, col, select

from domain.answer import Answer
from domain.box import Box
from domain.errors import InvalidInput, NotFound
from domain.permissions import Action, Actor
from domain.start import Prediction as StartPrediction
from domain.start import StartSource, best_prediction, starting_answer
from domain.task_state import AssignmentState
from storage.acting import Acting, acting_with
from storage.ownership import owners_of
from storage.tables import (
    Annotation,
    Assignment,
    CadModel,
    Draft,
    ImportedLabel,
    Item,
    Prediction,
    Revision,
    User,
)
from storage.tables.annotation import RevisionKind
from storage.use_cases.qualify.gate import check_may_work


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAnswer:
    """What a person saved last; labels that were imported are no saved answers."""

    revision: int
    answer: Answer
    author_id: int
    author: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """Where an item's answer starts for everybody, and what that was chosen from."""

    answer: Answer
    source: StartSource
    imported: Answer | None
    prediction: StartPrediction | None


def assignment_for(
    session: Session, actor: Acting, assignment_id: int, action: Action, *, lock: bool = False
) -> tuple[Actor, Assignment]:
    """The assignment and the person, who may do this to it. `lock` keeps other writers out until the commit (on
    SQLite the transaction has). Raises NotFound, NotAllowed; where it is to be worked on NotQualified, WorkPaused."""
    statement = select(Assignment).where(Assignment.id == assignment_id)
    assignment = session.exec(statement.with_for_update() if lock else statement).first()
    # Rights come before existence: who has none learns nothing about which ids there are.
    owner_ids = owners_of(session, assignment) if assignment else ()
    person = acting_with(session, actor, action, owner_ids=owner_ids)
    if assignment is None:
        raise NotFound(f"there is no assignment {assignment_id}")
    if action is Action.ANNOTATE:
        check_may_work(session, person.user_id, assignment.task_id)
    return person, assignment


def item_of(session: Session, assignment: Assignment) -> Item:
    item = session.get(Item, assignment.item_id)
    assert item is not None
    return item


def draft_of(session: Session, assignment: Assignment) -> Draft | None:
    """What is not saved yet. Of accepted work it is set aside, and comes back when that is opened again."""
    if assignment.state is AssignmentState.ACCEPTED:
        return None
    return session.exec(select(Draft).where(Draft.assignment_id == assignment.id)).first()


def current_revision(session: Session, assignment: Assignment) -> Revision | None:
    """The revision that is the assignment's answer; None where there is none, or it was cleared."""
    return session.exec(
        select(Revision)
        .join(Annotation, col(Annotation.revision_id) == Revision.id)
        .where(Annotation.assignment_id == assignment.id)
    ).first()


def saved_revision(session: Session, assignment: Assignment) -> Revision | None:
    """`current_revision` where a person made it."""
    revision = current_revision(session, assignment)
    return None if revision is None or revision.kind is RevisionKind.IMPORTED else revision


def saved_answer(session: Session, assignment: Assignment) -> SavedAnswer | None:
    revision = saved_revision(session, assignment)
    answer = revision.answer() if revision else None
    if revision is None or answer is None or revision.author_id is None:
        return None
    author = session.get(User, revision.author_id)
    return SavedAnswer(
        revision=revision.number,
        answer=answer,
        author_id=revision.author_id,
        author=author.name if author else "",
        at=revision.at,
    )


def started(session: Session, item: Item) -> Started:
    """The starting answer of an item that nobody has touched: imported label, prediction or default."""
    label = session.exec(select(ImportedLabel).where(ImportedLabel.item_id == item.id)).first()
    imported = label.answer() if label else None
    prediction = best_prediction(
        StartPrediction(
            answer=row.answer(), model_version=row.model_version, score=row.score, created_at=row.created_at
        )
        for row in session.exec(select(Prediction).where(Prediction.item_id == item.id))
    )
    first_model, diagonal = _first_model(session, item.category_id)
    answer, source = starting_answer(
        draft=None,
        revision=None,
        imported=imported,
        prediction=prediction,
        box=box_of(item),
        model_diagonal=diagonal,
        viewport=item.viewport,
        first_model=first_model,
    )
    return Started(answer=answer, source=source, imported=imported, prediction=prediction)


def working_answer(session: Session, assignment: Assignment) -> Answer:
    """The answer after the last op or save: what the next op changes."""
    draft = draft_of(session, assignment)
    if draft is not None:
        return Answer.from_json(draft.committed)
    revision = saved_revision(session, assignment)
    answer = revision.answer() if revision else None
    return answer or started(session, item_of(session, assignment)).answer


def box_of(item: Item) -> Box:
    return Box(item.x1, item.y1, item.x2, item.y2)


def check_cad_index(session: Session, assignment: Assignment, answer: Answer, *, newly: bool = False) -> None:
    """Raises InvalidInput for a CAD model that the item's category does not have, or which is withdrawn and `newly`
    chosen: an answer that names one already keeps it."""
    item = item_of(session, assignment)
    found = session.exec(
        select(CadModel).where(CadModel.category_id == item.category_id, CadModel.cad_index == answer.cad_index)
    ).first()
    if found is None:
        raise InvalidInput(f"the category has no CAD model {answer.cad_index}")
    if newly and found.withdrawn_at is not None:
        raise InvalidInput(f"the CAD model {answer.cad_index} is offered no more")


def _first_model(session: Session, category_id: int) -> tuple[int, float | None]:
    """The number of the model that the default answer takes, and its diagonal; None where it cannot be read."""
    model = session.exec(
        select(CadModel)
        .where(CadModel.category_id == category_id, col(CadModel.withdrawn_at).is_(None))
        .order_by(col(CadModel.cad_index))
        .limit(1)
    ).first()
    if model is None:
        return 1, None
    if model.lower is None or model.upper is None:
        return model.cad_index, None
    return model.cad_index, float(np.linalg.norm(np.subtract(model.upper, model.lower))) or None
