"""What a person changed in the boxes of a photo, in one transaction.

A change names the version of the photo's boxes that it was made on. Where something is known of an object already
(predictions, labels, work), its box changes only with a confirmation; nothing of it is deleted, and what is older
than the correction can be told by `Item.box_corrected_at`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from domain.box import Box, clamped
from domain.errors import NotFound, RevisionConflict
from domain.permissions import Action
from storage.acting import Acting, acting_with
from storage.errors import BoxesNeedConfirmation, BoxesRefused
from storage.record import audit, moment, publish
from storage.tables import Category, Gold, Image, ImportedLabel, Item, Prediction
from storage.use_cases.boxes.looking import Known, PhotoBoxes, image_with_boxes, known_of, view_of

MOST_BOXES: Final = 1000
SMALLEST_SIDE: Final = 1.0
"""In pixels: less is a click that slipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedBox:
    """A box as it is to be; `item_id` None for a new one."""

    item_id: int | None
    category_id: int
    box: Box


def save_boxes(
    session: Session,
    *,
    actor: Acting,
    image_id: int,
    base_version: int,
    boxes: Sequence[WantedBox],
    confirmed: bool = False,
) -> PhotoBoxes:
    """Makes the photo's boxes those that are given; what is not among them is deleted. Boxes end at the photo's edge.

    `confirmed`: the person has been told that predictions, labels and work of changed objects were made for other
    boxes, or go with a deleted one. Raises NotFound, ImageTakenDown, RevisionConflict, BoxesRefused (also for
    deleting an object that somebody has, or changing the category of one of which something is known),
    BoxesNeedConfirmation.
    """
    person = acting_with(session, actor, Action.MANAGE_LIBRARY)
    image = image_with_boxes(session, image_id)
    if image.boxes_version != base_version:
        raise RevisionConflict(base_version, image.boxes_version)
    wanted = _checked(session, image, boxes)
    rows = {item.id: item for item in session.exec(select(Item).where(Item.image_id == image_id))}
    if unknown := [one.item_id for one in wanted if one.item_id is not None and one.item_id not in rows]:
        raise NotFound(f"the photo has no object {unknown[0]}")
    known = known_of(session, list(rows.values()))
    kept = {one.item_id for one in wanted}
    gone = [item for item_id, item in rows.items() if item_id not in kept]
    moved = [
        (rows[one.item_id], one) for one in wanted if one.item_id is not None and _differs(rows[one.item_id], one)
    ]
    new = [one for one in wanted if one.item_id is None]
    _check_changes(gone, moved, known, confirmed=confirmed)
    if not (gone or moved or new):
        return view_of(session, image)
    changes: list[dict[str, Any]] = []
    for item in gone:
        changes.append({"item": item.id, "before": _corners(item), "after": None})
        _delete(session, item)
    for item, one in moved:
        before = _corners(item)
        _move(session, item, one, known[item.id or 0])
        changes.append({"item": item.id, "before": before, "after": _corners(item)})
    for one in new:
        item = _add(session, image, one)
        changes.append({"item": item.id, "before": None, "after": _corners(item)})
    _take_version(session, image, base_version)
    audit(session, person, "edit_boxes", "image", image_id, version=image.boxes_version, changes=changes[:100],
          count=len(changes))  # fmt: skip
    publish(session, "image.boxes_changed", "image", image_id, version=image.boxes_version)
    return view_of(session, image)


def _checked(session: Session, image: Image, boxes: Sequence[WantedBox]) -> list[WantedBox]:
    """With boxes that end at the photo's edge; those that did not change stay as they are, whatever they are."""
    if len(boxes) > MOST_BOXES:
        raise BoxesRefused("too_many", f"a photo has at most {MOST_BOXES} boxes")
    ids = [one.item_id for one in boxes if one.item_id is not None]
    if len(ids) != len(set(ids)):
        raise BoxesRefused("twice", "an object has one box")
    categories = set(session.exec(select(Category.id).where(Category.dataset_id == image.dataset_id)))
    if any(one.category_id not in categories for one in boxes):
        raise BoxesRefused("no_category", "a box has one of the data set's categories")
    return list(boxes)


