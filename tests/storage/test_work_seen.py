"""What people see of shared work: lines, places, entries; and nothing of what was withdrawn."""

from datetime import UTC, datetime

import pytest

from domain.answer import FieldGroup
from domain.box import Box
from domain.errors import InvalidInput, NotAllowed, NotFound
from domain.permissions import Role
from storage.images import StoredImage
from storage.passwords import HashedPassword
from storage.use_cases import tasks
from storage.use_cases.accounts import add_user
from storage.use_cases.archiving import archive_dataset
from storage.use_cases.items import add_image, add_item
from storage.use_cases.library import add_dataset, set_category
from storage.use_cases.people import edit_person, list_people
from storage.use_cases.work.creating import place_order
from storage.use_cases.work.editing import edit_task
from storage.use_cases.work.overview import (
    PlaceFilter,
    place_ids,
    place_lines,
    shares_of_task,
    task_lines,
    workers,
)
from storage.use_cases.work.selection import dataset_to_share
from storage.use_cases.work.sharing import (
    withdraw_work,
)
from tests.storage.orders import do, look, order_of, tasks_of
from tests.storage.world import World


class TestSeeing:
    def test_tasks_by_the_page_searched_and_sorted(self, world: World) -> None:
        for number, (priority, day) in enumerate(((0, None), (3, 20), (3, 10), (-1, 5)), start=1):
            due = None if day is None else datetime(2026, 12, day, tzinfo=UTC)
            order = order_of(world, name=f"task {number}", priority=priority, due_at=due)
            do(world, place_order, order=order)

        def names(**given) -> list[str]:
            return [line.name for line in look(world, task_lines, **given)[0]]

        assert names() == ["task 3", "task 2", "task 1", "mugs", "task 4"]
        assert names(sort="due") == ["task 4", "task 3", "task 2", "mugs", "task 1"]
        assert names(sort="due", descending=True) == ["task 2", "task 3", "task 4", "mugs", "task 1"]
        assert names(sort="name", start=1, limit=2) == ["task 1", "task 2"]
        assert look(world, task_lines, search="TASK")[1] == 4
        assert names(search="ann") == ["mugs"], "by who has it, too"
        assert names(search="%") == []

    def test_names_are_sorted_as_people_count(self, world: World) -> None:
        for number in (10, 2, 1):
            do(world, place_order, order=order_of(world, name=f"task {number}"))
            do(world, add_user, name=f"worker {number}", role=Role.ANNOTATOR, password=HashedPassword("of nobody"))
        counted = ["task 1", "task 2", "task 10"]
        assert [line.name for line in look(world, task_lines, sort="name")[0]][1:] == counted
        page = look(world, list_people, search="worker")
        assert [row.name for row in page.rows] == ["worker 1", "worker 2", "worker 10"]
        do(world, edit_person, user_id=page.rows[0].id, name="worker 11", role=Role.ANNOTATOR)
        page = look(world, list_people, search="worker", descending=True)
        assert [row.name for row in page.rows] == ["worker 11", "worker 10", "worker 2"]

    def test_new_work_is_offered_of_the_newest_data_set_with_something_left(self, world: World) -> None:
        do(world, place_order, order=order_of(world, name="the rest"))
        assert look(world, dataset_to_share) == world.dataset_id, "nothing is left anywhere: the newest"
        newer = do(world, add_dataset, name="newer").id
        assert look(world, dataset_to_share) == world.dataset_id, "there is nothing in it"
        category = do(world, set_category, dataset_id=newer, name="mug").id
        stored = StoredImage(sha256="0" * 64, width=64, height=48, media_type="image/jpeg", size=10)
        image = do(world, add_image, dataset_id=newer, name="n", stored=stored).id
        do(world, add_item, image_id=image, category_id=category, object_index=0, box=Box(0, 0, 9, 9))
        do(world, add_dataset, name="newest and empty")
        assert look(world, dataset_to_share) == newer
        do(world, archive_dataset, dataset_id=newer, archived=True)
        assert look(world, dataset_to_share) == world.dataset_id

    def test_a_page_of_everybodys_progress_holds_what_the_whole_list_does(self, world: World) -> None:
        for number in range(5):
            do(world, place_order, order=order_of(world, name=f"task {number}", priority=number % 3))
        withdrawn = world.give(world.bob, name="gone")
        task_id = tasks_of(world, world.bob)[0].id
        do(world, withdraw_work, task_id=task_id, assignment_ids=withdrawn, offer_again=False)
        everything = look(world, tasks.list_tasks)
        pages = [look(world, tasks.task_page, start=start, limit=4) for start in (0, 4, 8)]
        assert [task for page, _total in pages for task in page] == everything
        assert [total for _page, total in pages] == [6, 6, 6]
        assert [task.name for task in look(world, tasks.task_page, search="ANN")[0]] == ["mugs"]

    def test_a_tasks_people_and_places(self, world: World) -> None:
        world.save(world.assignments[0])
        do(world, withdraw_work, task_id=world.task_id, assignment_ids=world.assignments[:2])
        ann, nobody = look(world, shares_of_task, task_id=world.task_id)
        assert (ann.person, ann.places, ann.saved, ann.withdrawn) == ("ann", 2, 0, 1)
        assert (nobody.person, nobody.places, nobody.open) == (None, 2, 2)

        def places(which: PlaceFilter, **given) -> int:
            rows, total = look(world, place_lines, task_id=world.task_id, which=which, **given)
            assert len(rows) == total == len(look(world, place_ids, task_id=world.task_id, which=which, **given))
            return total

        assert [places(which) for which in PlaceFilter] == [4, 2, 2, 4, 0, 0, 1]
        assert places(PlaceFilter.ALL, user_id=world.ann) == 2
        assert places(PlaceFilter.ALL, search="000.JPEG") == 2
        open_ = {worker.name: worker.open for worker in look(world, workers)}
        assert open_ == {"ann": 2, "bob": 0, "sue": 0, "ada": 0}

    def test_name_due_date_and_priority_can_be_edited(self, world: World) -> None:
        due = datetime(2026, 12, 24, 18, tzinfo=UTC)
        edit = {"task_id": world.task_id, "name": " cups ", "due_at": due, "priority": 7, "is_pool": True}
        assert do(world, edit_task, **edit)
        assert not do(world, edit_task, **edit)
        (mine,) = tasks_of(world, world.ann)
        assert (mine.name, mine.due_at, mine.priority, mine.is_pool) == ("cups", due, 7, True)
        wrong = (({"name": ""}, InvalidInput), ({"priority": 1001}, InvalidInput), ({"task_id": 9}, NotFound))
        for refused, error in wrong:
            with pytest.raises(error):
                do(world, edit_task, **{**edit, **refused})
        with pytest.raises(NotAllowed), world.database.transaction() as session:
            edit_task(session, actor=world.sue, **edit)


def test_withdrawn_work_is_out_of_what_others_see(world: World) -> None:
    """Not in the counts of a task, and not in its answers."""
    world.edit(world.assignments[0], FieldGroup.DISTANCE, distance=3.0)
    do(world, withdraw_work, task_id=world.task_id, assignment_ids=world.assignments, offer_again=False)
    assert tasks_of(world, world.ann) == []
    with world.database.reading() as session:
        assert tasks.list_tasks(session, actor=world.sue) == []
