"""What small pictures are made of that show no one person's answer: the mean, and the answer that stands."""

import sqlalchemy as sa
from sqlmodel import Session, select

from domain.errors import NotFound
from domain.permissions import Action
from storage.acting import Acting, acting_with
from storage.tables import Adjudication, Item, Prediction
from storage.use_cases.adjudicate.listing import disputed_item
from storage.use_cases.blind import check_answered
from storage.use_cases.chosen import ANSWER_COLUMNS, answer_of, chosen_answers
from storage.use_cases.review.pictured import Pictured, pictured_item


def pictured_mean(session: Session, *, actor: Acting, item_id: int) -> Pictured:
    """Raises NotFound, NotAllowed."""
    shown = disputed_item(session, actor=actor, item_id=item_id)
    return pictured_item(session, _item(session, item_id), shown.mean)


def pictured_adjudication(session: Session, *, actor: Acting, adjudication_id: int) -> Pictured:
    """Raises NotFound, NotAllowed."""
    person = acting_with(session, actor, Action.ADJUDICATE)
    row = session.get(Adjudication, adjudication_id)
    if row is None:
        raise NotFound(f"there is no adjudication {adjudication_id}")
    check_answered(session, person, row.item_id)
    return pictured_item(session, _item(session, row.item_id), row.answer())


def pictured_chosen(session: Session, *, actor: Acting, item_id: int) -> Pictured:
    """The answer that stands for an item, or its imported label. Raises NotFound, NotAllowed."""
    person = acting_with(session, actor, Action.REVIEW)
    item = _item(session, item_id)
    check_answered(session, person, item_id)
    chosen = chosen_answers(imported=True, item_ids=[item_id])
    row = session.execute(sa.select(*(chosen.c[name] for name in ANSWER_COLUMNS))).first()
    return pictured_item(session, item, None if row is None else answer_of(row))


def pictured_model(session: Session, *, actor: Acting, item_id: int, model_version: str) -> Pictured:
    """A model's prediction. Raises NotFound, NotAllowed."""
    acting_with(session, actor, Action.SEE_STATISTICS)
    row = session.exec(
        select(Prediction).where(Prediction.item_id == item_id, Prediction.model_version == model_version)
    ).first()
    if row is None:
        raise NotFound(f"there is no prediction by {model_version!r} of the item {item_id}")
    return pictured_item(session, _item(session, item_id), row.answer())


def _item(session: Session, item_id: int) -> Item:
    item = session.get(Item, item_id)
    if item is None:
        raise NotFound(f"there is no item {item_id}")
    return item
