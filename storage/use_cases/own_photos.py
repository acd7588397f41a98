"""Add a person's own photo with the boxes of its objects, so that an import never leaves half a photo."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from domain.box import Box
from domain.permissions import Action
from storage.acting import Acting, acting_with
from storage.formats.photo_list import ListedObject
from storage.images import StoredImage
from storage.record import Kept, Outcome
from storage.tables import Assignment, Item
from storage.use_cases.items import add_image, add_item

LONGEST_SOURCE: Final = 1024


def fitting_objects(
    objects: Sequence[ListedObject], *, width: int, height: int
) -> tuple[list[ListedObject], list[tuple[ListedObject, str]]]:
    """Objects whose box shows something of a photo of these sides, and the others with the reason."""
    fitting, others = [], []
    for one in objects:
        assert one.box is not None
        if _overlaps(one.box, width, height):
            fitting.append(one)
        else:
            others.append((one, f"the box lies outside of the photo, which has {width}×{height} pixels"))
    return fitting, others


def add_own_photo(
    session: Session,
    *,
    actor: Acting,
    dataset_id: int,
    category_ids: Mapping[str, int],
    name: str,
    stored: StoredImage,
    objects: Sequence[ListedObject],
    source: str,
) -> list[tuple[str, Kept]]:
    """The photo and an item for each object; what became of each row. Adding it twice changes nothing.

    An object is known again by its place among the photo's objects of its category in the list called `source`. A
    box that a person has corrected, or that somebody works on already, is left as it is.
    """
    acting_with(session, actor, Action.IMPORT)
    image = add_image(session, actor=actor, dataset_id=dataset_id, name=name, stored=stored)
    rows = [("photos", image)]
    places: dict[str, int] = {}
    for one in objects:
        assert one.category is not None
        assert one.box is not None
        places[one.category] = place = places.get(one.category, 0) + 1
        category_id = category_ids[one.category]
        kept = _add_object(session, actor, image.id, category_id, one, f"{source}: {name} {place}"[-LONGEST_SOURCE:])
        rows.append(("items", kept))
    return rows


def _add_object(
    session: Session, actor: Acting, image_id: int, category_id: int, one: ListedObject, source: str
) -> Kept:
    assert one.box is not None
    items = session.exec(select(Item).where(Item.image_id == image_id, Item.category_id == category_id)).all()
    same = next((item for item in items if item.source_path == source), None)
    same = same or next((item for item in items if _box(item) == one.box), None)
    if same is not None and (same.box_corrected_at is not None or _is_assigned(session, same)):
        assert same.id is not None
        return Kept(id=same.id, outcome=Outcome.UNCHANGED)
    return add_item(
        session,
        actor=actor,
        image_id=image_id,
        category_id=category_id,
        object_index=_free_index(session, image_id, category_id) if same is None else same.object_index,
        box=one.box,
        viewport=one.viewport,
        extra=same.extra if same else None,
        source_path=source,
    )


def _free_index(session: Session, image_id: int, category_id: int) -> int:
    last = select(func.max(Item.object_index)).where(Item.image_id == image_id, Item.category_id == category_id)
    number = session.exec(last).one()
    return 0 if number is None else number + 1


def _is_assigned(session: Session, item: Item) -> bool:
    return session.exec(select(Assignment.id).where(col(Assignment.item_id) == item.id)).first() is not None


def _box(item: Item) -> Box:
    return Box(item.x1, item.y1, item.x2, item.y2)


def _overlaps(box: Box, width: int, height: int) -> bool:
    """Pixel centres lie at whole numbers: the photo spans [−0.5, width − 0.5)."""
    return box.x2 > -0.5 and box.y2 > -0.5 and box.x1 < width - 0.5 and box.y1 < height - 0.5
