"""Two people undo and redo among each other's changes: their own, and nothing else."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from domain.answer import FIELDS, Answer, FieldGroup, apply, values_of
from domain.ops import Change, Op, OpKind, undo_and_redo
from domain.pose import ANGLES, Pose, wrap_positive
from domain.standing import Put, Standing

NOW = datetime(2026, 1, 2, tzinfo=UTC)
START = Answer(
    pose=Pose(azimuth=0.0, elevation=0.0, theta=0.0, distance=1.0, px=0.0, py=0.0, viewport=100.0), cad_index=1
)
ANN, BEN = 1, 2
GROUPS = (FieldGroup.ROTATION, FieldGroup.CENTRE, FieldGroup.DISTANCE)


class Log:
    """What two people do, and the answer as everybody sees it after each."""

    def __init__(self) -> None:
        self.entries: list[Op | Put] = []
        self.answer = START
        self.number = 1

    def do(self, author: int, groups: tuple[FieldGroup, ...] = (FieldGroup.ROTATION,)) -> Op:
        """A gesture whose values no other has."""
        self.number += 1
        after = {group: dict.fromkeys(FIELDS[group], float(self.number)) for group in groups}
        changes = {g: Change(before=values_of(self.answer, g), after=values) for g, values in after.items()}
        return self._add(author, OpKind.EDIT, changes)

    def turn(self, author: int, kind: OpKind) -> None:
        """Undo or redo what is next, if anything is."""
        undo, redo = undo_and_redo([entry for entry in self.entries if isinstance(entry, Op)], author)
        if targets := redo if kind is OpKind.REDO else undo:
            self._add(author, kind, {}, undoes=targets[-1].op_id)

    def undo_all(self, author: int) -> None:
        for _ in self.entries[:]:
            self.turn(author, OpKind.UNDO)

    def put(self, author: int, answer: Answer) -> None:
        self.entries.append(Put(author_id=author, answer=answer))
        self.answer = answer

    def _add(self, author: int, kind: OpKind, changes: dict[FieldGroup, Change], undoes: str | None = None) -> Op:
        op = Op(
            op_id=str(uuid.uuid4()),
            kind=kind,
            author_id=author,
            base_version=0,
            changes=changes,
            undoes=undoes,
            started_at=NOW,
            ended_at=NOW,
        )
        standing = Standing.after(self.entries)
        groups = standing.add(op)
        self.entries.append(op)
        self.answer = apply(self.answer, {g: values for g in groups if (values := standing.values(g)) is not None})
        return op


STEPS = st.lists(
    st.tuples(
        st.sampled_from((ANN, BEN)),
        st.sampled_from(("do", "do", "undo", "redo")),
        st.sets(st.sampled_from(GROUPS), min_size=1).map(lambda groups: tuple(sorted(groups))),
    ),
    max_size=25,
)


def played(steps: list[tuple[int, str, tuple[FieldGroup, ...]]]) -> Log:
    log = Log()
    for author, act, groups in steps:
        if act == "do":
            log.do(author, groups)
        else:
            log.turn(author, OpKind(act))
    return log


@given(STEPS)
def test_who_undoes_everything_leaves_exactly_what_the_other_did(
    steps: list[tuple[int, str, tuple[FieldGroup, ...]]],
) -> None:
    """As if one had never been there: what the other's gestures that stand would have made alone."""
    both = played(steps)
    both.undo_all(ANN)
    undoable, _ = undo_and_redo([entry for entry in both.entries if isinstance(entry, Op)], BEN)
    alone = START
    standing = Standing.after(both.entries)
    of_ben = {standing.gesture_of(each.op_id) for each in undoable}
    for op in both.entries:
        if isinstance(op, Op) and op.op_id in of_ben:
            alone = apply(alone, {group: change.after for group, change in op.changes.items()})
    assert both.answer == alone
    both.undo_all(BEN)
    assert both.answer == START


@given(STEPS)
def test_everybody_who_knows_the_log_sees_the_same(steps: list[tuple[int, str, tuple[FieldGroup, ...]]]) -> None:
    """What was applied step by step is what the whole log says."""
    log = played(steps)
    standing = Standing.after(log.entries)
    for group in GROUPS:
        assert (standing.values(group) or values_of(START, group)) == values_of(log.answer, group)


@given(STEPS, st.sampled_from((ANN, BEN)))
def test_undo_then_redo_changes_nothing(steps: list[tuple[int, str, tuple[FieldGroup, ...]]], author: int) -> None:
    log = played(steps)
    before = log.answer
    undoable, _ = undo_and_redo([entry for entry in log.entries if isinstance(entry, Op)], author)
    if undoable:
        log.turn(author, OpKind.UNDO)
        log.turn(author, OpKind.REDO)
    assert log.answer == before


def test_an_undo_beneath_another_s_change_shows_nothing_until_that_is_gone() -> None:
    log = Log()
    log.do(ANN)
    log.do(BEN)
    seen = log.answer
    log.turn(ANN, OpKind.UNDO)
    assert log.answer == seen
    assert Standing.after(log.entries).of_others(ANN) == {FieldGroup.ROTATION}
    log.turn(BEN, OpKind.UNDO)
    assert log.answer == START


def test_a_save_that_writes_an_angle_another_way_covers_nothing() -> None:
    log = Log()
    log.number = 6
    log.do(ANN)
    kept = log.answer.pose.replace(**{name: wrap_positive(getattr(log.answer.pose, name)) for name in ANGLES})
    assert kept != log.answer.pose
    log.put(BEN, replace(log.answer, pose=kept))
    log.turn(ANN, OpKind.UNDO)
    assert log.answer == START


def test_what_a_reviewer_puts_there_is_not_undone_with_the_gesture_beneath() -> None:
    log = Log()
    log.do(ANN)
    fixed = apply(log.answer, {FieldGroup.ROTATION: dict.fromkeys(FIELDS[FieldGroup.ROTATION], 0.25)})
    log.put(BEN, fixed)
    log.turn(ANN, OpKind.UNDO)
    assert log.answer == fixed
    log.do(ANN)
    log.turn(ANN, OpKind.UNDO)
    assert log.answer == fixed


def test_a_pose_saved_in_mid_drag_goes_with_the_gesture_of_its_author() -> None:
    log = Log()
    log.do(ANN)
    log.put(ANN, apply(log.answer, {FieldGroup.ROTATION: dict.fromkeys(FIELDS[FieldGroup.ROTATION], 0.25)}))
    log.turn(ANN, OpKind.UNDO)
    assert log.answer == START


def test_long_histories(count: Callable[[int, int], int]) -> None:
    """Hundreds of gestures, then everything of one's own taken back."""
    log = Log()
    for number in range(count(60, 400)):
        log.do((ANN, BEN)[number % 2], (GROUPS[number % 3],))
    last_of_ben = {
        group: next(
            op.changes[group].after
            for op in reversed(log.entries)
            if isinstance(op, Op) and op.author_id == BEN and group in op.changes
        )
        for group in GROUPS
    }
    log.undo_all(ANN)
    assert {group: values_of(log.answer, group) for group in GROUPS} == last_of_ben
