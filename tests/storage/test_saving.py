"""Saves: compare-and-swap, idempotence, what is missing, and what is on disk when one is acknowledged."""

import math
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlmodel import select

from domain.answer import Answer, ObjectStatus
from domain.errors import InvalidAnswer, InvalidInput, RevisionConflict, WrongState
from domain.permissions import CONSOLE
from domain.pose import Pose
from domain.task_state import AssignmentState
from storage.database import Database
from storage.errors import IdTaken
from storage.tables import Assignment, Audit, Draft, Outbox, Revision
from storage.use_cases import items
from storage.use_cases.annotate import save_annotation
from tests.storage.world import World, answer, new_id

ROOT = Path(__file__).resolve().parents[2]


def revisions(database: Database, assignment_id: int) -> list[Revision]:
    with database.reading() as session:
        return list(
            session.exec(select(Revision).where(Revision.assignment_id == assignment_id).order_by(Revision.number))
        )


def test_a_save_is_the_answer_from_now_on_and_ends_the_draft(world: World) -> None:
    first, second = world.assignments[:2]
    world.edit(first, azimuth=1.5)
    saved = world.save(first, answer(1.5))
    opened = world.open(first)
    assert (saved.revision, saved.version, saved.state) == (1, 2, AssignmentState.SAVED)
    assert (saved.progress.saved, saved.progress.total, saved.next_open_id) == (1, 4, second)
    assert (opened.saved.answer, opened.saved.author, opened.answer, opened.unsaved) == (
        answer(1.5),
        "ann",
        answer(1.5),
        False,
    )
    with world.database.reading() as session:
        assert not session.exec(select(Draft)).all()
        assert session.exec(select(Audit).where(Audit.action == "save")).one().actor_name == "ann"
        row = session.exec(select(Outbox).where(Outbox.topic == "assignment.saved")).one()
        assert (row.object_id, row.version) == (first, 2)


def test_the_same_save_sent_twice_is_one_revision(world: World) -> None:
    first = world.assignments[0]
    save_id = new_id()
    recorded = world.save(first, answer(1.5), save_id=save_id)
    world.save(first, answer(2.5))
    again = world.save(first, answer(1.5), base_version=0, save_id=save_id)
    assert again.duplicate
    assert (again.revision, again.version, again.at, again.answer) == (
        recorded.revision,
        recorded.version,
        recorded.at,
        recorded.answer,
    )
    assert [row.number for row in revisions(world.database, first)] == [1, 2]
    with pytest.raises(IdTaken):
        world.save(world.assignments[1], answer(1.5), save_id=save_id)
    with pytest.raises(IdTaken):
        world.save(world.give(world.bob)[0], answer(1.5), actor=world.bob, save_id=save_id)
    with pytest.raises(InvalidInput):
        world.save(first, save_id="not a uuid")


def test_a_save_based_on_an_older_version_is_refused_and_changes_nothing(world: World) -> None:
    first = world.assignments[0]
    world.edit(first, azimuth=1.5)
    with pytest.raises(RevisionConflict) as conflict:
        world.save(first, answer(2.0), base_version=0)
    assert conflict.value.current_version == 1
    opened = world.open(first)
    assert (opened.saved, opened.version, opened.unsaved) == (None, 1, True)


