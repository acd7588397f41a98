"""Photos and their boxes for the box editor, with what is known of each object besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from domain.box import Box
from domain.errors import NotFound
from domain.permissions import Action
from storage.acting import Acting, acting_with
from storage.errors import ImageTakenDown
from storage.tables import (
    Assignment,
    Category,
    Dataset,
    Draft,
    Gold,
    Image,
    ImportedLabel,
    Item,
    Prediction,
    Revision,
)
from storage.tables.annotation import RevisionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRow:
    """A photo in the editor's list."""

    id: int
    name: str
    boxes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoList:
    """`total` photos fit the search, `without` of them have no box yet."""

    rows: tuple[PhotoRow, ...]
    total: int
    without: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """How much there is about an object besides its box; `older` of it was made before the box was corrected."""

    assignments: int = 0
    answers: int = 0
    drafts: int = 0
    predictions: int = 0
    labels: int = 0
    older: int = 0

    @property
    def anything(self) -> bool:
        return any((self.assignments, self.answers, self.drafts, self.predictions, self.labels))


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxView:
    item_id: int
    category_id: int
    box: Box
    known: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoBoxes:
    """A photo with its boxes, by category and place. `version` counts what people changed."""

    image_id: int
    name: str
    width: int
    height: int
    version: int
    boxes: tuple[BoxView, ...]


def photos_for_boxes(
    session: Session, *, actor: Acting, dataset_id: int, search: str = "", offset: int = 0, limit: int = 100
) -> PhotoList:
    """Photos without boxes first, then by name; not those that were taken down. Raises NotFound."""
    acting_with(session, actor, Action.MANAGE_LIBRARY)
    if session.get(Dataset, dataset_id) is None:
        raise NotFound(f"there is no data set {dataset_id}")
    boxes = select(func.count(col(Item.id))).where(Item.image_id == Image.id).scalar_subquery()
    which = [col(Image.dataset_id) == dataset_id, col(Image.taken_down_at).is_(None)]
    if wanted := search.strip():
        which.append(col(Image.name).contains(wanted, autoescape=True))
    counts = select(func.count(), func.count().filter(boxes == 0)).select_from(Image).where(*which)
    total, without = session.exec(counts).one()
    rows = session.exec(
        select(Image.id, Image.name, boxes)
        .where(*which)
        .order_by(boxes != 0, col(Image.name))
        .offset(offset)
        .limit(limit)
    )
    return PhotoList(
        rows=tuple(PhotoRow(id=image_id, name=name, boxes=count) for image_id, name, count in rows if image_id),
        total=total,
        without=without,
    )


def boxes_of(session: Session, *, actor: Acting, image_id: int) -> PhotoBoxes:
    """Raises NotFound, ImageTakenDown."""
    acting_with(session, actor, Action.MANAGE_LIBRARY)
    return view_of(session, image_with_boxes(session, image_id))


def image_with_boxes(session: Session, image_id: int) -> Image:
    """Raises NotFound, ImageTakenDown. Checks no right: for use cases that have."""
    image = session.get(Image, image_id)
    if image is None:
        raise NotFound(f"there is no image {image_id}")
    if image.taken_down_at is not None:
        raise ImageTakenDown("this photo was taken down for good")
    return image


def view_of(session: Session, image: Image) -> PhotoBoxes:
    assert image.id is not None
    items = session.exec(
        select(Item)
        .join(Category, col(Category.id) == Item.category_id)
        .where(Item.image_id == image.id)
        .order_by(col(Category.name), col(Item.object_index))
    ).all()
    known = known_of(session, items)
    return PhotoBoxes(
        image_id=image.id,
        name=image.name,
        width=image.width,
        height=image.height,
        version=image.boxes_version,
        boxes=tuple(
            BoxView(
                item_id=item.id,
                category_id=item.category_id,
                box=Box(item.x1, item.y1, item.x2, item.y2),
                known=known[item.id],
            )
            for item in items
            if item.id is not None
        ),
    )


def known_of(session: Session, items: Sequence[Item]) -> dict[int, Known]:
    """By item: how much there is of each kind, and how much of it is older than the correction of the box."""
    corrected = {item.id: item.box_corrected_at for item in items if item.id is not None}
    found: dict[int, dict[str, int]] = {item_id: dict.fromkeys(Known.__slots__, 0) for item_id in corrected}

    def count(kind: str, rows: Sequence[tuple[int, datetime | None]]) -> None:
        for item_id, at in rows:
            found[item_id][kind] += 1
            since = corrected[item_id]
            if since is not None and at is not None and at < since:
                found[item_id]["older"] += 1

    ids = list(corrected)
    of_items = col(Assignment.item_id).in_(ids)
    count("assignments", [(item_id, None) for item_id in session.exec(select(Assignment.item_id).where(of_items))])
    answered: dict[tuple[int, int], datetime] = {}
    for assignment_id, item_id, at in session.exec(
        select(Revision.assignment_id, Assignment.item_id, Revision.at)
        .join(Assignment, col(Assignment.id) == Revision.assignment_id)
        .where(of_items, Revision.kind != RevisionKind.IMPORTED)
        .order_by(col(Revision.number))
    ):
        answered[assignment_id, item_id] = at
    count("answers", [(item_id, at) for (_assignment_id, item_id), at in answered.items()])
    count(
        "drafts",
        session.exec(
            select(Assignment.item_id, Draft.at)
            .join(Draft, col(Draft.assignment_id) == Assignment.id)
            .where(of_items)
        ).all(),
    )
    count(
        "predictions",
        session.exec(select(Prediction.item_id, Prediction.created_at).where(col(Prediction.item_id).in_(ids))).all(),
    )
    for table in (Gold, ImportedLabel):
        count(
            "labels",
            session.exec(select(table.item_id, table.created_at).where(col(table.item_id).in_(ids))).all(),
        )
    return {item_id: Known(**counts) for item_id, counts in found.items()}
