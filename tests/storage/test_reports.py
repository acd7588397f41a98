"""Statistics, scores of models and the agreement report, against what was put in."""

import json
import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from domain.answer import Answer, ObjectStatus
from domain.category import CategoryRule
from domain.errors import InvalidInput, NotAllowed, NotFound
from domain.flips import FlipKind
from domain.metrics.rotation import rotation_errors
from domain.permissions import CONSOLE
from domain.task_state import AssignmentState
from storage.tables import Assignment, FlipQuestion
from storage.tables.qualification import FlipChoice
from storage.use_cases import items, library
from storage.use_cases.agreement import agreement_report
from storage.use_cases.likeness import likenesses, set_model_symmetry
from storage.use_cases.release import Only, note_export, release_photos
from storage.use_cases.review.decisions import accept
from storage.use_cases.scoring import model_versions, score
from storage.use_cases.statistics import By, statistics
from tests.storage.test_effort import Clock, gesture
from tests.storage.world import World, answer

START = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


def turned(degrees: float, **given) -> Answer:
    """`answer()`, turned about the vertical."""
    return answer(0.5 + math.radians(degrees), **given)


class TestStatistics:
    @pytest.fixture
    def worked(self, world: World, monkeypatch) -> World:
        """Ann does three items on two days, Bob one; the first two items are gold. The guard asks Ann twice, on the
        first day, and she turns one of them."""
        clock = Clock(world, monkeypatch)
        world.give(world.bob)
        with world.database.transaction() as session:
            for item_id in world.item_ids[:2]:
                items.add_gold(session, actor=CONSOLE, item_id=item_id, answer=answer())
        for number, degrees in enumerate((5, 180, 0)):
            assignment_id = world.assignments[number]
            gesture(world, assignment_id, 2, azimuth=1.0 + number)
            clock.on(30)
            world.save(assignment_id, turned(degrees))
            clock.on(86400 if number == 1 else 20)
        world.save(world.assignments_of(world.bob)[0], turned(20), actor=world.bob)
        with world.database.transaction() as session:
            accept(session, actor=world.sue, assignment_id=world.assignments[0], revision=1)
            for assignment_id, choice in zip(world.assignments, (FlipChoice.SWAPPED, None), strict=False):
                session.add(
                    FlipQuestion(
                        assignment_id=assignment_id,
                        revision_id=1,
                        user_id=world.ann,
                        kind=FlipKind.AZIMUTH,
                        probability=0.9,
                        azimuth=0.5,
                        elevation=0.25,
                        theta=0.125,
                        at=START,
                        choice=choice,
                    )
                )
        return world

    def rows(self, world: World, by: By, actor: int | None = None, **given) -> dict:
        with world.database.reading() as session:
            found = statistics(session, actor=actor or world.sue, by=by, **given)
        return {row.label: row for row in found}

    def test_by_person(self, worked: World) -> None:
        rows = self.rows(worked, By.PERSON)
        ann, bob = rows["ann"], rows["bob"]
        assert (ann.items, ann.saves, ann.gestures, ann.reviewed, ann.passed) == (3, 3, 3, 1, 1)
        # 2 + 30, the way of 20 and 30, and on the next day 2 + 30.
        assert ann.active_seconds == 32 + 50 + 32
        assert ann.items_per_hour == pytest.approx(3 * 3600 / 114)
        assert ann.changes["azimuth"] == 3
        assert ann.changes["px"] == 0
        assert ann.first_pass.value == 1
        assert (bob.items, bob.active_seconds, bob.items_per_hour) == (1, 0, None)

    def test_gold_tells_how_good_people_are(self, worked: World) -> None:
        rows = self.rows(worked, By.PERSON)
        assert rows["ann"].gold.n == 2
        assert rows["ann"].gold.acc_pi_18.value == 0.5
        assert rows["ann"].gold.flips == 1
        assert rows["bob"].gold.median_degrees == pytest.approx(20)

    def test_by_day_category_and_task(self, worked: World) -> None:
        days = self.rows(worked, By.DAY)
        assert [(label, row.items) for label, row in days.items()] == [("2026-05-04", 2), ("2026-05-05", 2)]
        assert days["2026-05-04"].gold.n == 2
        assert days["2026-05-05"].gold.n == 1
        assert {label: row.items for label, row in self.rows(worked, By.CATEGORY).items()} == {"mug": 4}
        assert sorted(row.items for row in self.rows(worked, By.TASK).values()) == [1, 3]
        only = self.rows(worked, By.DAY, since=START.date() + timedelta(days=1))
        assert list(only) == ["2026-05-05"]
        assert not self.rows(worked, By.DAY, until=START.date() - timedelta(days=1))
        assert self.rows(worked, By.PERSON, dataset_id=worked.dataset_id).keys() == {"ann", "bob"}
        assert not self.rows(worked, By.PERSON, dataset_id=99)

    def test_what_the_flip_guard_asked_and_what_was_turned(self, worked: World) -> None:
        expected = {
            By.PERSON: {"ann": (2, 1), "bob": (0, 0)},
            By.CATEGORY: {"mug": (2, 1)},
            By.DAY: {"2026-05-04": (2, 1), "2026-05-05": (0, 0)},
        }
        for by, numbers in expected.items():
            rows = self.rows(worked, by)
            assert {label: (row.flips_asked, row.flips_caught) for label, row in rows.items()} == numbers
        assert sorted(row.flips_asked for row in self.rows(worked, By.TASK).values()) == [0, 2]
        assert self.rows(worked, By.DAY, worked.ann)["2026-05-04"].flips_caught == 1
        assert self.rows(worked, By.PERSON, worked.bob)["bob"].flips_asked == 0
        later = self.rows(worked, By.PERSON, since=START.date() + timedelta(days=1))
        assert later["ann"].flips_asked == 0

    def test_annotators_see_their_own_and_not_which_items_are_gold(self, worked: World, monkeypatch) -> None:
        rows = self.rows(worked, By.PERSON, worked.bob)
        assert rows.keys() == {"bob"}
        assert rows["bob"].gold is None
        monkeypatch.setattr("storage.use_cases.statistics.FEWEST_GOLD_SHOWN", 2)
        assert self.rows(worked, By.PERSON, worked.ann)["ann"].gold.n == 2
        monkeypatch.setattr("storage.record.now", lambda: START + timedelta(hours=3))  # the day is not over
        assert self.rows(worked, By.PERSON, worked.ann)["ann"].gold is None
        assert self.rows(worked, By.PERSON)["ann"].gold.n == 2
        with pytest.raises(NotAllowed):
            self.rows(worked, By.PERSON, worked.bob, user_id=worked.ann)

    def test_saving_again_does_not_tell_people_which_items_are_gold(self, worked: World, monkeypatch) -> None:
        monkeypatch.setattr("storage.use_cases.statistics.FEWEST_GOLD_SHOWN", 1)
        before = self.rows(worked, By.PERSON, worked.ann)["ann"].gold
        worked.save(worked.assignments[1], turned(0))
        worked.save(worked.assignments[2], turned(0))
        assert self.rows(worked, By.PERSON, worked.ann)["ann"].gold == before
        assert self.rows(worked, By.PERSON)["ann"].gold != before

    def test_a_round_category_forgives(self, worked: World) -> None:
        with worked.database.transaction() as session:
            rule = CategoryRule(ignored=("azimuth",), ignored_reason="round")
            library.set_category(session, actor=CONSOLE, dataset_id=worked.dataset_id, name="mug", rule=rule)
        assert self.rows(worked, By.PERSON)["ann"].gold.acc_pi_18.value == 1


