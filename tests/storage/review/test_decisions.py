"""Accept, send back, fix, reopen: by right, on the revision that was judged, and nothing gets round it."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from domain.answer import FieldGroup
from domain.errors import InvalidAnswer, InvalidInput, NotAllowed, NotFound, PosewrightError, WrongState
from domain.permissions import CONSOLE
from domain.task_state import AssignmentState
from storage.tables import Audit, Outbox, Revision
from storage.use_cases import review
from storage.use_cases.annotate import DraftEntry, journal_drafts
from storage.use_cases.review import Judged, JudgedRevisionGone
from tests.storage.review.conftest import Desk
from tests.storage.world import answer, new_id


def test_accepted_work_stands_until_it_is_opened_again(desk: Desk) -> None:
    number = desk.saved()
    desk.decide(review.accept, revision=number)
    world = desk.world
    opened = world.open(desk.item)
    assert (opened.state, opened.can_edit) == (AssignmentState.ACCEPTED, False)
    for change in (
        lambda: world.edit(desk.item, FieldGroup.DISTANCE, distance=9.0),
        lambda: world.save(desk.item, answer(1.0)),
        lambda: world.clear(desk.item),
        lambda: desk.decide(review.fix_and_accept, revision=number, answer=answer(1.0), save_id=new_id()),
        lambda: desk.decide(review.send_back, revision=number, reason="no"),
        lambda: desk.propose(),
        lambda: desk.do(
            review.restore_revision,
            actor=world.ann,
            assignment_id=desk.item,
            number=number,
            base_version=opened.version,
        ),
    ):
        with pytest.raises(WrongState):
            change()
    desk.decide(review.reopen, reason="the wheel")
    assert world.open(desk.item).state is AssignmentState.REOPENED
    assert world.save(desk.item, answer(1.0)).revision == number + 1


def test_unsaved_changes_are_set_aside_while_it_is_accepted_and_come_back(desk: Desk) -> None:
    world, number = desk.world, desk.saved()
    world.edit(desk.item, FieldGroup.DISTANCE, distance=9.0)
    before = world.open(desk.item)
    decided = desk.decide(review.accept, revision=number)
    accepted = world.open(desk.item)
    assert accepted.answer == accepted.saved.answer
    assert not accepted.unsaved
    assert decided.version == accepted.version == before.version + 1, "another answer is to be seen"
    entry = DraftEntry(assignment_id=desk.item, author_id=world.ann, version=accepted.version, answer=answer(2.0))
    with world.database.transaction() as session:
        assert journal_drafts(session, entries=[entry]) == frozenset()
    desk.decide(review.reopen)
    reopened = world.open(desk.item)
    assert (reopened.unsaved, reopened.answer.pose.distance) == (True, 9.0)
    assert reopened.version == accepted.version + 1


def test_sent_back_with_a_reason_it_is_the_first_to_be_done(desk: Desk) -> None:
    world = desk.world
    for assignment in world.assignments[:3]:
        world.save(assignment)
    desk.decide(review.send_back, assignment_id=world.assignments[2], revision=1, reason="  back to front ")
    assert world.open(world.assignments[0]).next_open_id == world.assignments[2], "before the one never opened"
    talk = desk.see(review.talk_of, actor=world.ann, assignment_id=world.assignments[2])
    assert (talk.decision.reason, talk.decision.reviewer, talk.decision.unread) == ("back to front", "sue", True)
    desk.do(review.read_decision, actor=world.ann, assignment_id=world.assignments[2])
    assert not desk.see(review.talk_of, actor=world.ann, assignment_id=world.assignments[2]).decision.unread
    with pytest.raises(InvalidInput):
        desk.decide(review.send_back, revision=1, reason="  ")


@pytest.mark.parametrize("decide", ["accept", "send_back", "fix"])
def test_what_was_judged_must_still_be_the_answer(desk: Desk, decide: str) -> None:
    calls = {
        "accept": lambda number: desk.decide(review.accept, revision=number),
        "send_back": lambda number: desk.decide(review.send_back, revision=number, reason="no"),
        "fix": lambda number: desk.decide(
            review.fix_and_accept, revision=number, answer=answer(2.0), save_id=new_id()
        ),
    }
    judged = desk.saved()
    desk.saved(1.0)
    with pytest.raises(JudgedRevisionGone, match="revision 1 was judged, but the answer is revision 2"):
        calls[decide](judged)
    desk.world.clear(desk.item)
    with pytest.raises(JudgedRevisionGone, match="gone"):
        calls[decide](2)


def test_of_two_saves_and_a_fix_at_once_one_wins(desk: Desk) -> None:
    """The annotator's save was on its way when the reviewer fixed the answer."""
    world, number = desk.world, desk.saved()
    version = world.open(desk.item).version
    desk.decide(review.fix_and_accept, revision=number, answer=answer(2.0), save_id=new_id())
    with pytest.raises(PosewrightError):
        world.save(desk.item, answer(1.0), base_version=version)
    assert world.open(desk.item).saved.answer == answer(2.0)


