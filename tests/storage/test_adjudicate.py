"""Several people's answers, and the one that a supervisor makes of them."""

import math

import pytest

from domain.answer import ObjectStatus
from domain.errors import InvalidInput, NotAllowed, NotFound, RevisionConflict
from domain.flips import FlipKind
from domain.metrics.rotation import rotation_errors
from domain.permissions import CONSOLE
from storage.exports.outgoing import Source, answers_line, outgoing
from storage.tables import Adjudication
from storage.tables.judgement import AdjudicationWay
from storage.use_cases import adjudicate, verdicts
from storage.use_cases.adjudicate import AdjudicationFilter, Which, disputed, disputed_item
from storage.use_cases.chosen import chosen_answers
from storage.use_cases.release import Only, release_photos
from storage.use_cases.review import accept
from storage.use_cases.review.decisions import JudgedRevisionGone
from tests.storage.test_reports import turned
from tests.storage.world import World, answer, new_id


@pytest.fixture
def given(world: World) -> World:
    """Ann, Bob and Ada answer the first item, Ada flipped; Ann and Bob the second, alike; Ann alone the third."""
    world.give(world.bob)
    world.give(world.ada)
    for user, degrees in ((world.ann, (0, 0, 0)), (world.bob, (4, 2)), (world.ada, (181,))):
        for assignment_id, turn in zip(world.assignments_of(user), degrees, strict=False):
            world.save(assignment_id, turned(turn), actor=user)
    return world


def see(world: World, use_case, *, actor: int | None = None, **named):
    with world.database.reading() as session:
        return use_case(session, actor=actor or world.sue, **named)


def do(world: World, use_case, *, actor: int | None = None, **named):
    with world.database.transaction() as session:
        return use_case(session, actor=actor or world.sue, **named)


def item(world: World, number: int = 0) -> adjudicate.Disputed:
    return see(world, disputed_item, item_id=world.item_ids[number])


def ids(world: World, **chosen) -> list[int]:
    return [each.item_id for each in see(world, disputed, chosen=AdjudicationFilter(**chosen))]


def take(world: World, number: int, *, actor: int | None = None, last_number: int = 0) -> None:
    shown = item(world)
    label = shown.labels[number]
    do(
        world, adjudicate.take_answer, actor=actor, item_id=shown.item_id, revision_id=label.revision_id,
        seen=shown.revision_ids, last_number=last_number,
    )  # fmt: skip