def _check_changes(
    gone: Sequence[Item],
    moved: Sequence[tuple[Item, WantedBox]],
    known: Mapping[int, Known],
    *,
    confirmed: bool,
) -> None:
    for item in gone:
        if known[item.id or 0].assignments:
            raise BoxesRefused(
                "in_use", "an object that somebody has in a task cannot be deleted: withdraw the work first"
            )
    for item, one in moved:
        if item.category_id != one.category_id and known[item.id or 0].anything:
            raise BoxesRefused(
                "category_stays",
                "the category of an object stays once something is known of it: delete the box and draw a new one",
            )
    touched = [known[item.id or 0] for item in gone] + [known[item.id or 0] for item, _one in moved]
    if not confirmed and any(one.anything for one in touched):
        raise BoxesNeedConfirmation(
            sum(one.answers for one in touched),
            sum(one.drafts for one in touched),
            sum(one.predictions + one.labels for one in touched),
        )


def _differs(item: Item, one: WantedBox) -> bool:
    return item.category_id != one.category_id or Box(item.x1, item.y1, item.x2, item.y2) != one.box


def _move(session: Session, item: Item, one: WantedBox, known: Known) -> None:
    image = session.get_one(Image, item.image_id)
    if item.category_id != one.category_id:
        item.object_index = _next_index(session, item.image_id, one.category_id)
        item.category_id = one.category_id
    box = _inside(one.box, image)
    if (item.x1, item.y1, item.x2, item.y2) != (box.x1, box.y1, box.x2, box.y2):
        item.x1, item.y1, item.x2, item.y2 = box.x1, box.y1, box.x2, box.y2
        if known.anything:
            item.box_corrected_at = moment(session)
    session.flush()


def _add(session: Session, image: Image, one: WantedBox) -> Item:
    assert image.id is not None
    box = _inside(one.box, image)
    item = Item(
        image_id=image.id,
        category_id=one.category_id,
        object_index=_next_index(session, image.id, one.category_id),
        x1=box.x1,
        y1=box.y1,
        x2=box.x2,
        y2=box.y2,
    )
    session.add(item)
    session.flush()
    return item


def _delete(session: Session, item: Item) -> None:
    """With what was known of it before anybody had it."""
    for table in (Gold, ImportedLabel, Prediction):
        session.execute(delete(table).where(col(table.item_id) == item.id))
    session.delete(item)
    session.flush()


def _next_index(session: Session, image_id: int, category_id: int) -> int:
    statement = select(func.max(Item.object_index)).where(Item.image_id == image_id, Item.category_id == category_id)
    last = session.exec(statement).one()
    return 0 if last is None else last + 1


def _inside(box: Box, image: Image) -> Box:
    inside = clamped(box, width=image.width, height=image.height)
    if inside is None or inside.x2 - inside.x1 < SMALLEST_SIDE or inside.y2 - inside.y1 < SMALLEST_SIDE:
        raise BoxesRefused("too_small", f"a box has at least {SMALLEST_SIDE:g} pixel of the photo in it, each way")
    return inside


def _take_version(session: Session, image: Image, base_version: int) -> None:
    """Compare-and-swap, so that of two editors at once one wins on every database. Raises RevisionConflict."""
    swapped = session.execute(
        update(Image)
        .where(col(Image.id) == image.id, col(Image.boxes_version) == base_version)
        .values(boxes_version=base_version + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(image)
    if swapped.rowcount != 1:  # type: ignore[attr-defined]
        raise RevisionConflict(base_version, image.boxes_version)


def _corners(item: Item) -> list[float]:
    return [item.x1, item.y1, item.x2, item.y2]