def test_of_saves_at_the_same_moment_one_wins(world: World) -> None:
    first, rounds, workers = world.assignments[0], 5, 4
    url = str(world.database.engine.url)
    for round_number in range(rounds):
        version = world.open(first).version
        barrier, outcomes = threading.Barrier(workers), []

        def save(number: int, version: int = version, barrier=barrier, outcomes=outcomes) -> None:
            database = Database(url)
            barrier.wait()
            try:
                with database.transaction() as session:
                    save_annotation(
                        session,
                        actor=world.ann,
                        assignment_id=first,
                        answer=answer(0.1 * (number + 1)),
                        base_version=version,
                        save_id=new_id(),
                    )
                outcomes.append("saved")
            except RevisionConflict:
                outcomes.append("conflict")
            finally:
                database.close()

        threads = [threading.Thread(target=save, args=(number,)) for number in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["conflict"] * (workers - 1) + ["saved"]
        assert len(revisions(world.database, first)) == round_number + 1


def test_a_save_says_what_is_missing_unless_the_object_is_bad(world: World) -> None:
    first = world.assignments[0]
    whole = answer()
    bare = Answer(pose=whole.pose, cad_index=1)
    with pytest.raises(InvalidAnswer) as error:
        world.save(first, bare)
    assert error.value.missing == ("object_status", "dense")
    with pytest.raises(InvalidAnswer) as error:
        world.save(first, Answer(pose=whole.pose, cad_index=1, object_status=ObjectStatus.GOOD))
    assert error.value.missing == ("dense",)
    bad = Answer(pose=whole.pose, cad_index=1, object_status=ObjectStatus.BAD)
    assert world.save(first, bad).answer == bad


def test_a_model_that_the_category_lacks_and_another_viewport_are_refused(world: World) -> None:
    first = world.assignments[0]
    whole = answer()
    with pytest.raises(InvalidInput, match="no CAD model 7"):
        world.save(first, Answer(pose=whole.pose, cad_index=7, object_status=whole.object_status, dense=whole.dense))
    with pytest.raises(InvalidInput, match="viewport"):
        world.save(first, answer(viewport=1999.0))
    assert world.open(first).version == 0


def test_accepted_work_is_not_changed(world: World) -> None:
    first = world.assignments[0]
    world.save(first)
    with world.database.transaction() as session:
        session.get(Assignment, first).state = AssignmentState.ACCEPTED
    for change in (world.save, world.clear, world.edit):
        with pytest.raises(WrongState):
            change(first)
    assert not world.open(first).can_edit
    assert len(revisions(world.database, first)) == 1


def test_what_was_sent_back_is_saved_again(world: World) -> None:
    first = world.assignments[0]
    world.save(first)
    with world.database.transaction() as session:
        session.get(Assignment, first).state = AssignmentState.SENT_BACK
    assert world.edit(first, azimuth=1.0).state is AssignmentState.SENT_BACK
    assert world.save(first).state is AssignmentState.SAVED


def test_new_angles_are_wrapped_and_imported_ones_kept_to_the_last_bit(world: World) -> None:
    pose = Pose(azimuth=-0.0, elevation=-1.25, theta=-7.5, distance=5.0, px=-0.0, py=math.pi)
    label = Answer(pose=pose, cad_index=1, object_status=ObjectStatus.GOOD, dense=answer().dense)
    with world.database.transaction() as session:
        items.add_imported_label(session, actor=CONSOLE, item_id=world.item_ids[0], answer=label)
    first, second = world.assignments[:2]
    untouched = world.save(first, world.open(first).answer).answer.pose
    kept = world.open(first).saved.answer.pose
    for value in (untouched, kept):
        assert (value.azimuth, value.elevation, value.theta) == (0.0, -1.25, -7.5)
        assert math.copysign(1, value.azimuth) == math.copysign(1, value.px) == -1
    new = world.save(second, answer(-0.5, elevation=-0.25)).answer.pose
    assert new.azimuth == -0.5 + 2 * math.pi
    assert new.elevation == -0.25 + 2 * math.pi


def test_an_acknowledged_save_outlives_a_kill(world: World) -> None:
    """The process prints its acknowledgement right after the transaction, and is killed on that line."""
    first = world.assignments[0]
    script = f"""
import sys, time
from storage.database import Database
from storage.use_cases.annotate import save_annotation
from tests.storage.world import answer, new_id
database = Database({str(world.database.engine.url)!r})
with database.transaction() as session:
    saved = save_annotation(session, actor={world.ann}, assignment_id={first}, answer=answer(2.5), base_version=0,
                            save_id=new_id())
print("acknowledged", saved.revision, flush=True)
time.sleep(60)
"""
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == "acknowledged 1\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert world.open(first).saved.answer == answer(2.5)
