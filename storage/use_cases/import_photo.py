"""Add one photo with all that its files say of its objects, so that an import never leaves half a photo."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from domain.permissions import Action
from storage.acting import Acting, acting_with
from storage.formats.imagenet3d.objects import Doubt, FoundObject, KnownItem, LabelsAs, PhotoRecords, judge
from storage.images import StoredImage
from storage.record import Kept
from storage.tables import Gold, ImportedLabel, Item
from storage.use_cases.items import add_gold, add_image, add_imported_label, add_item, add_prediction

CANNOT_WRITE: Final = (OSError, OperationalError)
"""What is raised when a store or the database cannot be written: a full disk, a lost connection."""

SOURCE_PATH_LENGTH: Final = 1024
"""What is kept of the name of an item's file, its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedPhoto:
    """What was made of a photo: for each kind of row what became of it, and what is to be told."""

    rows: tuple[tuple[str, Kept], ...]
    doubts: tuple[Doubt, ...]


def add_photo(
    session: Session,
    *,
    actor: Acting,
    dataset_id: int,
    category_id: int,
    records: PhotoRecords,
    stored: StoredImage,
    labels_as: LabelsAs,
    source_path: str,
) -> AddedPhoto:
    """The photo, its items, and their gold, labels and predictions. Adding it twice changes nothing.

    A label that an earlier import hid stays hidden, whatever `labels_as` says now.
    """
    acting_with(session, actor, Action.IMPORT)
    image = add_image(session, actor=actor, dataset_id=dataset_id, name=records.photo.name, stored=stored)
    objects, doubts = judge(
        records,
        width=stored.width,
        height=stored.height,
        labels_as=labels_as,
        known=_known_items(session, image.id, category_id),
    )
    rows = [("photos", image)]
    for found in objects:
        item = add_item(
            session,
            actor=actor,
            image_id=image.id,
            category_id=category_id,
            object_index=found.object_index,
            box=found.box,
            viewport=found.viewport,
            extra=found.extra,
            source_path=source_path[-SOURCE_PATH_LENGTH:],
        )
        rows += [("items", item), *_add_answers(session, actor, item.id, found)]
    return AddedPhoto(rows=tuple(rows), doubts=tuple(doubts))


def _add_answers(session: Session, actor: Acting, item_id: int, found: FoundObject) -> list[tuple[str, Kept]]:
    rows = []
    if found.gold:
        rows.append(("gold", add_gold(session, actor=actor, item_id=item_id, answer=found.gold)))
    if found.label:
        label = add_imported_label(session, actor=actor, item_id=item_id, answer=found.label, original=found.original)
        rows.append(("labels", label))
    for model_version, (answer, score) in found.predictions.items():
        prediction = add_prediction(
            session, actor=actor, item_id=item_id, model_version=model_version, answer=answer, score=score
        )
        rows.append(("predictions", prediction))
    return rows


def _known_items(session: Session, image_id: int, category_id: int) -> dict[int, KnownItem]:
    """What an earlier import made of the photo's objects of a category, by `object_index`."""
    statement = (
        select(Item.object_index, Gold.id, ImportedLabel.id)
        .outerjoin(Gold, col(Gold.item_id) == col(Item.id))
        .outerjoin(ImportedLabel, col(ImportedLabel.item_id) == col(Item.id))
        .where(Item.image_id == image_id, Item.category_id == category_id)
    )
    return {
        object_index: KnownItem(is_gold=gold is not None, has_label=label is not None)
        for object_index, gold, label in session.exec(statement)
    }
