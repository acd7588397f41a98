"""Deciding which answer stands for an item. Each decision names what was looked at, and is refused where somebody has
answered or decided since."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.answer import Answer
from domain.errors import InvalidInput, NotAllowed, NotFound, RevisionConflict
from domain.permissions import Action, Actor
from storage.acting import Acting, acting_with
from storage.errors import IdTaken
from storage.record import audit, moment, publish
from storage.tables import Adjudication, CadModel, Item
from storage.tables.answer_columns import answer_values
from storage.tables.judgement import AdjudicationWay
from storage.use_cases.adjudicate.listing import answers_of_item, disputed_item, mean_of
from storage.use_cases.annotate.answers import assignment_for, saved_revision
from storage.use_cases.review.decisions import JudgedRevisionGone


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjudicated:
    id: int
    item_id: int
    number: int


def take_answer(
    session: Session, *, actor: Acting, item_id: int, revision_id: int, seen: Sequence[int], last_number: int
) -> Adjudicated:
    """One of the answers stands. `seen`: the revisions that were looked at; `last_number` as in `Disputed`.

    Raises NotAllowed, NotFound, RevisionConflict.
    """
    person, item, rows = _begin(session, actor, item_id, seen, last_number)
    taken = next((row[1] for row in rows if row[1].id == revision_id), None)
    if taken is None:
        raise NotFound(f"revision {revision_id} is no answer to the item {item_id}")
    return _decide(session, person, item, AdjudicationWay.TAKEN, taken.answer(), seen, revision_id=revision_id)


def take_mean(session: Session, *, actor: Acting, item_id: int, seen: Sequence[int], last_number: int) -> Adjudicated:
    """The mean of those who are near each other stands. Raises like `take_answer`, and InvalidInput where there is
    none worth having: nobody agrees with anybody."""
    person, item, rows = _begin(session, actor, item_id, seen, last_number)
    mean = mean_of(session, item, [row[1].answer() for row in rows])
    if mean is None or not mean.found.majority:
        raise InvalidInput("no two answers are near each other, or as many are elsewhere: there is no mean of them")
    return _decide(session, person, item, AdjudicationWay.MEAN, mean.answer, seen)


def adjudicate_own(
    session: Session, *, actor: Acting, assignment_id: int, revision: int, answer: Answer, save_id: str
) -> Adjudicated:
    """The adjudicator's own answer stands; it began with a revision of an assignment of the item. `save_id` is a UUID
    by the client: the same sent twice is one. Raises NotAllowed, NotFound, InvalidInput, InvalidAnswer,
    JudgedRevisionGone."""
    person, assignment = assignment_for(session, actor, assignment_id, Action.ADJUDICATE)
    try:
        save_id = str(UUID(save_id))
    except ValueError:
        raise InvalidInput(f"save_id must be a UUID, not {save_id!r}") from None
    repeated = session.exec(select(Adjudication).where(Adjudication.save_id == save_id)).first()
    if repeated is not None:
        if repeated.author_id != person.user_id or repeated.item_id != assignment.item_id:
            raise IdTaken(f"save_id {save_id} is in use")
        return Adjudicated(id=repeated.id or 0, item_id=repeated.item_id, number=repeated.number)
    current = saved_revision(session, assignment)
    if current is None or current.number != revision:
        raise JudgedRevisionGone(revision, current.number if current else None)
    shown = disputed_item(session, actor=actor, item_id=assignment.item_id)
    item = session.get(Item, assignment.item_id)
    assert item is not None
    answer.check_complete()
    return _decide(
        session,
        person,
        item,
        AdjudicationWay.OWN,
        answer,
        shown.revision_ids,
        revision_id=current.id,
        save_id=save_id,
    )


def withdraw_adjudication(session: Session, *, actor: Acting, item_id: int, last_number: int) -> Adjudicated:
    """None stands any more: people's answers count again. Raises NotAllowed, NotFound, RevisionConflict."""
    person = acting_with(session, actor, Action.ADJUDICATE)
    item = session.exec(select(Item).where(Item.id == item_id).with_for_update()).first()
    last = _last(session, item_id)
    if item is None or last is None or last.way is AdjudicationWay.WITHDRAWN:
        raise NotFound(f"nothing is adjudicated of the item {item_id}")
    if last.number != last_number:
        raise RevisionConflict(last_number, last.number)
    return _decide(session, person, item, AdjudicationWay.WITHDRAWN, None, last.seen)


def _begin(
    session: Session, actor: Acting, item_id: int, seen: Sequence[int], last_number: int
) -> tuple[Actor, Item, list[Any]]:
    """Right, item and answers, unchanged since they were looked at."""
    person = acting_with(session, actor, Action.ADJUDICATE)
    item = session.exec(select(Item).where(Item.id == item_id).with_for_update()).first()
    if item is None:
        raise NotFound(f"there is no item {item_id}")
    shown = disputed_item(session, actor=actor, item_id=item_id)
    if sorted(shown.revision_ids) != sorted(seen):
        raise JudgedRevisionGone(max(seen, default=0), max(shown.revision_ids))
    if shown.last_number != last_number:
        raise RevisionConflict(last_number, shown.last_number)
    return person, item, answers_of_item(session, item_id)


def _decide(
    session: Session,
    person: Actor,
    item: Item,
    way: AdjudicationWay,
    answer: Answer | None,
    seen: Sequence[int],
    *,
    revision_id: int | None = None,
    save_id: str | None = None,
) -> Adjudicated:
    if person.user_id is None:
        raise NotAllowed("an answer needs a person as its author")
    assert item.id is not None
    if answer is not None:
        model = session.exec(
            select(CadModel.id).where(
                CadModel.category_id == item.category_id, CadModel.cad_index == answer.cad_index
            )
        ).first()
        if model is None:
            raise InvalidInput(f"the category has no CAD model {answer.cad_index}")
    number = session.exec(select(sa.func.max(col(Adjudication.number))).where(Adjudication.item_id == item.id)).one()
    row = Adjudication(
        item_id=item.id,
        number=(number or 0) + 1,
        way=way,
        revision_id=revision_id,
        author_id=person.user_id,
        seen=sorted(seen),
        save_id=save_id,
        at=moment(session),
        **(answer_values(answer) if answer else {}),
    )
    session.add(row)
    session.flush()
    audit(session, person, "adjudicate", "item", item.id, way=way.value, number=row.number, revision_id=revision_id)
    publish(session, "item.adjudicated", "item", item.id, version=row.number, way=way.value)
    return Adjudicated(id=row.id or 0, item_id=item.id, number=row.number)


def _last(session: Session, item_id: int) -> Adjudication | None:
    return session.exec(
        select(Adjudication).where(Adjudication.item_id == item_id).order_by(col(Adjudication.number).desc()).limit(1)
    ).first()
