"""Images, the items in them, and what is known of each item before anybody answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables import naming as naming
from storage.tables.answer_columns import AnswerColumns
from storage.types import FLOAT64, UtcDateTime, now


class Image(SQLModel, table=True):
    """A photo of a data set; its bytes are in `ImageStore` under `sha256`. Sides are those of the stored pixels."""

    __tablename__ = "image"
    __table_args__ = (
        UniqueConstraint("dataset_id", "name"),
        CheckConstraint("width >= 1 AND height >= 1", name="has_pixels"),
    )

    id: int | None = Field(default=None, primary_key=True)
    dataset_id: int = Field(foreign_key="dataset.id")
    name: str = Field(max_length=512)
    sha256: str = Field(max_length=64)
    width: int
    height: int
    media_type: str = Field(max_length=64)
    taken_down_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When its pixels were deleted for good; items and answers stay."""
    boxes_version: int = 0
    """Counts the changes that people made to its items' boxes."""


class Item(SQLModel, table=True):
    """One object in one image. `object_index` (from 0) counts within the image and category, in the file's order."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("image_id", "category_id", "object_index"),
        CheckConstraint("object_index >= 0", name="object_index_from_0"),
    )

    id: int | None = Field(default=None, primary_key=True)
    image_id: int = Field(foreign_key="image.id")
    category_id: int = Field(foreign_key="category.id", index=True)
    object_index: int
    x1: float = Field(sa_type=FLOAT64)
    y1: float = Field(sa_type=FLOAT64)
    x2: float = Field(sa_type=FLOAT64)
    y2: float = Field(sa_type=FLOAT64)
    viewport: float | None = Field(default=None, sa_type=FLOAT64)
    extra: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Keys of the source that Posewright has no use for, in a JSON-safe form; the export passes them through."""
    source_path: str | None = Field(default=None, max_length=1024)
    box_corrected_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the box was last changed after something was known of the item: what is older was made for another box."""


class Gold(AnswerColumns, table=True):
    """The right answer of an item, known to nobody who annotates, and never exported."""

    __tablename__ = "gold"

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id", unique=True)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class ImportedLabel(AnswerColumns, table=True):
    """The answer that an imported file held: where annotators start, and revision 1 by "import"."""

    __tablename__ = "imported_label"

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id", unique=True)
    original: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """The file's own values in a JSON-safe form, so that what nobody touched goes out as it came."""
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class Prediction(AnswerColumns, table=True):
    """A pose from a model; no human answer ever overwrites it."""

    __tablename__ = "prediction"
    __table_args__ = (UniqueConstraint("item_id", "model_version"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id")
    model_version: str = Field(max_length=128)
    score: float | None = Field(default=None, sa_type=FLOAT64)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