def test_fix_and_accept_is_the_reviewers_revision_once(desk: Desk) -> None:
    number, save_id = desk.saved(), new_id()
    fixes = [
        desk.decide(review.fix_and_accept, revision=number, answer=answer(2.0), save_id=save_id) for _ in range(2)
    ]
    assert [fix.revision for fix in fixes] == [2, 2]
    opened = desk.world.open(desk.item)
    assert (opened.saved.author, opened.saved.answer, opened.state) == ("sue", answer(2.0), AssignmentState.ACCEPTED)
    with desk.world.database.reading() as session:
        assert len(session.exec(select(Revision).where(Revision.assignment_id == desk.item)).all()) == 2


def test_a_fix_is_as_whole_as_any_save(desk: Desk) -> None:
    number = desk.saved()
    with pytest.raises(InvalidAnswer):
        desk.decide(review.fix_and_accept, revision=number, answer=answer(2.0, status=None), save_id=new_id())


def test_a_batch_accepts_what_it_can_and_names_the_rest(desk: Desk) -> None:
    world = desk.world
    for assignment in world.assignments[:3]:
        world.save(assignment)
    world.save(world.assignments[1], answer(2.0))
    batch = desk.do(review.accept_many, judged=[Judged(assignment_id=a, revision=1) for a in world.assignments])
    assert [done.assignment_id for done in batch.accepted] == [world.assignments[0], world.assignments[2]]
    refused = dict(batch.refused)
    assert set(refused) == {world.assignments[1], world.assignments[3]}
    assert all(isinstance(error, JudgedRevisionGone) for error in refused.values())


@pytest.mark.parametrize("who", ["ann", "bob", "console"])
def test_who_may_decide(desk: Desk, who: str) -> None:
    number = desk.saved()
    actor = CONSOLE if who == "console" else getattr(desk.world, who)
    calls = [
        lambda: desk.decide(review.accept, actor=actor, revision=number),
        lambda: desk.decide(review.reopen, actor=actor),
        lambda: desk.decide(review.send_back, actor=actor, revision=number, reason="no"),
        lambda: desk.do(review.accept_many, actor=actor, judged=[]),
    ]
    for call in calls:
        if who == "console":
            call()
        else:
            with pytest.raises(NotAllowed):
                call()
    with pytest.raises(NotAllowed):
        desk.decide(review.fix_and_accept, actor=actor, revision=number, answer=answer(2.0), save_id=new_id())


