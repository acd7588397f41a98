"""The CAD library in people's hands: models added, named, replaced while nobody's answer names them, withdrawn.

An answer is a pose of one model: another mesh under its number would make it say something else. So a file is
replaced only where no answer names it, and a model that is withdrawn stays for the answers that have it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from domain.errors import InvalidInput, NotFound
from domain.permissions import Action
from storage.acting import Acting, acting_with
from storage.errors import ModelInUse
from storage.record import audit, moment, publish
from storage.tables import (
    Assignment,
    CadModel,
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
from storage.use_cases.library import CadView, CategoryView, cad_view, category_view

LONGEST_NAME = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetLine:
    id: int
    name: str
    archived: bool
    categories: int
    photos: int
    items: int
    models: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryLine:
    """`unreadable`: of its models. Withdrawn ones are not counted."""

    category: CategoryView
    items: int
    models: int
    unreadable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLine:
    """`answers` of people name the model, `known` ones are predictions, imported labels and gold.
    `symmetry`: its own, None where it has that of its category."""

    model: CadView
    answers: int
    known: int
    symmetry: Mapping[str, Any] | None

    @property
    def used(self) -> bool:
        return self.answers + self.known > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedMesh:
    """A file in `CadFiles` that was read: corners of its bounding box in CAD units, polygons."""

    sha256: str
    suffix: str
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    faces: int


def dataset_lines(session: Session, *, actor: Acting) -> list[DatasetLine]:
    """By name, archived ones last."""
    acting_with(session, actor, Action.MANAGE_LIBRARY)
    categories = _counted(session, sa.select(col(Category.dataset_id)))
    photos = _counted(session, sa.select(col(Image.dataset_id)))
    items = _counted(session, sa.select(col(Image.dataset_id)).join(Item, col(Item.image_id) == Image.id))
    models = _counted(
        session,
        sa.select(col(Category.dataset_id))
        .join(CadModel, col(CadModel.category_id) == Category.id)
        .where(col(CadModel.withdrawn_at).is_(None)),
    )
    return [
        DatasetLine(
            id=row.id or 0,
            name=row.name,
            archived=row.archived_at is not None,
            categories=categories[row.id or 0],
            photos=photos[row.id or 0],
            items=items[row.id or 0],
            models=models[row.id or 0],
        )
        for row in session.exec(select(Dataset).order_by(col(Dataset.archived_at).is_not(None), col(Dataset.name)))
    ]


def category_lines(session: Session, *, actor: Acting, dataset_id: int) -> list[CategoryLine]:
    """By name."""
    acting_with(session, actor, Action.MANAGE_LIBRARY)
    of_dataset = sa.select(col(Category.id)).where(col(Category.dataset_id) == dataset_id)
    items = _counted(session, of_dataset.join(Item, col(Item.category_id) == Category.id))
    models = of_dataset.join(CadModel, col(CadModel.category_id) == Category.id).where(
        col(CadModel.withdrawn_at).is_(None)
    )
    readable = _counted(session, models.where(col(CadModel.readable)))
    unreadable = _counted(session, models.where(~col(CadModel.readable)))
    return [
        CategoryLine(
            category=category_view(row),
            items=items[row.id or 0],
            models=readable[row.id or 0] + unreadable[row.id or 0],
            unreadable=unreadable[row.id or 0],
        )
        for row in session.exec(
            select(Category).where(Category.dataset_id == dataset_id).order_by(col(Category.name))
        )
    ]


def model_lines(session: Session, *, actor: Acting, category_id: int) -> tuple[CategoryView, list[ModelLine]]:
    """A category and its models by number, withdrawn ones among them. Raises NotFound."""
    acting_with(session, actor, Action.MANAGE_LIBRARY)
    category = session.get(Category, category_id)
    if category is None:
        raise NotFound(f"there is no category {category_id}")
    answers, known = _uses(session, category_id)
    rows = session.exec(select(CadModel).where(CadModel.category_id == category_id).order_by(col(CadModel.cad_index)))
    lines = [
        ModelLine(
            model=cad_view(row),
            answers=answers[row.cad_index],
            known=known[row.cad_index],
            symmetry=row.symmetry,
        )
        for row in rows
    ]
    return category_view(category), lines


def add_model(session: Session, *, actor: Acting, category_id: int, mesh: CheckedMesh, name: str = "") -> CadView:
    """A new model under the next number. Raises NotFound, InvalidInput where the very file is there already."""
    person = acting_with(session, actor, Action.MANAGE_LIBRARY)
    category = session.exec(select(Category).where(Category.id == category_id).with_for_update()).first()
    if category is None:
        raise NotFound(f"there is no category {category_id}")
    same = select(CadModel).where(CadModel.category_id == category_id, CadModel.sha256 == mesh.sha256)
    if (twin := session.exec(same).first()) is not None:
        raise InvalidInput(
            f"model {twin.cad_index} of {category.name} is this very file",
            rule="same_model",
            number=twin.cad_index,
            category=category.name,
        )
    last = session.exec(select(sa.func.max(CadModel.cad_index)).where(CadModel.category_id == category_id)).one()
    number = (last or 0) + 1
    row = CadModel(
        category_id=category_id,
        cad_index=number,
        name=_checked(name) or f"{number:02d}",
        readable=True,
        **_file(mesh),
    )
    session.add(row)
    session.flush()
    audit(session, person, "add_cad_model", "cad_model", row.id, category=category.name, cad_index=number)
    _tell(session, category)
    return cad_view(row)


def replace_model_file(session: Session, *, actor: Acting, cad_id: int, mesh: CheckedMesh) -> CadView:
    """Another file for a model that no answer names. Raises NotFound, ModelInUse."""
    person = acting_with(session, actor, Action.MANAGE_LIBRARY)
    row, category = _model(session, cad_id)
    answers, known = _uses(session, row.category_id)
    used = answers[row.cad_index] + known[row.cad_index]
    if used and row.readable:
        raise ModelInUse(f"{used} answers name model {row.cad_index} of {category.name}: add the file as a new model")
    before = row.sha256
    for key, value in {**_file(mesh), "readable": True, "reason": ""}.items():
        setattr(row, key, value)
    audit(
        session,
        person,
        "replace_cad_model",
        "cad_model",
        cad_id,
        category=category.name,
        cad_index=row.cad_index,
        before=before,
        after=mesh.sha256,
    )
    _tell(session, category)
    return cad_view(row)


def withdraw_model(session: Session, *, actor: Acting, cad_id: int) -> CadView:
    """Offers it no more. Answers that name it keep it, and its number is not given again."""
    return _offer(session, actor, cad_id, offered=False)


def offer_model_again(session: Session, *, actor: Acting, cad_id: int) -> CadView:
    return _offer(session, actor, cad_id, offered=True)


def rename_model(session: Session, *, actor: Acting, cad_id: int, name: str) -> CadView:
    """Raises NotFound, InvalidInput."""
    person = acting_with(session, actor, Action.MANAGE_LIBRARY)
    row, category = _model(session, cad_id)
    name = _checked(name)
    if not name:
        raise InvalidInput("a model has a name", rule="model_name", most=LONGEST_NAME)
    if name != row.name:
        audit(session, person, "rename_cad_model", "cad_model", cad_id, before=row.name, after=name)
        row.name = name
        _tell(session, category)
    return cad_view(row)


def _offer(session: Session, actor: Acting, cad_id: int, *, offered: bool) -> CadView:
    person = acting_with(session, actor, Action.MANAGE_LIBRARY)
    row, category = _model(session, cad_id)
    if (row.withdrawn_at is None) is not offered:
        row.withdrawn_at = None if offered else moment(session)
        action = "offer_cad_model" if offered else "withdraw_cad_model"
        audit(session, person, action, "cad_model", cad_id, category=category.name, cad_index=row.cad_index)
        _tell(session, category)
    return cad_view(row)


def _model(session: Session, cad_id: int) -> tuple[CadModel, Category]:
    row = session.exec(select(CadModel).where(CadModel.id == cad_id).with_for_update()).first()
    category = session.get(Category, row.category_id) if row else None
    if row is None or category is None:
        raise NotFound(f"there is no CAD model {cad_id}")
    return row, category


def _file(mesh: CheckedMesh) -> dict[str, Any]:
    return {
        "sha256": mesh.sha256,
        "suffix": mesh.suffix,
        "lower": list(mesh.lower),
        "upper": list(mesh.upper),
        "faces": mesh.faces,
    }


def _checked(name: str) -> str:
    name = name.strip()
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput(
            f"the name of a model has {LONGEST_NAME} printable characters at most",
            rule="model_name",
            most=LONGEST_NAME,
        )
    return name


def _uses(session: Session, category_id: int) -> tuple[Counter[int], Counter[int]]:
    """By number: how many answers of people, revisions of before and drafts among them, and what else is known."""
    answers = _counted(
        session,
        sa.select(col(Revision.cad_index))
        .join(Assignment, col(Assignment.id) == Revision.assignment_id)
        .join(Item, col(Item.id) == Assignment.item_id)
        .where(col(Item.category_id) == category_id, col(Revision.author_id).is_not(None)),
    )
    # Which model a draft names is inside its JSON, which databases read in ways of their own; drafts are few.
    drafts = session.exec(
        select(Draft.answer)
        .join(Assignment, col(Assignment.id) == Draft.assignment_id)
        .join(Item, col(Item.id) == Assignment.item_id)
        .where(Item.category_id == category_id)
    )
    answers.update(draft["cad_index"] for draft in drafts)
    known: Counter[int] = Counter()
    for table in (Prediction, ImportedLabel, Gold):
        known += _counted(
            session,
            sa.select(col(table.cad_index))
            .join(Item, col(Item.id) == table.item_id)
            .where(col(Item.category_id) == category_id),
        )
    return answers, known


def _counted(session: Session, statement: sa.Select[Any]) -> Counter[int]:
    """How often the statement's only column has each value."""
    key = statement.selected_columns[0]
    rows = session.execute(statement.add_columns(sa.func.count()).group_by(key))
    return Counter({value: number for value, number in rows if value is not None})


def _tell(session: Session, category: Category) -> None:
    assert category.id is not None
    publish(session, "category.changed", "category", category.id)
