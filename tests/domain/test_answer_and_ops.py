"""Answers by field group, ops and whose turn it is to be undone, starting poses, states and rights."""

import itertools
import math
import uuid
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answer import FIELDS, Answer, Density, FieldGroup, ObjectStatus, apply, difference, values_of
from domain.box import Box, centre_error, distance_error
from domain.category import CategoryRule
from domain.errors import InvalidAnswer, InvalidInput, NotAllowed, WrongState
from domain.ops import Change, Op, OpKind, undo_and_redo
from domain.permissions import CONSOLE, TABLE, Action, Actor, Role, allowed, require
from domain.pose import Pose
from domain.start import Prediction, StartSource, best_prediction, default_pose, starting_answer
from domain.task_state import OPEN_STATES, AssignmentState, Event, transition
from domain.view import View

POSE = Pose(azimuth=1.1, elevation=0.2, theta=-0.3, distance=4, px=100, py=80, viewport=900)
NOW = datetime(2026, 1, 1, tzinfo=UTC)

answers = st.builds(
    Answer,
    pose=st.builds(
        Pose,
        azimuth=st.floats(-9, 9),
        elevation=st.floats(-9, 9),
        theta=st.floats(-9, 9),
        distance=st.floats(0.1, 99),
        px=st.floats(-99, 999),
        py=st.floats(-99, 999),
        viewport=st.just(900.0),
    ),
    cad_index=st.integers(1, 9),
    object_status=st.sampled_from([None, *ObjectStatus]),
    dense=st.sampled_from([None, *Density]),
)


def test_groups_cover_every_field_once() -> None:
    fields = list(itertools.chain.from_iterable(FIELDS.values()))
    answer = Answer(pose=POSE, cad_index=1).to_json()
    named = {*answer["pose"], *answer} - {"pose", "viewport"}
    assert sorted(fields) == sorted(named)


@given(answers, answers)
def test_the_difference_leads_from_one_to_the_other_and_back(a: Answer, b: Answer) -> None:
    changed = difference(a, b)
    assert apply(a, {group: after for group, (_, after) in changed.items()}) == b
    assert apply(b, {group: before for group, (before, _) in changed.items()}) == a


@given(answers, answers, st.sampled_from(list(FieldGroup)))
def test_a_group_changes_nothing_else(a: Answer, b: Answer, group: FieldGroup) -> None:
    merged = apply(a, {group: values_of(b, group)})
    for other in FieldGroup:
        assert values_of(merged, other) == values_of(b if other is group else a, other)


def test_half_a_group_is_refused() -> None:
    with pytest.raises(InvalidInput, match="rotation"):
        apply(Answer(pose=POSE, cad_index=1), {FieldGroup.ROTATION: {"azimuth": 1.0}})


@given(answers)
def test_json_round_trip(answer: Answer) -> None:
    assert Answer.from_json(answer.to_json()) == answer


@pytest.mark.parametrize("wrong", [0, -1, 1.5, "1", True, 10**7])
def test_cad_index_is_a_whole_number_from_one(wrong: object) -> None:
    with pytest.raises(InvalidInput):
        Answer(pose=POSE, cad_index=wrong)  # type: ignore[arg-type]  # the point of the test


def test_what_a_save_needs() -> None:
    assert Answer(pose=POSE, cad_index=1).missing() == ("object_status", "dense")
    assert Answer(pose=POSE, cad_index=1, object_status=ObjectStatus.GOOD).missing() == ("dense",)
    assert Answer(pose=POSE, cad_index=1, object_status=ObjectStatus.BAD).missing() == ()
    with pytest.raises(InvalidAnswer) as caught:
        Answer(pose=POSE, cad_index=1, dense=Density.NO).check_complete()
    assert caught.value.missing == ("object_status",)


def op(kind: OpKind, author: int = 1, undoes: str | None = None) -> Op:
    change = Change(before={"distance": 1.0}, after={"distance": 2.0})
    return Op(
        op_id=str(uuid.uuid4()),
        kind=kind,
        author_id=author,
        base_version=0,
        changes={FieldGroup.DISTANCE: change},
        undoes=undoes,
        started_at=NOW,
        ended_at=NOW,
    )


def test_undo_and_redo_are_each_persons_own() -> None:
    first, other, second = op(OpKind.EDIT), op(OpKind.EDIT, author=2), op(OpKind.CLEAR)
    undo_second = op(OpKind.UNDO, undoes=second.op_id)
    log = [first, other, second, undo_second]
    assert undo_and_redo(log, 1) == ([first], [undo_second])
    assert undo_and_redo(log, 2) == ([other], [])
    redo_second = op(OpKind.REDO, undoes=undo_second.op_id)
    assert undo_and_redo([*log, redo_second], 1) == ([first, redo_second], [])
    third = op(OpKind.EDIT)
    assert undo_and_redo([*log, third], 1) == ([first, third], [])
    undo_redone = op(OpKind.UNDO, undoes=redo_second.op_id)
    assert undo_and_redo([*log, redo_second, undo_redone], 1) == ([first], [undo_redone])


@pytest.mark.parametrize(
    "wrong", [{"op_id": "1; DROP TABLE"}, {"kind": OpKind.UNDO}, {"undoes": str(uuid.uuid4())}, {"undoes": "x"}]
)
def test_ops_that_do_not_fit_are_refused(wrong: dict[str, object]) -> None:
    values = {field: getattr(op(OpKind.EDIT), field) for field in Op.__dataclass_fields__}
    with pytest.raises(InvalidInput):
        Op(**{**values, **wrong})


