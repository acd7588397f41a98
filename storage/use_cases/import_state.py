"""What an earlier import left, so that a repeated one does not turn a secret into a start or the reverse."""

from sqlmodel import Session, col, select

from domain.permissions import Action
from storage.acting import Acting, acting_with
from storage.formats.imagenet3d.objects import KnownItem
from storage.tables import Category, Gold, Image, ImportedLabel, Item


def known_items(
    session: Session, *, actor: Acting, dataset_id: int, image: str, category: str
) -> dict[int, KnownItem]:
    """The items of a category in a photo by `object_index`; empty where the photo is new."""
    acting_with(session, actor, Action.IMPORT)
    statement = (
        select(Item.object_index, Gold.id, ImportedLabel.id)
        .join(Image, col(Item.image_id) == col(Image.id))
        .join(Category, col(Item.category_id) == col(Category.id))
        .outerjoin(Gold, col(Gold.item_id) == col(Item.id))
        .outerjoin(ImportedLabel, col(ImportedLabel.item_id) == col(Item.id))
        .where(Image.dataset_id == dataset_id, Image.name == image, Category.name == category)
    )
    return {
        object_index: KnownItem(is_gold=gold is not None, has_label=label is not None)
        for object_index, gold, label in session.exec(statement)
    }
