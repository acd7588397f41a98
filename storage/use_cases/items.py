"""Images, items, and what is known of items before anybody answers. Adding twice changes nothing the second time.

Each `add_…` finds its row by the natural key, makes it or brings it up to date, and says which.
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from domain.answer import Answer
from domain.box import Box
from domain.errors import InvalidInput, NotFound
from domain.permissions import Action, Actor
from storage.acting import Acting, acting_with
from storage.errors import ImageTakenDown
from storage.images import StoredImage
from storage.keeping import keep, same_values
from storage.record import Kept, moment, tally
from storage.tables import Category, Dataset, Gold, Image, ImportedLabel, Item, Prediction
from storage.tables.answer_columns import answer_values
from storage.use_cases.imported import bring_label_to_assignments


def add_image(session: Session, *, actor: Acting, dataset_id: int, name: str, stored: StoredImage) -> Kept:
    """A photo of a data set, by its name there (a relative path, or whatever its source calls it).

    Raises ImageTakenDown for one that was.
    """
    person = acting_with(session, actor, Action.IMPORT)
    if session.get(Dataset, dataset_id) is None:
        raise NotFound(f"there is no data set {dataset_id}")
    if not 1 <= len(name) <= 512:
        raise InvalidInput("the name of an image has 1 to 512 characters")
    row = session.exec(select(Image).where(Image.dataset_id == dataset_id, Image.name == name)).first()
    if row is not None and row.taken_down_at is not None:
        raise ImageTakenDown("this photo was taken down for good and cannot come back")
    kept = keep(
        session,
        row,
        Image,
        key={"dataset_id": dataset_id, "name": name},
        values={
            "sha256": stored.sha256,
            "width": stored.width,
            "height": stored.height,
            "media_type": stored.media_type,
        },
    )
    tally(session, person, dataset_id, "image", kept.outcome)
    return kept


def add_item(
    session: Session,
    *,
    actor: Acting,
    image_id: int,
    category_id: int,
    object_index: int,
    box: Box,
    viewport: float | None = None,
    extra: Mapping[str, Any] | None = None,
    source_path: str | None = None,
) -> Kept:
    """One object in an image. `object_index` counts from 0 among the image's objects of the category, in the order
    of the file; `extra` is JSON that the export passes through."""
    person = acting_with(session, actor, Action.IMPORT)
    image, category = session.get(Image, image_id), session.get(Category, category_id)
    if image is None or category is None or image.dataset_id != category.dataset_id:
        raise NotFound("an item needs an image and a category of one data set")
    if object_index < 0:
        raise InvalidInput("object_index counts from 0")
    row = session.exec(
        select(Item).where(
            Item.image_id == image_id, Item.category_id == category_id, Item.object_index == object_index
        )
    ).first()
    kept = keep(
        session,
        row,
        Item,
        key={"image_id": image_id, "category_id": category_id, "object_index": object_index},
        values={
            "x1": float(box.x1),
            "y1": float(box.y1),
            "x2": float(box.x2),
            "y2": float(box.y2),
            "viewport": None if viewport is None else float(viewport),
            "extra": dict(extra or {}),
            "source_path": source_path,
        },
    )
    tally(session, person, image.dataset_id, "item", kept.outcome)
    return kept


def add_gold(session: Session, *, actor: Acting, item_id: int, answer: Answer) -> Kept:
    """The right answer of an item, hidden from those who annotate."""
    person, dataset_id = _importing(session, actor, item_id)
    row = session.exec(select(Gold).where(Gold.item_id == item_id)).first()
    kept = keep(session, row, Gold, key=_new(session, item_id), values=answer_values(answer))
    tally(session, person, dataset_id, "gold", kept.outcome)
    return kept


def add_prediction(
    session: Session, *, actor: Acting, item_id: int, model_version: str, answer: Answer, score: float | None = None
) -> Kept:
    """A model's pose, one for each `model_version`."""
    person, dataset_id = _importing(session, actor, item_id)
    if not 1 <= len(model_version) <= 128:
        raise InvalidInput("a model_version has 1 to 128 characters")
    row = session.exec(
        select(Prediction).where(Prediction.item_id == item_id, Prediction.model_version == model_version)
    ).first()
    kept = keep(
        session,
        row,
        Prediction,
        key={**_new(session, item_id), "model_version": model_version},
        values={**answer_values(answer), "score": None if score is None else float(score)},
    )
    tally(session, person, dataset_id, "prediction", kept.outcome)
    return kept


def add_imported_label(
    session: Session, *, actor: Acting, item_id: int, answer: Answer, original: Mapping[str, Any] | None = None
) -> Kept:
    """The answer that the imported file holds: the starting pose, and a revision by "import" of each assignment
    that nobody has saved yet. `original` is JSON of the file's own values for the export."""
    person, dataset_id = _importing(session, actor, item_id)
    row = session.exec(select(ImportedLabel).where(ImportedLabel.item_id == item_id)).first()
    is_new = row is None or not same_values(row, answer_values(answer))
    kept = keep(
        session,
        row,
        ImportedLabel,
        key=_new(session, item_id),
        values={**answer_values(answer), "original": dict(original or {})},
    )
    if is_new:
        bring_label_to_assignments(session, item_id, answer)
    tally(session, person, dataset_id, "imported_label", kept.outcome)
    return kept


def _importing(session: Session, actor: Acting, item_id: int) -> tuple[Actor, int]:
    """(who imports, the item's data set)."""
    person = acting_with(session, actor, Action.IMPORT)
    item = session.get(Item, item_id)
    image = session.get(Image, item.image_id) if item else None
    if image is None:
        raise NotFound(f"there is no item {item_id}")
    return person, image.dataset_id


def _new(session: Session, item_id: int) -> dict[str, Any]:
    return {"item_id": item_id, "created_at": moment(session)}