def test_every_change_of_state_is_noted_and_told(desk: Desk) -> None:
    world = desk.world
    world.edit(desk.item, FieldGroup.DISTANCE, distance=9.0)
    desk.saved()
    desk.decide(review.send_back, revision=1, reason="no")
    desk.saved(1.0)
    desk.decide(review.accept, revision=2)
    desk.decide(review.reopen)
    with world.database.reading() as session:
        steps = [
            (row.actor_name, row.detail["before"], row.detail["after"])
            for row in session.exec(select(Audit).where(Audit.action == "state").order_by(Audit.id))
        ]
        events = session.exec(select(Outbox).where(Outbox.topic == "review.decided").order_by(Outbox.id)).all()
    assert steps == [
        ("ann", "new", "drafted"),
        ("ann", "drafted", "saved"),
        ("sue", "saved", "sent_back"),
        ("ann", "sent_back", "saved"),
        ("sue", "saved", "accepted"),
        ("sue", "accepted", "reopened"),
    ]
    assert [event.payload["decision"] for event in events] == ["sent_back", "accepted", "reopened"]
    assert all((event.object_id, event.payload["user_ids"]) == (desk.item, [world.ann]) for event in events)


STEPS = st.lists(
    st.sampled_from(
        [
            "edit",
            "save",
            "clear",
            "undo",
            "redo",
            "accept",
            "send_back",
            "fix",
            "propose",
            "take",
            "restore",
            "journal",
        ]
    ),
    max_size=8,
)


@given(before=STEPS, after=STEPS)
@settings(max_examples=settings().max_examples // 10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_but_reopening_changes_what_was_accepted(desk: Desk, before: list[str], after: list[str]) -> None:
    """Whatever people try in whatever order: between an acceptance and a reopening the answer stays bit for bit."""
    world = desk.world
    for step in before:
        _try(desk, step)
    if world.open(desk.item).state is AssignmentState.ACCEPTED:
        desk.decide(review.reopen)
    number = desk.saved(0.25)
    desk.decide(review.accept, revision=number)
    accepted = world.open(desk.item)
    for step in after:
        _try(desk, step)
        now = world.open(desk.item)
        assert (now.state, now.saved, now.answer, now.version) == (
            AssignmentState.ACCEPTED,
            accepted.saved,
            accepted.answer,
            accepted.version,
        )
    desk.decide(review.reopen)


def _try(desk: Desk, step: str) -> None:
    world, item = desk.world, desk.item
    opened = world.open(item)
    number = opened.saved.revision if opened.saved else 1
    steps = {
        "edit": lambda: world.edit(item, FieldGroup.DISTANCE, distance=opened.answer.pose.distance + 1),
        "save": lambda: world.save(item, world.answered(item)),
        "clear": lambda: world.clear(item),
        "undo": lambda: world.undo(item),
        "redo": lambda: world.redo(item),
        "accept": lambda: desk.decide(review.accept, revision=number),
        "send_back": lambda: desk.decide(review.send_back, revision=number, reason="no"),
        "fix": lambda: desk.decide(
            review.fix_and_accept, revision=number, answer=answer(number / 7), save_id=new_id()
        ),
        "propose": lambda: desk.propose(),
        "take": lambda: desk.decide(
            review.take_proposal,
            actor=world.ann,
            proposal_id=desk.talk().proposals[0].id,
            parts=["rotation"],
            op_id=new_id(),
            base_version=opened.version,
            at=opened.saved.at,
        ),
        "restore": lambda: desk.do(
            review.restore_revision, actor=world.ann, assignment_id=item, number=number, base_version=opened.version
        ),
        "journal": lambda: _journal(desk, opened.version),
    }
    with suppress(PosewrightError, IndexError, AttributeError):
        steps[step]()


def _journal(desk: Desk, version: int) -> None:
    entry = DraftEntry(
        assignment_id=desk.item, author_id=desk.world.ann, version=version, answer=answer(version / 9 % 6)
    )
    with desk.world.database.transaction() as session:
        journal_drafts(session, entries=[entry])


def test_guessed_assignments_look_like_none(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.decide(review.accept, assignment_id=99999, revision=1)
    with pytest.raises(NotAllowed):
        desk.decide(review.accept, actor=desk.world.bob, assignment_id=99999, revision=1)
