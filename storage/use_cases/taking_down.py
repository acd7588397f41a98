"""Taking a photo down for good: the fact stays in the audit log, items and answers stay, the pixels go.

The use case marks the rows; deleting the file and what was made of it follows the commit (`ui.actions.take_down`)
and may be repeated.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.errors import InvalidInput, NotFound
from domain.permissions import Action
from domain.task_state import OPEN_STATES
from storage.acting import Acting, acting_with
from storage.errors import NameNotTyped
from storage.record import audit, moment, publish
from storage.tables import Assignment, Dataset, Image, Item, Revision
from storage.tables.annotation import RevisionKind
from storage.use_cases.work import places

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFacts:
    """A photo as the one who takes it down must know it. `also` names the same picture in other data sets or under
    other names, which goes with it; `answers` counts what people saved to its items."""

    id: int
    dataset: str
    name: str
    sha256: str
    width: int
    height: int
    items: int
    answers: int
    taken_down: bool
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDown:
    """`image_ids`: all rows that showed the picture."""

    sha256: str
    image_ids: tuple[int, ...]


def find_photos(session: Session, *, actor: Acting, search: str, limit: int = 20) -> list[PhotoFacts]:
    """Photos whose name contains the text, by name."""
    acting_with(session, actor, Action.TAKE_DOWN)
    wanted = search.strip()
    if not wanted:
        return []
    rows = session.exec(
        select(Image).where(col(Image.name).contains(wanted, autoescape=True)).order_by(col(Image.name)).limit(limit)
    )
    return [_facts(session, row) for row in rows]


def take_down_image(session: Session, *, actor: Acting, image_id: int, name: str, reason: str = "") -> TakenDown:
    """Marks the photo, and every other row of the same picture; what is still to be done on it is withdrawn.

    `name` is the photo's, typed by the person.

    Repeating it changes nothing. Raises NotFound, NameNotTyped for another name.
    """
    person = acting_with(session, actor, Action.TAKE_DOWN)
    image = _image(session, image_id)
    reason = " ".join(reason.split())
    if name.strip() != image.name:
        raise NameNotTyped("the name that was typed is not the photo's")
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(f"a reason has at most {LONGEST_REASON} characters")
    rows = session.exec(select(Image).where(Image.sha256 == image.sha256).with_for_update()).all()
    for row in rows:
        assert row.id is not None
        if row.taken_down_at is None:
            row.taken_down_at = moment(session)
            detail: dict[str, Any] = {
                "name": row.name,
                "dataset_id": row.dataset_id,
                "sha256": row.sha256,
                "reason": reason,
            }
            audit(session, person, "take_down_image", "image", row.id, **detail)
            publish(session, "image.taken_down", "image", row.id)
    session.flush()
    open_places = (
        select(Assignment)
        .join(Item, col(Item.id) == Assignment.item_id)
        .where(col(Item.image_id).in_([row.id for row in rows]), col(Assignment.state).in_(OPEN_STATES))
    )
    for place in session.exec(open_places).all():
        places.withdraw(session, place)
    return TakenDown(sha256=image.sha256, image_ids=tuple(row.id for row in rows if row.id is not None))


def taken_down_digests(session: Session) -> list[str]:
    """The pictures that must have no file; for whoever deletes them. Needs no right: it tells nothing to anybody."""
    return list(session.exec(select(Image.sha256).where(col(Image.taken_down_at).is_not(None)).distinct()))


def _facts(session: Session, image: Image) -> PhotoFacts:
    assert image.id is not None
    items = select(func.count()).select_from(Item).where(Item.image_id == image.id)
    answers = (
        select(func.count(func.distinct(Revision.assignment_id)))
        .join(Assignment, col(Assignment.id) == Revision.assignment_id)
        .join(Item, col(Item.id) == Assignment.item_id)
        .where(Item.image_id == image.id, Revision.kind != RevisionKind.IMPORTED)
    )
    dataset = session.get_one(Dataset, image.dataset_id)
    others = session.exec(
        select(Dataset.name, Image.name)
        .join(Dataset, col(Dataset.id) == Image.dataset_id)
        .where(Image.sha256 == image.sha256, Image.id != image.id)
        .order_by(col(Dataset.name), col(Image.name))
    )
    return PhotoFacts(
        id=image.id,
        dataset=dataset.name,
        name=image.name,
        sha256=image.sha256,
        width=image.width,
        height=image.height,
        items=session.exec(items).one(),
        answers=session.exec(answers).one(),
        taken_down=image.taken_down_at is not None,
        also=tuple(f"{name} ({of})" for of, name in others),
    )


def _image(session: Session, image_id: int) -> Image:
    image = session.get(Image, image_id)
    if image is None:
        raise NotFound(f"there is no image {image_id}")
    return image