def chosen(world: World, only: Only | None = None, number: int = 0):
    with world.database.reading() as session:
        photos = list(release_photos(session, actor=CONSOLE, dataset="mugs"))
    photo = photos[number // 2]
    return photo, photo.items[number % 2], photo.items[number % 2].chosen(only)


class TestListing:
    def test_what_people_said_and_who_is_out(self, given: World) -> None:
        first, second = see(given, disputed, chosen=AdjudicationFilter())
        assert [label.author for label in first.labels] == ["ann", "bob", "ada"]
        assert [label.kind for label in first.labels] == [None, None, FlipKind.AZIMUTH]
        assert [label.out for label in first.labels] == [False, False, True]
        assert first.majority
        assert first.members == 2
        assert first.spread_degrees == pytest.approx(2)
        assert float(rotation_errors(first.mean.pose.rotation(), turned(2).pose.rotation())) < 1e-9
        assert not first.agree
        assert second.agree

    def test_which_are_listed(self, given: World) -> None:
        first, second = given.item_ids[:2]
        assert ids(given) == [first, second]
        assert ids(given, which=Which.DISAGREED) == [first]
        assert ids(given, which=Which.DECIDED) == []
        take(given, 0)
        assert ids(given) == [second]
        assert ids(given, which=Which.DECIDED) == [first]
        assert ids(given, which=Which.ALL, category_id=given.category_id) == [first, second]
        assert ids(given, which=Which.ALL, category_id=99) == []
        after = see(given, disputed, chosen=AdjudicationFilter(which=Which.ALL), after=first)
        assert [each.item_id for each in after] == [second]
        counts = see(given, adjudicate.adjudication_counts, chosen=AdjudicationFilter())
        assert (counts.waiting, counts.decided) == (1, 1)
        choices = see(given, adjudicate.adjudication_choices)
        assert [name for _, name in choices.categories] == ["mug"]
        assert len(choices.tasks) == 3

    def test_another_model_or_quality_is_no_agreement(self, given: World) -> None:
        given.save(given.assignments_of(given.bob)[1], turned(2, status=ObjectStatus.BAD), actor=given.bob)
        shown = item(given, 1)
        assert not shown.agree
        assert shown.labels[1].degrees is None
        assert shown.members == 1

    def test_angles_over_the_turn_and_one_quality_for_all_are_no_disagreement(self, given: World) -> None:
        """What the database alone would take for far apart, and what has no pose to differ in."""
        first, second = given.item_ids[:2]
        for user, degrees in ((given.ann, 359), (given.bob, 2)):
            given.save(given.assignments_of(user)[1], turned(degrees), actor=user)
        assert ids(given, which=Which.DISAGREED) == [first]
        for user, degrees in ((given.ann, 10), (given.bob, 31)):
            given.save(given.assignments_of(user)[1], turned(degrees), actor=user)
        assert ids(given, which=Which.DISAGREED) == [first, second]
        for user, degrees in ((given.ann, 10), (given.bob, 31)):
            given.save(given.assignments_of(user)[1], turned(degrees, status=ObjectStatus.BAD), actor=user)
        assert ids(given, which=Which.DISAGREED) == [first]
        assert item(given, 1).agree

    def test_who_is_still_to_answer_sees_nothing(self, given: World) -> None:
        assert ids(given, which=Which.ALL) == given.item_ids[:2]
        with given.database.reading() as session:
            mine = disputed(session, actor=given.ada, chosen=AdjudicationFilter(which=Which.ALL))
            assert [each.item_id for each in mine] == [given.item_ids[0]], "her own second item is not answered"
            with pytest.raises(NotFound):
                disputed_item(session, actor=given.ada, item_id=given.item_ids[1])

    def test_annotators_may_not_look(self, given: World) -> None:
        for use_case in (disputed, adjudicate.adjudication_counts):
            with pytest.raises(NotAllowed):
                see(given, use_case, actor=given.ann, chosen=AdjudicationFilter())
        for picture in (disputed_item, adjudicate.pictured_mean, adjudicate.pictured_chosen):
            with pytest.raises(NotAllowed):
                see(given, picture, actor=given.ann, item_id=given.item_ids[0])
        with pytest.raises(NotAllowed):
            take(given, 0, actor=given.ann)


class TestDeciding:
    def test_one_is_taken_then_the_mean_then_none(self, given: World) -> None:
        take(given, 1)
        standing = item(given).standing
        assert (standing.way, standing.author, standing.number) == (AdjudicationWay.TAKEN, "sue", 1)
        assert standing.answer == turned(4)
        seen = item(given).revision_ids
        do(given, adjudicate.take_mean, item_id=given.item_ids[0], seen=seen, last_number=1)
        standing = item(given).standing
        assert (standing.way, standing.number) == (AdjudicationWay.MEAN, 2)
        assert standing.answer.object_status is ObjectStatus.GOOD
        do(given, adjudicate.withdraw_adjudication, item_id=given.item_ids[0], last_number=2)
        assert item(given).standing is None
        assert item(given).last_number == 3
        with pytest.raises(NotFound):
            do(given, adjudicate.withdraw_adjudication, item_id=given.item_ids[0], last_number=3)
        with given.database.reading() as session:
            assert session.get(Adjudication, 1).answer() == turned(4), "revisions stay"

    def test_an_own_answer_once(self, given: World) -> None:
        save_id = new_id()
        named = {
            "assignment_id": given.assignments_of(given.ada)[0],
            "revision": 1,
            "answer": turned(7),
            "save_id": save_id,
        }
        first = do(given, adjudicate.adjudicate_own, **named)
        assert do(given, adjudicate.adjudicate_own, **named) == first
        standing = item(given).standing
        assert (standing.way, standing.answer) == (AdjudicationWay.OWN, turned(7))
        with pytest.raises(JudgedRevisionGone):
            do(given, adjudicate.adjudicate_own, **{**named, "revision": 2, "save_id": new_id()})
        with pytest.raises(InvalidInput):
            do(given, adjudicate.adjudicate_own, **{**named, "answer": turned(7, status=None), "save_id": new_id()})

    def test_what_has_changed_meanwhile_is_refused(self, given: World) -> None:
        seen = item(given).revision_ids
        given.save(given.assignments_of(given.bob)[0], turned(5), actor=given.bob)
        with pytest.raises(JudgedRevisionGone):
            do(given, adjudicate.take_mean, item_id=given.item_ids[0], seen=seen, last_number=0)
        take(given, 0)
        with pytest.raises(RevisionConflict):
            take(given, 1)
        assert not item(given).standing.changed
        given.save(given.assignments_of(given.bob)[0], turned(6), actor=given.bob)
        assert item(given).standing.changed

    def test_no_mean_of_two_who_contradict_each_other(self, given: World) -> None:
        given.save(given.assignments_of(given.bob)[1], turned(90), actor=given.bob)
        shown = item(given, 1)
        assert not shown.majority
        with pytest.raises(InvalidInput):
            do(given, adjudicate.take_mean, item_id=shown.item_id, seen=shown.revision_ids, last_number=0)


class TestExport:
    def test_adjudicated_else_accepted_else_saved_by_the_first(self, given: World) -> None:
        assert chosen(given)[2].answer == turned(0)
        assert chosen(given, Only.ACCEPTED)[2] is None
        do(given, accept, assignment_id=given.assignments_of(given.bob)[0], revision=1)
        assert chosen(given)[2].answer == turned(4)
        take(given, 2)
        photo, released, found = chosen(given, Only.ACCEPTED)
        assert found.answer == turned(181)
        sent = outgoing(photo, released, Only.ACCEPTED)
        assert (sent.source, sent.annotator, sent.revision) == (Source.ADJUDICATED, "sue", 1)
        line = answers_line(photo, released, None)
        assert (line["adjudicated"]["annotator"], line["adjudicated"]["way"]) == ("sue", "taken")
        do(given, adjudicate.withdraw_adjudication, item_id=given.item_ids[0], last_number=1)
        assert chosen(given)[2].answer == turned(4)
        assert "adjudicated" not in answers_line(*chosen(given)[:2], None)

    def test_sql_takes_what_the_export_takes(self, given: World) -> None:
        do(given, accept, assignment_id=given.assignments_of(given.bob)[1], revision=1)
        take(given, 2)
        for only in Only:
            with given.database.reading() as session:
                rows = session.execute(chosen_answers(only=only).select()).all()
            expected = [chosen(given, only, number)[2] for number in range(4)]
            assert {row.item_id: row.azimuth for row in rows} == {
                item_id: found.answer.pose.azimuth
                for item_id, found in zip(given.item_ids, expected, strict=True)
                if found
            }


class TestVerdicts:
    def test_a_list_is_worked_through(self, given: World) -> None:
        def listed(**chosen) -> list[int]:
            found = see(given, verdicts.annotations_to_judge, chosen=verdicts.VerdictFilter(**chosen))
            return [each.item_id for each in found]

        def say(number: int, verdict: verdicts.Verdict) -> None:
            stands = see(given, verdicts.annotation_to_judge, item_id=given.item_ids[number])
            do(
                given, verdicts.judge_annotation, item_id=stands.item_id, verdict=verdict,
                revision_id=stands.revision_id, adjudication_id=stands.adjudication_id,
            )  # fmt: skip

        assert listed() == given.item_ids[:3]
        say(0, verdicts.Verdict.BAD_POSE)
        say(1, verdicts.Verdict.MORE_CAD_MODELS)
        assert listed() == given.item_ids[2:3]
        assert listed(verdict=verdicts.Verdict.BAD_POSE) == given.item_ids[:1]
        line, whole = see(given, verdicts.verdict_counts)
        assert (line.category, line.annotations, line.judged) == ("mug", 3, 2)
        assert whole.of[verdicts.Verdict.BAD_POSE] == 1
        take(given, 1)
        assert listed(listed=verdicts.Listed.CHANGED) == given.item_ids[:1]
        assert listed() == given.item_ids[2:3]
        with pytest.raises(RevisionConflict):
            do(
                given, verdicts.judge_annotation, item_id=given.item_ids[0], verdict=verdicts.Verdict.GOOD,
                revision_id=1, adjudication_id=None,
            )  # fmt: skip
        say(0, verdicts.Verdict.GOOD)
        assert see(given, verdicts.annotation_to_judge, item_id=given.item_ids[0]).said.number == 2
        with pytest.raises(NotAllowed):
            see(given, verdicts.verdict_counts, actor=given.ann)
        with pytest.raises(NotFound):
            see(given, verdicts.annotation_to_judge, item_id=given.item_ids[3])


def test_the_mean_of_another_model_s_distances_says_nothing() -> None:
    from dataclasses import replace

    from domain.adjudication import together
    from domain.metrics.scoring import Likeness

    other = replace(answer(0.5, distance=50.0), cad_index=2)
    found = together([answer(0.5, distance=4.0), answer(0.5 + math.radians(2), distance=9.0), other], Likeness())
    assert found.answer.cad_index == 1
    assert found.answer.pose.distance == pytest.approx(6.0)
