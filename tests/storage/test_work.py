"""Tasks, their counters, what annotators may see, and imports that are repeated."""

import random
from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlmodel import select

from domain.answer import Answer
from domain.box import Box
from domain.category import CategoryRule
from domain.errors import InvalidInput, NotFound, WrongState
from domain.permissions import CONSOLE
from domain.task_state import OPEN_STATES, AssignmentState
from storage.errors import NothingToAssign
from storage.images import StoredImage
from storage.record import Outcome
from storage.tables import Annotation, Assignment, Draft, Item, Revision
from storage.tables.annotation import RevisionKind
from storage.use_cases import items, library, review, tasks, viewing
from storage.use_cases.annotate import FlagKind, flag_assignment, open_assignment, unflag_assignment
from storage.use_cases.annotate.answers import saved_revision
from tests.storage.world import PREDICTED, World, answer


def mine(world: World, user_id: int):
    with world.database.reading() as session:
        return tasks.my_tasks(session, actor=user_id)


class TestMakingTasks:
    def test_in_parts_of_a_size_without_giving_an_item_twice(self, world: World) -> None:
        with world.database.transaction() as session:
            made = tasks.create_tasks(session, actor=CONSOLE, dataset="mugs", user_id=world.bob, size=3)
        assert [(task.name, task.total, task.person) for task in made] == [("mugs 1", 3, "bob"), ("mugs 2", 1, "bob")]
        with world.database.reading() as session:
            given = session.exec(select(Assignment.item_id).where(Assignment.user_id == world.bob)).all()
        assert sorted(given) == sorted(world.item_ids)
        with pytest.raises(NothingToAssign), world.database.transaction() as session:
            tasks.create_tasks(session, actor=CONSOLE, dataset="mugs", user_id=world.bob)
        with world.database.transaction() as session:
            world.add_item(session, world.image_ids[0], 2)
            (more,) = tasks.create_tasks(session, actor=CONSOLE, dataset="mugs", user_id=world.bob)
        assert (more.total, more.name) == (1, "mugs 3")

    def test_of_one_category_in_the_order_of_the_images(self, world: World) -> None:
        with world.database.transaction() as session:
            category_id = library.set_category(session, actor=CONSOLE, dataset_id=world.dataset_id, name="cup").id
            item = items.add_item(
                session,
                actor=CONSOLE,
                image_id=world.image_ids[1],
                category_id=category_id,
                object_index=0,
                box=Box(0, 0, 10, 10),
            )
            (cups,) = tasks.create_tasks(session, actor=CONSOLE, dataset="mugs", category="cup", user_id=world.bob)
            (rest,) = tasks.create_tasks(session, actor=CONSOLE, dataset="mugs", user_id=world.bob)
        assert (cups.name, cups.total, cups.categories) == ("mugs: cup", 1, ("cup",))
        assert rest.categories == ("mug",)
        with world.database.reading() as session:
            assert session.exec(select(Assignment.item_id).where(Assignment.task_id == cups.id)).all() == [item.id]

    def test_what_is_not_there_or_makes_no_sense(self, world: World) -> None:
        for given, error in (
            ({"dataset": "cups"}, NotFound),
            ({"category": "cup"}, NotFound),
            ({"user_id": 4242}, NotFound),
            ({"size": 0}, InvalidInput),
        ):
            options = {"dataset": "mugs", "user_id": world.bob, **given}
            with pytest.raises(error), world.database.transaction() as session:
                tasks.create_tasks(session, actor=CONSOLE, **options)


def rank(row: Assignment) -> int:
    if row.flag_kind is FlagKind.SKIP:
        return 2
    return 0 if row.state is AssignmentState.SENT_BACK else 1


def has_unsaved_change(session, row: Assignment) -> bool:
    """Of accepted work they are set aside, and count for nobody."""
    draft = session.exec(select(Draft).where(Draft.assignment_id == row.id)).first()
    if row.state is not AssignmentState.SAVED or draft is None:
        return False
    standing = select(Annotation.revision_id).where(Annotation.assignment_id == row.id)
    return Answer.from_json(draft.answer) != session.get(Revision, session.exec(standing).one()).answer()


