"""Blind comparison: pairs as they were, in an order that is nobody's choice, and what the answers say."""

import pytest
from sqlmodel import select

from domain.errors import InvalidInput, NotAllowed, NotFound
from domain.evaluation import Choice, Judged, first_is_left, preference
from domain.intervals import proportion
from domain.permissions import CONSOLE
from domain.task_state import AssignmentState, TaskKind
from storage.tables import Assignment, EvaluationAnswer
from storage.use_cases import evaluate, items
from storage.use_cases.evaluate import Side
from storage.use_cases.work.creating import Handing, WorkOrder, place_order, preview_order
from storage.use_cases.work.selection import Selection
from tests.storage.test_adjudicate import do, see
from tests.storage.test_reports import turned
from tests.storage.world import World

PAIR = ("prediction:net", "answer")


@pytest.fixture
def compared(world: World) -> World:
    """A model predicts three items, Ann answers the first three; Bob compares what is there of both."""
    with world.database.transaction() as session:
        for number, item_id in enumerate(world.item_ids[:3]):
            items.add_prediction(
                session, actor=CONSOLE, item_id=item_id, model_version="net", answer=turned(90 + number), score=0.5
            )
    for number, assignment_id in enumerate(world.assignments[:3]):
        world.save(assignment_id, turned(number))
    do(world, place_order, actor=world.ada, order=order(world))
    return world


def order(world: World, **given) -> WorkOrder:
    values = {
        "selection": Selection(dataset_id=world.dataset_id),
        "kind": TaskKind.EVALUATE,
        "handing": Handing.PEOPLE,
        "user_ids": (world.bob,),
        "compares": PAIR,
        **given,
    }
    return WorkOrder(**values)


def places(world: World) -> list[int]:
    return world.assignments_of(world.bob)


def shown(world: World, assignment_id: int) -> tuple[float, float]:
    return tuple(
        see(
            world, evaluate.pictured_side, actor=world.bob, assignment_id=assignment_id, side=side
        ).answer.pose.azimuth
        for side in Side
    )


def choose(world: World, assignment_id: int, choice: Choice, *, actor: int | None = None) -> None:
    do(
        world, evaluate.answer_evaluation, actor=actor or world.bob, assignment_id=assignment_id, choice=choice
    )  # fmt: skip


class TestMaking:
    def test_only_items_that_both_have(self, compared: World) -> None:
        assert len(places(compared)) == 3
        with compared.database.reading() as session:
            again = preview_order(session, actor=compared.ada, order=order(compared))
        assert again.items == 3, "who has compared one pair of a photo may compare another"

    def test_sources(self, compared: World) -> None:
        choices = see(compared, evaluate.source_choices, actor=compared.ada, dataset_id=compared.dataset_id)
        assert [str(source) for source in choices] == ["prediction:net", "answer", f"person:{compared.ann}"]
        assert choices[2].name == "ann"
        for compares in (("answer", "answer"), ("prediction:", "answer"), ("nonsense", "answer"), None):
            with pytest.raises(InvalidInput):
                see(compared, preview_order, actor=compared.ada, order=order(compared, compares=compares))
        with pytest.raises(InvalidInput):
            see(compared, preview_order, actor=compared.ada, order=order(compared, kind=TaskKind.ANNOTATE))
        with pytest.raises(InvalidInput, match="both sources"):
            see(compared, preview_order, actor=compared.ada, order=order(compared, compares=("imported", "answer")))
        with pytest.raises(NotAllowed):
            see(compared, evaluate.source_choices, actor=compared.sue, dataset_id=compared.dataset_id)


class TestAnswering:
    def test_a_saved_answer_shows_as_it_was_given(self, compared: World) -> None:
        first = places(compared)[0]
        before = shown(compared, first)
        compared.save(compared.assignments[0], turned(45))
        assert shown(compared, first) == before, "the pair is as it was when the task was made"
        choose(compared, first, Choice.LEFT)
        assert shown(compared, first) == before
        opened = see(compared, evaluate.open_evaluation, actor=compared.bob, assignment_id=first)
        assert (opened.choice, opened.answered, opened.total) == (Choice.LEFT, 1, 3)
        assert opened.next_open_id == places(compared)[1]
        with compared.database.reading() as session:
            kept = session.get(EvaluationAnswer, 1)
            assert session.get(Assignment, first).state is AssignmentState.SAVED
        assert kept.first_left is (before[0] == turned(90).pose.azimuth), "the order is stored with the answer"
        choose(compared, first, Choice.RIGHT)
        choose(compared, first, Choice.RIGHT)
        with compared.database.reading() as session:
            assert list(session.exec(select(EvaluationAnswer.number))) == [1, 2]

    def test_whose_it_is(self, compared: World) -> None:
        first = places(compared)[0]
        for actor in (compared.ann, compared.sue, compared.ada):
            with pytest.raises(NotAllowed):
                choose(compared, first, Choice.LEFT, actor=actor)
        with pytest.raises(NotAllowed):
            see(compared, evaluate.pictured_side, actor=compared.ann, assignment_id=first, side=Side.LEFT)
        assert not see(compared, evaluate.open_evaluation, assignment_id=first).can_answer
        with pytest.raises(NotFound):
            choose(compared, compared.assignments[0], Choice.LEFT, actor=compared.ann)
        with pytest.raises(NotAllowed):
            see(compared, evaluate.evaluation_lines, actor=compared.bob)

    def test_the_order_is_by_chance(self) -> None:
        left = [first_is_left(number, seed=7) for number in range(2000)]
        assert 900 < sum(left) < 1100
        assert left == [first_is_left(number, seed=7) for number in range(2000)]
        assert left != [first_is_left(number, seed=8) for number in range(2000)]


class TestResults:
    def test_who_is_preferred(self, compared: World) -> None:
        for number, assignment_id in enumerate(places(compared)):
            models_is_left = shown(compared, assignment_id)[0] == turned(90 + number).pose.azimuth
            choose(compared, assignment_id, Choice.RIGHT if models_is_left else Choice.LEFT)
        (line,) = see(compared, evaluate.evaluation_lines)
        result = see(compared, evaluate.evaluation_result, task_id=line.task_id)
        assert (result.line.first.name, str(result.line.second), line.places) == ("net", "answer", 3)
        whole = result.line.whole
        assert (whole.n, whole.first, whole.second, whole.undecided) == (3, 0, 3, 0)
        assert whole.share == proportion(0, 3)
        assert result.categories == {"mug": whole}
        assert result.people.keys() == {"bob"}
        with pytest.raises(NotFound):
            see(compared, evaluate.evaluation_result, task_id=compared.task_id)

    def test_of_several_people_the_items_count(self) -> None:
        alone = [Judged(item_id=number, choice=Choice.LEFT, first_left=number % 4 > 0) for number in range(40)]
        thrice = [judged for judged in alone for _person in range(3)]
        once, often = preference(alone), preference(thrice)
        assert once.share == proportion(30, 40)
        assert once.winner == 1
        assert once.left.value == 1
        assert often.share.value == 0.75
        assert often.share.high - often.share.low > 0.9 * (once.share.high - once.share.low), "no new evidence"

    def test_who_cannot_tell_counts_apart(self) -> None:
        found = preference([Judged(item_id=1, choice=Choice.CANT_TELL, first_left=True)])
        assert (found.n, found.undecided, found.winner) == (1, 1, None)
        assert found.share.value != found.share.value