BOX = Box(10, 20, 110, 120)


def test_starting_pose_takes_the_most_that_is_known() -> None:
    names = ("draft", "revision", "imported")
    known = {name: Answer(pose=POSE.replace(px=i), cad_index=1) for i, name in enumerate(names)}
    guess = Answer(pose=POSE, cad_index=3, object_status=ObjectStatus.GOOD)
    prediction = Prediction(answer=guess, model_version="a", score=0.5, created_at=NOW)
    facts = {"box": BOX, "model_diagonal": 1.0, "viewport": None}
    for i, name in enumerate(names):
        given = {n: known[n] if n in names[i:] else None for n in names}
        assert starting_answer(**given, prediction=prediction, **facts) == (known[name], StartSource(name))
    nothing = dict.fromkeys(names)
    answer, source = starting_answer(**nothing, prediction=prediction, **facts)
    assert (answer.pose, answer.cad_index, answer.object_status) == (POSE, 3, None)  # quality is the person's to say
    assert source is StartSource.PREDICTION
    answer, source = starting_answer(**nothing, prediction=None, **facts)
    assert source is StartSource.DEFAULT
    assert (answer.pose.px, answer.pose.py, answer.pose.viewport) == (60, 70, 2000)


def test_default_distance_makes_the_diagonals_equal() -> None:
    pose = default_pose(BOX, 0.8, 1500.0)
    ends = pose.project(np.array([[-0.4, 0, 0], [0.4, 0, 0]]))
    assert np.linalg.norm(ends[1] - ends[0]) == pytest.approx(BOX.diagonal, rel=1e-12)


def test_the_newest_prediction_with_the_best_score() -> None:
    answer = Answer(pose=POSE, cad_index=1)

    def predicted(score: float | None, days: int) -> Prediction:
        return Prediction(answer=answer, model_version="m", score=score, created_at=NOW + timedelta(days=days))

    best = predicted(0.4, 1)
    assert best_prediction([predicted(0.9, 0), best, predicted(None, 1), predicted(0.3, 1)]) is best
    assert best_prediction([]) is None


def test_errors_against_the_box() -> None:
    assert centre_error(POSE, POSE.replace(px=POSE.px + 30, py=POSE.py + 40), Box(0, 0, 30, 40)) == 1
    assert distance_error(POSE, POSE.replace(distance=POSE.distance * math.e)) == pytest.approx(1)
    with pytest.raises(InvalidInput):
        Box(10, 0, 10, 5)


def test_states() -> None:
    assert transition(AssignmentState.NEW, Event.EDIT) is AssignmentState.DRAFTED
    assert transition(AssignmentState.SENT_BACK, Event.SAVE) is AssignmentState.SAVED
    for event in (Event.EDIT, Event.SAVE, Event.CLEAR):
        with pytest.raises(WrongState):
            transition(AssignmentState.ACCEPTED, event)
    for state in set(AssignmentState) - {AssignmentState.ACCEPTED, AssignmentState.WITHDRAWN}:
        assert transition(state, Event.SAVE) is AssignmentState.SAVED
    assert AssignmentState.SAVED not in OPEN_STATES


def test_rights() -> None:
    assert set(TABLE) == set(Action)
    annotator = Actor(user_id=7, name="a", role=Role.ANNOTATOR)
    assert allowed(annotator, Action.ANNOTATE, owner_ids=[7])
    assert not allowed(annotator, Action.ANNOTATE, owner_ids=[8])
    assert not allowed(annotator, Action.EXPORT, owner_ids=[7])
    assert allowed(CONSOLE, Action.EXPORT)
    supervisor = Actor(user_id=7, name="s", role=Role.SUPERVISOR)
    assert allowed(supervisor, Action.SEE_ASSIGNMENT)
    with pytest.raises(NotAllowed, match="annotate"):
        require(supervisor, Action.ANNOTATE, owner_ids=[8])  # watching is not editing


def test_category_rule_round_trip() -> None:
    rule = CategoryRule(ignored=("azimuth",), ignored_reason="round", symmetry={"kind": "continuous", "axis": "z"})
    assert CategoryRule.from_json(rule.to_json()) == rule
    with pytest.raises(InvalidInput):
        CategoryRule(ignored=("distance",))


@given(st.floats(-500, 500), st.floats(-500, 500), st.floats(0.05, 40))
def test_a_view_moves_and_scales_the_picture(left: float, top: float, scale: float) -> None:
    view = View(left=left, top=top, scale=scale, width=640, height=480)
    points = np.array([[0.1, -0.2, 0.3], [-0.3, 0.1, 0.0]])
    u = POSE.project(points) + 0.5
    expected = (u - [left, top]) * scale
    np.testing.assert_allclose(view.camera(POSE).project(points) + 0.5, expected, atol=1e-6)


@pytest.mark.parametrize(
    "wrong", [{"scale": 0}, {"scale": math.nan}, {"left": math.inf}, {"width": 9000}, {"height": 0}]
)
def test_views_that_no_screen_shows(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidInput):
        View(**{"left": 0, "top": 0, "scale": 1, "width": 10, "height": 10, **wrong})
