"""Ready-made remarks: up to nine for each category, one key each."""

from collections import Counter
from collections.abc import Sequence

from sqlmodel import Session, col, select

from domain.errors import InvalidInput, NotFound
from domain.permissions import Action
from domain.remarks import MOST_READY, clean_text
from storage.acting import Acting, acting_with
from storage.record import audit, publish
from storage.tables import Category, Dataset, ReadyRemark


def ready_remarks(session: Session, *, actor: Acting, category_id: int) -> tuple[str, ...]:
    """Those that somebody has written for the category; empty where the general ones stand. Raises NotAllowed."""
    acting_with(session, actor, Action.REVIEW)
    return ready_texts(session, category_id)


def remark_categories(session: Session, *, actor: Acting) -> list[tuple[int, str]]:
    """(id, name) of all categories in work, by name; with the data set where several have one of the name. Raises
    NotAllowed."""
    acting_with(session, actor, Action.REVIEW)
    rows = session.exec(
        select(Category.id, Category.name, Dataset.name)
        .join(Dataset, col(Dataset.id) == Category.dataset_id)
        .where(col(Dataset.archived_at).is_(None))
        .order_by(col(Category.name), col(Dataset.name))
    ).all()
    often = Counter(name for _id, name, _dataset in rows)
    return [(id_ or 0, f"{name} ({dataset})" if often[name] > 1 else name) for id_, name, dataset in rows]


def ready_texts(session: Session, category_id: int) -> tuple[str, ...]:
    statement = select(ReadyRemark.text).where(ReadyRemark.category_id == category_id)
    return tuple(session.exec(statement.order_by(col(ReadyRemark.position))))


def set_ready_remarks(session: Session, *, actor: Acting, category_id: int, texts: Sequence[str]) -> None:
    """Writes the category's own; none brings the general ones back. Raises NotAllowed, NotFound, InvalidInput."""
    person = acting_with(session, actor, Action.REVIEW)
    if session.get(Category, category_id) is None:
        raise NotFound(f"there is no category {category_id}")
    cleaned = [clean_text(text) for text in texts if text.strip()]
    if len(cleaned) > MOST_READY:
        raise InvalidInput(f"a category has at most {MOST_READY} ready-made remarks")
    for row in session.exec(select(ReadyRemark).where(ReadyRemark.category_id == category_id)):
        session.delete(row)
    session.flush()
    session.add_all(
        ReadyRemark(category_id=category_id, position=position, text=text)
        for position, text in enumerate(cleaned, start=1)
    )
    audit(session, person, "set_ready_remarks", "category", category_id, number=len(cleaned))
    publish(session, "category.changed", "category", category_id)
    session.flush()
