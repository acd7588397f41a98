"""How an answer to an item with a known answer was, for tests and for hidden gold; poses of gold never leave here."""

from sqlmodel import Session, select

from domain.answer import Answer
from domain.qualification import Judged, Off, Thresholds, judge_answer
from storage.tables import Assignment, Gold, Item
from storage.tables.qualification import JudgedColumns
from storage.use_cases.annotate.answers import box_of
from storage.use_cases.likeness import likeness_of


def judged(session: Session, assignment: Assignment, answer: Answer, limits: Thresholds) -> Judged | None:
    """None where the item is not gold."""
    gold = session.exec(select(Gold).where(Gold.item_id == assignment.item_id)).first()
    item = session.get(Item, assignment.item_id)
    if gold is None or item is None:
        return None
    truth = gold.answer()
    likeness = likeness_of(session, item.category_id, truth.cad_index)
    return judge_answer(answer, truth, box_of(item), likeness, limits)


def keep(row: JudgedColumns, found: Judged) -> None:
    """Writes it down."""
    row.is_right = found.right
    row.rotation, row.centre, row.distance = found.rotation, found.centre, found.distance
    row.off = [each.to_json() for each in found.off]


def kept(row: JudgedColumns) -> Judged | None:
    """What was written down; None where nothing was yet."""
    if row.is_right is None or row.rotation is None or row.centre is None or row.distance is None:
        return None
    return Judged(
        right=row.is_right,
        rotation=row.rotation,
        centre=row.centre,
        distance=row.distance,
        off=tuple(Off.from_json(each) for each in row.off),
    )
