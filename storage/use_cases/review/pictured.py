"""What a small picture of an answer is made of: photo, model, pose; for whoever may see the history."""

from dataclasses import dataclass

from sqlmodel import Session, select

from domain.answer import Answer
from domain.box import Box
from domain.errors import NotFound
from domain.permissions import Action
from storage.acting import Acting
from storage.tables import Assignment, CadModel, Image, Item, Proposal, Revision
from storage.use_cases.annotate.answers import assignment_for, box_of, item_of, started


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictured:
    """`photo_sha256` names the file in `ImageStore`; `mesh_sha256` and `suffix` that in `CadFiles`, None where the
    model is not there or cannot be read."""

    photo_sha256: str
    width: int
    height: int
    box: Box
    answer: Answer | None
    mesh_sha256: str | None
    suffix: str | None


def pictured_revision(session: Session, *, actor: Acting, revision_id: int) -> Pictured:
    """Raises NotFound, NotAllowed."""
    revision = session.get(Revision, revision_id)
    _person, assignment = assignment_for(
        session, actor, revision.assignment_id if revision else 0, Action.SEE_HISTORY
    )
    if revision is None:
        raise NotFound(f"there is no revision {revision_id}")
    return pictured_answer(session, assignment, revision.answer())


def pictured_proposal(session: Session, *, actor: Acting, proposal_id: int) -> Pictured:
    """Raises NotFound, NotAllowed."""
    proposal = session.get(Proposal, proposal_id)
    _person, assignment = assignment_for(
        session, actor, proposal.assignment_id if proposal else 0, Action.SEE_HISTORY
    )
    if proposal is None:
        raise NotFound(f"there is no proposal {proposal_id}")
    return pictured_answer(session, assignment, proposal.answer())


def pictured_prediction(session: Session, *, actor: Acting, assignment_id: int) -> Pictured:
    """Of the prediction that annotators are shown. Raises NotFound, NotAllowed."""
    _person, assignment = assignment_for(session, actor, assignment_id, Action.SEE_HISTORY)
    prediction = started(session, item_of(session, assignment)).prediction
    if prediction is None:
        raise NotFound("the item has no prediction")
    return pictured_answer(session, assignment, prediction.answer)


def pictured_answer(session: Session, assignment: Assignment, answer: Answer | None) -> Pictured:
    return pictured_item(session, item_of(session, assignment), answer)


def pictured_item(session: Session, item: Item, answer: Answer | None) -> Pictured:
    """An answer to an item. Checks no right: for use cases that have."""
    image = session.get(Image, item.image_id)
    assert image is not None
    cad = None
    if answer is not None:
        cad = session.exec(
            select(CadModel).where(CadModel.category_id == item.category_id, CadModel.cad_index == answer.cad_index)
        ).first()
    readable = cad is not None and cad.readable
    return Pictured(
        photo_sha256=image.sha256,
        width=image.width,
        height=image.height,
        box=box_of(item),
        answer=answer,
        mesh_sha256=cad.sha256 if cad and readable else None,
        suffix=cad.suffix if cad and readable else None,
    )