class TestLikeness:
    def test_a_models_own_symmetry_comes_before_its_categorys(self, world: World) -> None:
        with world.database.transaction() as session:
            half = {"kind": "cyclic", "axis": "z", "order": 2}
            set_model_symmetry(session, actor=world.ada, cad_model_id=world.cad_ids[1], values=half)
            with pytest.raises(InvalidInput):
                set_model_symmetry(session, actor=world.ada, cad_model_id=world.cad_ids[1], values={"kind": "odd"})
            with pytest.raises(NotAllowed):
                set_model_symmetry(session, actor=world.ann, cad_model_id=world.cad_ids[1], values=half)
        with world.database.reading() as session:
            found = likenesses(session, dataset_id=world.dataset_id)
        assert len(found.of(world.category_id, 2).symmetry.turns) == 2
        assert found.of(world.category_id, 1).symmetry.trivial


class TestScore:
    @pytest.fixture
    def scored(self, world: World) -> World:
        """Ann and Bob answer; what Ann's first says was accepted, and Bob's second. A model predicts three items."""
        world.give(world.bob)
        bobs = world.assignments_of(world.bob)
        for number in range(3):
            world.save(world.assignments[number], turned(number))
            world.save(bobs[number], turned(40 + number), actor=world.bob)
        world.save(world.assignments[3], turned(3, status=ObjectStatus.BAD))
        with world.database.transaction() as session:
            for assignment_id in (world.assignments[0], bobs[1], world.assignments[3]):
                session.get(Assignment, assignment_id).state = AssignmentState.ACCEPTED
            for item_id, degrees in zip(world.item_ids[1:], (181, 12, 0), strict=True):
                items.add_prediction(
                    session, actor=CONSOLE, item_id=item_id, model_version="net", answer=turned(degrees), score=0.5
                )
        return world

    def score(self, world: World, only: Only = Only.SAVED, **given):
        with world.database.reading() as session:
            return score(
                session, **{"actor": world.sue, "dataset": "mugs", "model_version": "net", "only": only, **given}
            )

    @pytest.mark.parametrize("only", list(Only))
    def test_it_takes_the_labels_that_an_export_takes(self, scored: World, only: Only) -> None:
        found = self.score(scored, only)
        with scored.database.reading() as session:
            released = [
                item for photo in release_photos(session, actor=CONSOLE, dataset="mugs") for item in photo.items
            ]
        expected = []
        for item_id, item in zip(scored.item_ids, released, strict=True):
            chosen = item.chosen(only)
            if chosen and chosen.answer.object_status is not ObjectStatus.BAD and item.predictions:
                a, b = chosen.answer.pose.rotation(), item.predictions[0].answer.pose.rotation()
                expected.append((item_id, float(rotation_errors(a, b))))
        assert list(zip(found.item_ids.tolist(), found.errors.rotation.tolist(), strict=True)) == expected
        assert len(expected) == (1 if only is Only.ACCEPTED else 2)
        assert found.labels == len(expected) + 1
        assert found.missing == 1

    def test_numbers_and_worst_cases(self, scored: World) -> None:
        found = self.score(scored)
        assert found.whole.n == 2
        assert found.categories.keys() == {"mug"}
        assert found.worst(1) == [int(found.item_ids[np.argmax(found.errors.rotation)])]
        json.dumps(found.whole.to_json(), allow_nan=False)

    def test_it_names_the_release(self, scored: World) -> None:
        assert self.score(scored).release is None
        with scored.database.transaction() as session:
            note_export(session, actor=CONSOLE, dataset="mugs", release="mugs-0123456789ab", objects=3)
        assert self.score(scored).release == "mugs-0123456789ab"

    def test_who_and_what(self, scored: World) -> None:
        with pytest.raises(NotFound, match="there are: net"):
            self.score(scored, model_version="other")
        with pytest.raises(NotFound):
            self.score(scored, dataset="cups")
        with pytest.raises(NotAllowed):
            self.score(scored, actor=scored.ann)
        with scored.database.reading() as session:
            assert model_versions(session, actor=scored.sue, dataset="mugs") == ["net"]