class TestCounters:
    def test_they_equal_a_recount_after_anything(self, world: World, count) -> None:
        world.give(world.bob, size=2)
        own = {world.ann: world.assignments, world.bob: world.assignments_of(world.bob)}
        choose = random.Random(7)

        def judge(assignment_id: int, _user: int) -> None:
            with world.database.transaction() as session:
                row = session.get(Assignment, assignment_id)
                standing = saved_revision(session, row)
                if row.state is AssignmentState.SAVED and choose.random() < 0.5:
                    review.accept(session, actor=world.sue, assignment_id=row.id, revision=standing.number)
                elif row.state is AssignmentState.SAVED:
                    review.send_back(
                        session, actor=world.sue, assignment_id=row.id, revision=standing.number, reason="again"
                    )
                elif row.state is AssignmentState.ACCEPTED:
                    review.reopen(session, actor=world.sue, assignment_id=row.id)

        def flag(assignment_id: int, user: int) -> None:
            with world.database.transaction() as session:
                if choose.random() < 0.5:
                    flag_assignment(session, actor=user, assignment_id=assignment_id, kind=FlagKind.SKIP, reason="x")
                else:
                    unflag_assignment(session, actor=user, assignment_id=assignment_id)

        actions = [
            lambda id_, user: world.edit(id_, actor=user, azimuth=choose.random()),
            lambda id_, user: world.save(id_, actor=user),
            lambda id_, user: world.clear(id_, actor=user),
            lambda id_, user: world.open(id_, user).undo and world.undo(id_, user),
            judge,
            judge,
            flag,
        ]
        seen = Counter()
        for step in range(count(120, 1000)):
            user = choose.choice(list(own))
            try:
                choose.choice(actions)(choose.choice(own[user]), user)
            except WrongState:
                seen["refused"] += 1
            if step % count(3, 1):
                continue
            with world.database.reading() as session:
                listed = tasks.list_tasks(session, actor=world.sue)
                for task in listed:
                    rows = session.exec(
                        select(Assignment).where(Assignment.task_id == task.id).order_by(Assignment.position)
                    ).all()
                    states = Counter(row.state for row in rows)
                    seen.update(states.keys())
                    assert task.total == len(rows)
                    assert task.accepted == states[AssignmentState.ACCEPTED]
                    assert task.saved == states[AssignmentState.SAVED] + task.accepted
                    assert task.drafted == states[AssignmentState.DRAFTED]
                    assert task.sent_back == states[AssignmentState.SENT_BACK]
                    assert task.open == task.total - task.saved
                    assert task.flagged == sum(row.flag_kind is not None for row in rows)
                    still_open = [row for row in rows if row.state in OPEN_STATES]
                    ranked = sorted(still_open, key=lambda row: (rank(row), row.position))
                    assert task.next_open_assignment_id == (ranked[0].id if ranked else None)
                    opened = open_assignment(session, actor=world.sue, assignment_id=rows[0].id)
                    assert (opened.progress.saved, opened.progress.total) == (task.saved, task.total)
                    changed = [row.id for row in rows if has_unsaved_change(session, row)]
                    seen["changed"] += len(changed)
                    assert (task.changed, task.first_changed_assignment_id) == (len(changed), (changed or [None])[0])
                    assert (opened.progress.changed, opened.progress.first_changed_id) == (
                        task.changed,
                        task.first_changed_assignment_id,
                    )
                # An answer stands exactly where work is saved, or was sent back or reopened with it standing.
                for row in session.exec(select(Assignment)):
                    standing = session.exec(
                        select(Annotation.revision_id).where(Annotation.assignment_id == row.id)
                    ).first()
                    if row.state in (AssignmentState.SAVED, AssignmentState.ACCEPTED, AssignmentState.REOPENED):
                        assert standing is not None
                    if row.state in (AssignmentState.NEW, AssignmentState.DRAFTED):
                        assert standing is None
                    if row.state is AssignmentState.NEW:
                        assert not session.exec(select(Draft).where(Draft.assignment_id == row.id)).all()
        assert {"refused", *AssignmentState} - {AssignmentState.WITHDRAWN} <= set(seen)
        assert seen["changed"]

    def test_an_unsaved_change_of_saved_work_is_no_longer_done(self, world: World) -> None:
        first, second, *_rest = world.assignments

        def changed() -> tuple[int, int, int | None]:
            (task,) = mine(world, world.ann)
            return task.saved, task.changed, task.first_changed_assignment_id

        world.save(first)
        world.save(second)
        assert changed() == (2, 0, None)
        world.edit(second, azimuth=2.0)
        assert changed() == (2, 1, second)
        world.edit(first, azimuth=2.0)
        assert changed() == (2, 2, first)
        world.undo(first)
        assert changed() == (2, 1, second), "what leads back to the saved answer is no change"
        told = world.save(first).progress
        assert (told.saved, told.changed, told.first_changed_id) == (2, 1, second)
        world.save(second, world.answered(second))
        assert changed() == (2, 0, None)

    def test_as_many_queries_for_one_task_as_for_many(self, world: World) -> None:
        world.give(world.bob, size=1)
        statements = []
        sa.event.listen(world.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        assert len(mine(world, world.bob)) == 4
        selects = [text for text in statements if text.startswith("SELECT") and "FROM user" not in text]
        assert len([text for text in selects if "assignment" in text]) == 3

    def test_my_tasks_are_mine_and_what_matters_comes_first(self, world: World) -> None:
        assert mine(world, world.bob) == []
        (task,) = mine(world, world.ann)
        assert (task.id, task.total, task.next_open_assignment_id) == (world.task_id, 4, world.assignments[0])
        with world.database.transaction() as session:
            world.add_item(session, world.image_ids[0], 2)
            (urgent,) = tasks.create_tasks(session, actor=CONSOLE, dataset="mugs", user_id=world.ann, priority=1)
        assert [task.id for task in mine(world, world.ann)] == [urgent.id, world.task_id]


class TestSeeing:
    def test_an_annotator_sees_the_photos_and_models_of_their_items_only(self, world: World) -> None:
        with world.database.transaction() as session:
            other_category = library.set_category(session, actor=CONSOLE, dataset_id=world.dataset_id, name="cup").id
            other_cad = library.add_cad_model(
                session,
                actor=CONSOLE,
                category_id=other_category,
                cad_index=1,
                sha256="c" * 64,
                suffix=".off",
                lower=(0, 0, 0),
                upper=(1, 1, 1),
            ).id
            other_image = items.add_image(
                session,
                actor=CONSOLE,
                dataset_id=world.dataset_id,
                name="other",
                stored=StoredImage(sha256="e" * 64, width=5, height=5, media_type="image/png", size=9),
            ).id
        with world.database.reading() as session:
            seen = viewing.may_see_image(session, actor=world.ann, image_id=world.image_ids[1])
            assert (seen.sha256, seen.media_type) == (f"{1:064x}", "image/jpeg")
            assert viewing.may_see_cad(session, actor=world.ann, cad_id=world.cad_ids[2]).suffix == ".off"
            for refused in (
                lambda: viewing.may_see_image(session, actor=world.ann, image_id=other_image),
                lambda: viewing.may_see_cad(session, actor=world.ann, cad_id=other_cad),
                lambda: viewing.may_see_image(session, actor=world.ann, image_id=4242),
                lambda: viewing.may_see_cad(session, actor=world.sue, cad_id=4242),
            ):
                with pytest.raises(NotFound):
                    refused()
            assert viewing.may_see_image(session, actor=world.sue, image_id=other_image).width == 5


class TestImporting:
    def test_twice_changes_nothing_and_says_so(self, world: World) -> None:
        def import_all() -> list[Outcome]:
            with world.database.transaction() as session:
                item_id = items.add_item(
                    session,
                    actor=CONSOLE,
                    image_id=world.image_ids[0],
                    category_id=world.category_id,
                    object_index=7,
                    box=Box(-0.0, 1, 2, 3),
                    viewport=1234.5,
                    extra={"note": [1, 2]},
                )
                rule = CategoryRule(ignored=("azimuth",), ignored_reason="round")
                kept = [
                    item_id,
                    library.add_dataset(session, actor=CONSOLE, name="new"),
                    library.set_category(session, actor=CONSOLE, dataset_id=world.dataset_id, name="cup", rule=rule),
                    items.add_gold(session, actor=CONSOLE, item_id=item_id.id, answer=answer()),
                    items.add_imported_label(
                        session, actor=CONSOLE, item_id=item_id.id, answer=answer(), original={"theta": "0x1p-3"}
                    ),
                    items.add_prediction(
                        session, actor=CONSOLE, item_id=item_id.id, model_version="m", answer=PREDICTED, score=0.5
                    ),
                ]
                return [one.outcome for one in kept]

        assert import_all() == [Outcome.CREATED] * 6
        with world.database.reading() as session:
            before = [session.exec(select(sa.func.count()).select_from(table)).one() for table in (Item, Revision)]
        assert import_all() == [Outcome.UNCHANGED] * 6
        with world.database.reading() as session:
            after = [session.exec(select(sa.func.count()).select_from(table)).one() for table in (Item, Revision)]
        assert before == after

    def test_a_changed_bit_is_an_update(self, world: World) -> None:
        def predict(px: float) -> Outcome:
            given = replace(PREDICTED, pose=PREDICTED.pose.replace(px=px))
            with world.database.transaction() as session:
                return items.add_prediction(
                    session, actor=CONSOLE, item_id=world.item_ids[0], model_version="m", answer=given
                ).outcome

        assert [predict(0.0), predict(-0.0), predict(-0.0)] == [Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED]

    def test_a_label_is_revision_1_by_import_before_and_after_the_task_is_made(self, world: World) -> None:
        def bring(number: int, azimuth: float) -> None:
            with world.database.transaction() as session:
                items.add_imported_label(
                    session, actor=CONSOLE, item_id=world.item_ids[number], answer=answer(azimuth)
                )

        def revisions(assignment_id: int):
            with world.database.reading() as session:
                statement = select(Revision).where(Revision.assignment_id == assignment_id).order_by(Revision.number)
                return [(row.number, row.kind.value, row.author_id, row.azimuth) for row in session.exec(statement)]

        bring(0, 1.0)
        theirs = world.give(world.bob)
        assert revisions(world.assignments[0]) == revisions(theirs[0]) == [(1, "imported", None, 1.0)]
        assert (world.open(theirs[0], world.bob).saved, world.open(theirs[0], world.bob).state) == (
            None,
            AssignmentState.NEW,
        )
        world.save(theirs[0], answer(2.0), actor=world.bob)
        bring(0, 3.0)
        assert revisions(world.assignments[0]) == [(1, "imported", None, 1.0), (2, "imported", None, 3.0)]
        assert revisions(theirs[0])[1:] == [(2, RevisionKind.SAVED.value, world.bob, 2.0)]

    @pytest.mark.parametrize("name", ["", "a/b", "..", "../x", ".hidden", "a\\b", "a:b", "a\nb", "x" * 129])
    def test_names_that_could_not_name_a_folder_are_refused(self, world: World, name: str) -> None:
        with world.database.transaction() as session:
            with pytest.raises(InvalidInput):
                library.add_dataset(session, actor=CONSOLE, name=name)
            with pytest.raises(InvalidInput):
                library.set_category(session, actor=CONSOLE, dataset_id=world.dataset_id, name=name)

    def test_a_category_with_an_underscore_is_its_own(self, world: World) -> None:
        with world.database.transaction() as session:
            a = library.set_category(session, actor=CONSOLE, dataset_id=world.dataset_id, name="punching_bag")
            b = library.set_category(session, actor=CONSOLE, dataset_id=world.dataset_id, name="punching")
            assert a.id != b.id
            assert library.cad_models(session, actor=CONSOLE, dataset_id=world.dataset_id, category="punching") == []
