"""What counts as the same pose, for every category and CAD model of a data set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from domain import symmetry
from domain.category import CategoryRule
from domain.errors import NotFound
from domain.metrics.scoring import Likeness
from domain.permissions import Action
from storage.acting import Acting, acting_with
from storage.record import audit
from storage.tables import CadModel, Category


@dataclass(frozen=True, slots=True)
class Likenesses:
    """Each is one object for one content, so that arrays can be grouped by it."""

    of_category: Mapping[int, Likeness]
    of_model: Mapping[tuple[int, int], Likeness]

    def of(self, category_id: int, cad_index: int) -> Likeness:
        """A CAD model's own, else its category's."""
        return self.of_model.get((category_id, cad_index)) or self.of_category[category_id]


def likenesses(session: Session, *, dataset_id: int | None = None) -> Likenesses:
    """Of one data set, or of all. Other use cases call it after they have checked who asks."""
    chosen = select(Category) if dataset_id is None else select(Category).where(Category.dataset_id == dataset_id)
    rules = {row.id or 0: CategoryRule.from_json(row.rule) for row in session.exec(chosen)}
    own = select(CadModel.category_id, CadModel.cad_index, CadModel.symmetry).where(
        CadModel.symmetry.is_not(None)  # type: ignore[union-attr]
    )
    return Likenesses(
        of_category={id_: _likeness(rule, rule.symmetry) for id_, rule in rules.items()},
        of_model={
            (category_id, cad_index): _likeness(rules[category_id], values)
            for category_id, cad_index, values in session.exec(own)
            if category_id in rules and values is not None
        },
    )


def likeness_of(session: Session, category_id: int, cad_index: int) -> Likeness:
    """Of one CAD model. Other use cases call it after they have checked who asks."""
    rule = CategoryRule.from_json(session.get_one(Category, category_id).rule)
    own = session.exec(
        select(CadModel.symmetry).where(CadModel.category_id == category_id, CadModel.cad_index == cad_index)
    ).first()
    return _likeness(rule, rule.symmetry if own is None else own)


def set_model_symmetry(
    session: Session, *, actor: Acting, cad_model_id: int, values: Mapping[str, Any] | None
) -> None:
    """Gives a CAD model a symmetry of its own, in a form of `domain.symmetry`; None: that of its category.

    Raises InvalidInput, NotFound.
    """
    person = acting_with(session, actor, Action.MANAGE_LIBRARY)
    row = session.get(CadModel, cad_model_id)
    if row is None:
        raise NotFound(f"there is no CAD model {cad_model_id}")
    if values is not None:
        symmetry.from_json(values)
    before, row.symmetry = row.symmetry, None if values is None else dict(values)
    if before != row.symmetry:
        audit(session, person, "set_symmetry", "cad_model", cad_model_id, before=before, after=row.symmetry)
    session.flush()


def _likeness(rule: CategoryRule, values: Mapping[str, Any]) -> Likeness:
    return Likeness(symmetry=symmetry.of_rule(values, rule.ignored), ignored=rule.ignored)