class TestAgreement:
    def test_three_people_on_four_items(self, world: World, monkeypatch) -> None:
        clock = Clock(world, monkeypatch)
        people = [world.ann, world.bob, world.sue]
        for user in people[1:]:
            world.give(user)
        off = {world.ann: (0, 0, 0, 0), world.bob: (4, 20, 180, 0), world.sue: (2, 40, 1, 0)}
        for user in people:
            for assignment_id, degrees in zip(world.assignments_of(user), off[user], strict=True):
                gesture(world, assignment_id, 1, user)
                clock.on(10)
                world.save(assignment_id, turned(degrees), actor=user)
                clock.on(1000)
        bad = world.assignments_of(world.sue)[3]
        world.save(bad, turned(0, status=ObjectStatus.BAD), actor=world.sue)
        with world.database.reading() as session:
            report = agreement_report(session, actor=world.sue, dataset="mugs")
            with pytest.raises(NotAllowed):
                agreement_report(session, actor=world.ann, dataset="mugs")
        whole = report.whole
        assert (whole.rotation.items, whole.rotation.pairs, whole.rotation.flips, report.labels) == (4, 10, 2, 11)
        # The first and last items agree; the second has differences of 20, 40 and 20, the third one flip.
        assert whole.rotation.within.value == pytest.approx(7 / 10)
        assert whole.within_10.value == pytest.approx(5 / 10)
        assert whole.rotation.unanimous == 2
        assert whole.same_model.value == 1
        assert whole.timed == 12
        assert whole.median_seconds.value == 11
        assert report.categories["mug"].rotation == whole.rotation
        pair = next(pair for pair in whole.rotation.of_pairs if pair.people == (world.ann, world.bob))
        assert (pair.items, pair.flips) == (4, 1)
        worst, *_, best = report.items
        assert (worst.item_id, worst.labels, worst.flips) == (world.item_ids[2], 3, 2)
        assert worst.largest_degrees == pytest.approx(180)
        assert (best.item_id, best.labels, best.flips) == (world.item_ids[3], 2, 0)
        published = report.to_json()
        assert [item["item_id"] for item in published["items"]] == [item.item_id for item in report.items]
        assert published["annotators"] == ["annotator 1", "annotator 2", "annotator 3"]
        assert "ann" not in json.dumps(published["all"]["rotation"]["of_pairs"]).replace("annotator", "")
        assert report.to_json(names=True)["annotators"] == ["ann", "bob", "sue"]
        json.dumps(published, allow_nan=False)

    def test_of_nobody(self, world: World) -> None:
        with world.database.reading() as session:
            report = agreement_report(session, actor=world.sue, dataset="mugs")
        assert report.whole.rotation.items == 0
        json.dumps(report.to_json(), allow_nan=False)
