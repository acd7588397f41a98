"""Data sets, categories with their rules, CAD models."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from domain.category import CategoryRule
from domain.category_rules import rule_of
from domain.errors import InvalidInput, NotFound
from domain.permissions import Action
from storage.acting import Acting, acting_with
from storage.keeping import keep
from storage.record import Kept, Outcome, audit, moment, publish, tally
from storage.tables import CadModel, Category, Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryView:
    id: int
    dataset_id: int
    name: str
    rule: CategoryRule


@dataclass(frozen=True, slots=True, kw_only=True)
class CadView:
    """A CAD model. `lower`, `upper`: corners of its bounding box in CAD units; None where it cannot be read."""

    id: int
    category_id: int
    cad_index: int
    name: str
    sha256: str
    suffix: str
    readable: bool
    reason: str
    lower: tuple[float, ...] | None
    upper: tuple[float, ...] | None
    faces: int | None
    withdrawn: bool


def add_dataset(session: Session, *, actor: Acting, name: str) -> Kept:
    """The data set of this name, made where there is none."""
    person = acting_with(session, actor, Action.MANAGE_LIBRARY)
    name = _checked(name, "data set")
    row = session.exec(select(Dataset).where(Dataset.name == name)).first()
    outcome = Outcome.UNCHANGED
    if row is None:
        row, outcome = Dataset(name=name, created_at=moment(session)), Outcome.CREATED
        session.add(row)
        session.flush()
        assert row.id is not None
        audit(session, person, "add_dataset", "dataset", row.id, name=name)
        publish(session, "dataset.added", "dataset", row.id)
    assert row.id is not None
    return Kept(id=row.id, outcome=outcome)


def dataset_named(session: Session, *, actor: Acting, name: str) -> int:
    """Raises NotFound."""
    acting_with(session, actor, Action.MANAGE_LIBRARY)
    return dataset_id_of(session, name)


def set_category(
    session: Session, *, actor: Acting, dataset_id: int, name: str, rule: CategoryRule | None = None
) -> Kept:
    """The category of this name, made where there is none, then with the manual's rule unless a `rule` is given.
    A `rule` replaces the one it has; None keeps it."""
    person = acting_with(session, actor, Action.MANAGE_LIBRARY)
    if session.get(Dataset, dataset_id) is None:
        raise NotFound(f"there is no data set {dataset_id}")
    name = _checked(name, "category")
    row = session.exec(select(Category).where(Category.dataset_id == dataset_id, Category.name == name)).first()
    outcome = Outcome.UNCHANGED
    if row is None:
        row = Category(dataset_id=dataset_id, name=name, rule=(rule or rule_of(name)).to_json())
        outcome = Outcome.CREATED
        session.add(row)
        session.flush()
    elif rule is not None and row.rule != rule.to_json():
        audit(session, person, "set_rule", "category", row.id, before=row.rule, after=rule.to_json())
        row.rule = rule.to_json()
        outcome = Outcome.UPDATED
    tally(session, person, dataset_id, "category", outcome)
    assert row.id is not None
    return Kept(id=row.id, outcome=outcome)


def categories(session: Session, *, actor: Acting, dataset_id: int) -> list[CategoryView]:
    """By name."""
    acting_with(session, actor, Action.MANAGE_LIBRARY)
    rows = session.exec(select(Category).where(Category.dataset_id == dataset_id).order_by(col(Category.name)))
    return [category_view(row) for row in rows]


def add_cad_model(
    session: Session,
    *,
    actor: Acting,
    category_id: int,
    cad_index: int,
    sha256: str,
    suffix: str,
    name: str = "",
    reason: str = "",
    lower: Sequence[float] | None = None,
    upper: Sequence[float] | None = None,
    faces: int | None = None,
) -> Kept:
    """The model of this category and index, made or brought up to date.

    It is readable unless there is a `reason` why not; a readable one comes with its bounds.
    """
    person = acting_with(session, actor, Action.MANAGE_LIBRARY)
    category = session.get(Category, category_id)
    if category is None:
        raise NotFound(f"there is no category {category_id}")
    if cad_index < 1:
        raise InvalidInput(f"cad_index counts from 1, not from {cad_index}")
    if not reason and (lower is None or upper is None):
        raise InvalidInput("a readable CAD model comes with its bounds")
    row = session.exec(
        select(CadModel).where(CadModel.category_id == category_id, CadModel.cad_index == cad_index)
    ).first()
    kept = keep(
        session,
        row,
        CadModel,
        key={"category_id": category_id, "cad_index": cad_index},
        values={
            "name": name or f"{cad_index:02d}",
            "sha256": sha256,
            "suffix": suffix,
            "readable": not reason,
            "reason": reason,
            "lower": None if reason or lower is None else [float(value) for value in lower],
            "upper": None if reason or upper is None else [float(value) for value in upper],
            "faces": faces,
        },
    )
    tally(session, person, category.dataset_id, "cad_model", kept.outcome)
    return kept


def cad_models(session: Session, *, actor: Acting, dataset_id: int, category: str) -> list[CadView]:
    """The models of a category, by index."""
    acting_with(session, actor, Action.MANAGE_LIBRARY)
    rows = session.exec(
        select(CadModel)
        .join(Category, col(Category.id) == CadModel.category_id)
        .where(Category.dataset_id == dataset_id, Category.name == category)
        .order_by(col(CadModel.cad_index))
    )
    return [cad_view(row) for row in rows]


def category_view(row: Category) -> CategoryView:
    assert row.id is not None
    return CategoryView(id=row.id, dataset_id=row.dataset_id, name=row.name, rule=CategoryRule.from_json(row.rule))


def cad_view(row: CadModel) -> CadView:
    assert row.id is not None
    return CadView(
        id=row.id,
        category_id=row.category_id,
        cad_index=row.cad_index,
        name=row.name,
        sha256=row.sha256,
        suffix=row.suffix,
        readable=row.readable,
        reason=row.reason,
        lower=tuple(row.lower) if row.lower else None,
        upper=tuple(row.upper) if row.upper else None,
        faces=row.faces,
        withdrawn=row.withdrawn_at is not None,
    )


def dataset_id_of(session: Session, name: str) -> int:
    """Raises NotFound. Checks no right: for use cases that have."""
    found = session.exec(select(Dataset.id).where(Dataset.name == name)).first()
    if found is None:
        raise NotFound(f"there is no data set {name}")
    return found


def _checked(name: str, what: str) -> str:
    """Names become folders in exports: nothing that a file system would take for something else."""
    name = name.strip()
    if not 1 <= len(name) <= 128 or not name.isprintable() or name[0] in ".-" or set(name) & set('/\\:*?"<>|'):
        raise InvalidInput(
            f"the name of a {what} has 1 to 128 characters and could name a folder: not {name!r}", rule="folder_name"
        )
    return name
