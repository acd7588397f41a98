"""Data sets, their categories with the rules, and the CAD models."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables import naming as naming
from storage.types import UtcDateTime, now


class Dataset(SQLModel, table=True):
    __tablename__ = "dataset"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=128, unique=True)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    archived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when it is hidden from work; nothing of it is lost."""


class Category(SQLModel, table=True):
    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("dataset_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    dataset_id: int = Field(foreign_key="dataset.id")
    name: str = Field(max_length=128)
    rule: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """`CategoryRule.to_json()`."""


class CadModel(SQLModel, table=True):
    """A mesh of a category; its bytes are in `CadFiles` under `sha256`."""

    __tablename__ = "cad_model"
    __table_args__ = (
        UniqueConstraint("category_id", "cad_index"),
        CheckConstraint("cad_index >= 1", name="cad_index_from_1"),
    )

    id: int | None = Field(default=None, primary_key=True)
    category_id: int = Field(foreign_key="category.id")
    cad_index: int
    name: str = Field(max_length=256)
    sha256: str = Field(max_length=64)
    suffix: str = Field(max_length=8)
    readable: bool
    reason: str = ""
    """Why it cannot be read; empty where it can."""
    lower: list[float] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    upper: list[float] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    """Corners of the bounding box in CAD units; None where it cannot be read."""
    faces: int | None = None
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when it is offered no more. Answers that name it keep it, and its number is never given again."""
    symmetry: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    """Its own (`domain.symmetry`); None: that of its category."""
