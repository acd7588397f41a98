"""Remarks, proposals, queue, history: what each person may say, sees, and finds again."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from domain.answer import Answer, FieldGroup, ObjectStatus, values_of
from domain.errors import InvalidInput, NotAllowed, NotFound, RevisionConflict, WrongState
from domain.permissions import CONSOLE
from domain.pose import Pose
from domain.proposal import AnglesInseparable, Part
from domain.remarks import MeshPin, PhotoPin
from storage.tables import Assignment, Image, Item, Outbox, Proposal
from storage.tables.review import ProposalState
from storage.use_cases import review
from storage.use_cases.archiving import archive_dataset
from storage.use_cases.review import QueueFilter
from storage.use_cases.review.history import Kind
from storage.use_cases.taking_down import take_down_image
from tests.storage.review.conftest import Desk
from tests.storage.world import answer, new_id

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def remark(desk: Desk, text: str = "look at the handle", *, actor: int | None = None, pin=None, entry_id=None) -> int:
    return desk.decide(review.add_remark, actor=actor, pin=pin, text=text, entry_id=entry_id or new_id())


def unread(desk: Desk, user_id: int) -> review.Unread:
    with desk.world.database.reading() as session:
        return review.unread_remarks(session, actor=user_id)


def take(desk: Desk, proposal: int, *parts: Part, op_id: str | None = None) -> review.Taken:
    return desk.decide(
        review.take_proposal,
        actor=desk.world.ann,
        proposal_id=proposal,
        parts=parts,
        op_id=op_id or new_id(),
        base_version=desk.world.open(desk.item).version,
        at=NOW,
    )


def test_a_thread_from_beginning_to_end(desk: Desk) -> None:
    world = desk.world
    pin = MeshPin(x=0.1, y=0.2, z=0.3, cad_index=2)
    first, second = remark(desk, pin=pin), remark(desk, "and here", pin=PhotoPin(u=3.5, v=4.5))
    mine, theirs = desk.talk(), desk.talk(world.ann)
    assert [thread.unread for thread in mine.threads] == [False, False]
    assert [(thread.number, thread.unread, thread.pin) for thread in theirs.threads] == [
        (1, True, pin),
        (2, True, PhotoPin(u=3.5, v=4.5)),
    ]
    desk.do(review.read_remarks, actor=world.ann, assignment_id=desk.item, remark_ids=[first, 999])
    assert [thread.unread for thread in desk.talk(world.ann).threads] == [False, True]
    assert unread(desk, world.ann) == review.Unread(remarks=1, assignment_id=desk.item)
    assert unread(desk, world.bob) == review.Unread(remarks=0, assignment_id=None)
    desk.do(review.reply_to_remark, actor=world.ann, remark_id=first, text="why?", entry_id=new_id())
    assert desk.talk().threads[0].unread
    assert [entry.author for entry in desk.talk().threads[0].entries] == ["sue", "ann"]
    for resolved in (True, False, True):
        desk.do(review.resolve_remark, actor=world.ann, remark_id=first, resolved=resolved)
        assert desk.talk().threads[0].resolved is resolved
    assert not desk.talk().threads[1].resolved
    assert second != first


def test_a_remark_sent_twice_is_one_and_tells_whom_it_concerns(desk: Desk) -> None:
    entry_id = new_id()
    assert remark(desk, entry_id=entry_id) == remark(desk, entry_id=entry_id)
    desk.do(
        review.reply_to_remark,
        actor=desk.world.ann,
        remark_id=desk.talk().threads[0].id,
        text="x" * 300,
        entry_id=new_id(),
    )
    with desk.world.database.reading() as session:
        events = session.exec(select(Outbox).where(Outbox.topic == "remark.added").order_by(Outbox.id)).all()
    assert [event.payload["user_ids"] for event in events] == [[desk.world.ann], [desk.world.sue]]
    assert len(events[1].payload["excerpt"]) == 140


def test_who_may_speak_where(desk: Desk) -> None:
    begun = remark(desk, actor=desk.world.ann)
    with pytest.raises(NotAllowed):
        remark(desk, actor=desk.world.bob)
    with pytest.raises(NotAllowed):
        desk.do(review.reply_to_remark, actor=desk.world.bob, remark_id=begun, text="hm", entry_id=new_id())
    with pytest.raises(NotAllowed):
        desk.do(review.resolve_remark, actor=desk.world.bob, remark_id=99999, resolved=True)
    with pytest.raises((NotFound, NotAllowed)):
        desk.see(review.talk_of, actor=desk.world.bob, assignment_id=desk.item)
    with pytest.raises(InvalidInput):
        remark(desk, pin=MeshPin(x=0, y=0, z=0, cad_index=77))


def test_a_proposal_is_taken_by_parts_and_both_poses_stay(desk: Desk) -> None:
    world = desk.world
    world.edit(desk.item, FieldGroup.CENTRE, px=50.0)
    before = world.open(desk.item).answer
    offered = Answer(pose=answer(1.5, distance=7.0, viewport=before.pose.viewport).pose, cad_index=2)
    proposal = desk.propose(offered)
    op_id = new_id()
    first, again = take(desk, proposal, Part.ROTATION, op_id=op_id), take(desk, proposal, Part.ROTATION, op_id=op_id)
    assert (first.changes, again.applied.duplicate) == (again.changes, True)
    now = world.open(desk.item).answer
    assert values_of(now, FieldGroup.ROTATION) == values_of(offered, FieldGroup.ROTATION)
    assert (now.pose.px, now.pose.distance, now.cad_index) == (50.0, before.pose.distance, before.cad_index)
    (shown,) = desk.talk(world.ann).proposals
    assert shown.parts == (Part.ROTATION,)
    world.undo(desk.item)
    assert world.open(desk.item).answer == before, "taken over by a gesture, which can be taken back"
    world.save(desk.item, world.answered(desk.item))
    assert desk.talk().proposals == (), "a save ends a proposal of which something was taken"
    story = desk.see(review.history_of, actor=world.ann, assignment_id=desk.item).story
    (told,) = [each for each in story if each.kind is Kind.PROPOSAL]
    assert (told.answer, told.word, told.parts, told.author) == (offered, "taken", (Part.ROTATION,), "sue")


def test_taken_whole_it_is_done_with(desk: Desk) -> None:
    viewport = desk.world.open(desk.item).answer.pose.viewport
    offered = Answer(pose=answer(1.5, viewport=viewport).pose, cad_index=2, object_status=ObjectStatus.BARELY)
    proposal = desk.propose(offered)
    take(desk, proposal, Part.ROTATION, Part.CENTRE, Part.DISTANCE, Part.MODEL, Part.ANSWERS)
    assert desk.talk().proposals == ()
    with pytest.raises(WrongState):
        take(desk, proposal, Part.ROTATION)


def test_a_single_angle_near_the_pole_is_refused_and_changes_nothing(desk: Desk) -> None:
    present = desk.world.open(desk.item)
    steep = Answer(pose=Pose(**{**present.answer.pose.to_json(), "elevation": 1.46, "azimuth": 2.0}), cad_index=1)
    proposal = desk.propose(steep)
    with pytest.raises(AnglesInseparable):
        take(desk, proposal, Part.AZIMUTH)
    assert desk.world.open(desk.item).version == present.version
    assert take(desk, proposal, Part.ROTATION).applied.version == present.version + 1


def test_proposals_end_in_their_ways(desk: Desk) -> None:
    world = desk.world
    first = desk.propose()
    second = desk.propose(answer(2.5))
    assert [offer.id for offer in desk.talk().proposals] == [second], "a newer one takes its place"
    desk.decide(review.decline_proposal, actor=world.ann, proposal_id=second)
    third = desk.propose()
    with pytest.raises(NotAllowed):
        desk.decide(review.withdraw_proposal, actor=world.ada, proposal_id=third)
    with pytest.raises(NotAllowed):
        desk.decide(review.decline_proposal, actor=world.bob, proposal_id=third)
    with pytest.raises(NotAllowed):
        desk.propose(actor=world.ann)
    number = desk.saved()
    assert [offer.id for offer in desk.talk().proposals] == [third], "a save of something else leaves it open"
    desk.decide(review.accept, revision=number)
    with world.database.reading() as session:
        states = [row.state for row in session.exec(select(Proposal).order_by(Proposal.id))]
    assert states == [ProposalState.WITHDRAWN, ProposalState.DECLINED, ProposalState.WITHDRAWN]
    assert first < second < third


def test_a_proposal_of_what_is_there_is_none(desk: Desk) -> None:
    with pytest.raises(InvalidInput):
        desk.propose(desk.world.open(desk.item).answer)


def test_the_queue_holds_what_is_saved_the_oldest_first(desk: Desk) -> None:
    world = desk.world
    for assignment in reversed(world.assignments):
        world.save(assignment, answer(status=ObjectStatus.BARELY if assignment == desk.item else ObjectStatus.GOOD))
    desk.decide(review.accept, assignment_id=world.assignments[1], revision=1)

    def ids(**chosen) -> list[int]:
        queue = desk.see(review.review_queue, chosen=QueueFilter(**chosen))
        assert queue.total == len(queue.items)
        return [each.assignment_id for each in queue.items]

    waiting = [world.assignments[3], world.assignments[2], world.assignments[0]]
    assert ids() == waiting
    assert ids(quality=ObjectStatus.BARELY) == [desk.item]
    assert ids(user_id=world.bob) == ids(older_than=timedelta(days=1)) == ids(category_id=99) == []
    assert ids(user_id=world.ann, task_id=world.task_id, category_id=world.category_id) == waiting
    assert ids(per_cent=0.0) == []
    drawn = ids(per_cent=50.0, seed=4)
    assert drawn == ids(per_cent=50.0, seed=4)
    page = desk.see(review.review_queue, chosen=QueueFilter(), offset=1, limit=1)
    assert (page.total, page.waiting, [each.assignment_id for each in page.items]) == (3, 3, waiting[1:2])
    choices = desk.see(review.queue_choices)
    assert choices.people == ((world.ann, "ann"),)
    assert [name for _id, name in choices.categories] == ["mug"]
    world.edit(desk.item, FieldGroup.DISTANCE, distance=9.0)
    remark(desk)
    shown = desk.see(review.review_queue, chosen=QueueFilter()).items[-1]
    assert (shown.changed, shown.remarks, shown.sent_back, shown.author) == (True, 1, 0, "ann")
    for see in (lambda: desk.see(review.queue_choices, actor=world.ann), lambda: ids_of(desk, world.ann)):
        with pytest.raises(NotAllowed):
            see()


def ids_of(desk: Desk, actor: int):
    return desk.see(review.review_queue, actor=actor, chosen=QueueFilter())


def test_an_earlier_answer_comes_back_as_a_new_revision(desk: Desk) -> None:
    world = desk.world
    first, second = desk.saved(0.25), desk.saved(1.0)
    world.edit(desk.item, FieldGroup.DISTANCE, distance=9.0)
    version = world.open(desk.item).version
    restore = lambda **given: desk.decide(  # noqa: E731
        review.restore_revision, **{"actor": world.ann, "number": first, "base_version": version, **given}
    )
    with pytest.raises(NotAllowed):
        restore(actor=world.bob)
    with pytest.raises(RevisionConflict):
        restore(base_version=version - 1)
    with pytest.raises(NotFound):
        restore(number=99)
    assert restore() == second + 1
    opened = world.open(desk.item)
    assert (opened.saved.answer, opened.answer, opened.unsaved) == (answer(0.25), answer(0.25), False)
    story = desk.see(review.history_of, actor=world.ann, assignment_id=desk.item).story
    assert [(each.number, each.word, each.current) for each in story] == [
        (1, "saved", False),
        (2, "saved", False),
        (3, "restored", True),
    ]


def test_the_story_is_told_in_order_and_to_whom_it_belongs(desk: Desk) -> None:
    world = desk.world
    desk.saved()
    desk.decide(review.send_back, revision=1, reason="the front")
    desk.propose(comment="so")
    desk.decide(review.fix_and_accept, revision=1, answer=answer(2.0), save_id=new_id())
    desk.decide(review.reopen, reason="again")
    history = desk.see(review.history_of, assignment_id=desk.item)
    assert [(each.kind, each.word, each.reason, each.author) for each in history.story] == [
        (Kind.REVISION, "saved", "", "ann"),
        (Kind.DECISION, "changes_requested", "the front", "sue"),
        (Kind.PROPOSAL, "withdrawn", "so", "sue"),
        (Kind.REVISION, "saved", "", "sue"),
        (Kind.DECISION, "accepted", "", "sue"),
        (Kind.REOPENING, "reopened", "again", "sue"),
    ]
    with pytest.raises(NotAllowed):
        desk.see(review.history_of, actor=world.bob, assignment_id=desk.item)


def test_what_was_said_is_in_the_story(desk: Desk) -> None:
    first = remark(desk, "the front")
    desk.do(review.reply_to_remark, actor=desk.world.ann, remark_id=first, text="yes", entry_id=new_id())
    history = desk.see(review.history_of, assignment_id=desk.item)
    assert [(each.kind, each.word, each.reason, each.author) for each in history.story] == [
        (Kind.REMARK, "begun", "the front", "sue"),
        (Kind.REMARK, "answered", "yes", "ann"),
    ]


def test_nothing_of_what_rests_or_is_gone_waits_to_be_judged(desk: Desk) -> None:
    world = desk.world
    desk.saved()
    queued = lambda: [each.assignment_id for each in ids_of(desk, None).items]  # noqa: E731
    for archived in (True, False):
        with world.database.transaction() as session:
            archive_dataset(session, actor=CONSOLE, dataset_id=world.dataset_id, archived=archived)
        assert queued() == ([] if archived else [desk.item])
        assert desk.see(review.queue_choices).people == (() if archived else ((world.ann, "ann"),))
    assert not desk.see(review.history_of, assignment_id=desk.item).taken_down
    with world.database.transaction() as session:
        assignment = session.get(Assignment, desk.item)
        image = session.get(Image, session.get(Item, assignment.item_id).image_id)
        take_down_image(session, actor=CONSOLE, image_id=image.id, name=image.name)
    assert queued() == []
    assert ids_of(desk, None).waiting == 0
    assert desk.see(review.history_of, assignment_id=desk.item).taken_down


def test_pictures_are_for_who_may_see_the_history(desk: Desk) -> None:
    desk.saved()
    revision = desk.see(review.history_of, assignment_id=desk.item).story[0].id
    pictured = desk.see(review.pictured_revision, actor=desk.world.ann, revision_id=revision)
    assert (pictured.answer, pictured.mesh_sha256) == (answer(), f"{1:064x}")
    for revision_id in (revision, 99999):
        with pytest.raises(NotAllowed):
            desk.see(review.pictured_revision, actor=desk.world.bob, revision_id=revision_id)


def test_ready_made_remarks_of_a_category(desk: Desk) -> None:
    world = desk.world
    given = {"category_id": world.category_id}
    assert desk.see(review.ready_remarks, **given) == ()
    desk.do(review.set_ready_remarks, **given, texts=["handle left", " ", "handle right"])
    assert desk.talk().ready == ("handle left", "handle right")
    assert desk.talk(world.ann).ready == ()
    with pytest.raises(InvalidInput):
        desk.do(review.set_ready_remarks, **given, texts=[str(number) for number in range(10)])
    with pytest.raises(NotAllowed):
        desk.do(review.set_ready_remarks, actor=world.ann, **given, texts=[])
