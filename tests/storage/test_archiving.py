"""Archived data sets: hidden from work, nothing lost, brought back."""

import pytest
from sqlmodel import Session

from domain.errors import InvalidInput, NotAllowed, NotFound
from domain.permissions import CONSOLE
from storage.use_cases import tasks
from storage.use_cases.annotate import FlagKind, flag_assignment
from storage.use_cases.archiving import archive_dataset
from storage.use_cases.backups import note_backup_deleted, note_backup_fetched
from storage.use_cases.flagged import flagged_items
from storage.use_cases.release import release_photos
from storage.use_cases.work.pool import free_items
from tests.storage.world import World


def shelve(world: World, archived: bool, actor: int | None = None) -> None:
    with world.database.transaction() as session:
        archive_dataset(session, actor=actor or world.ada, dataset_id=world.dataset_id, archived=archived)


def seen(session: Session, world: World) -> tuple[int, ...]:
    return (
        len(tasks.my_tasks(session, actor=world.ann)),
        len(tasks.list_tasks(session, actor=world.sue)),
        len(flagged_items(session, actor=world.sue)),
        len(free_items(session, actor=world.bob)),
    )


def test_an_archived_data_set_is_hidden_from_work_and_comes_back_whole(world: World) -> None:
    with world.database.transaction() as session:
        flag_assignment(session, actor=world.ann, assignment_id=world.assignments[1], kind=FlagKind.HELP, reason="")
    world.save(world.assignments[0])
    with world.database.reading() as session:
        before = seen(session, world)
        answers = list(release_photos(session, actor=CONSOLE, dataset="mugs"))
    assert before[:3] == (1, 1, 1)
    shelve(world, True)
    shelve(world, True)
    with world.database.reading() as session:
        assert seen(session, world) == (0, 0, 0, 0)
        assert list(release_photos(session, actor=CONSOLE, dataset="mugs")) == answers
    with pytest.raises(InvalidInput):
        world.give(world.bob)
    world.save(world.assignments[1])  # it was open when the data set was archived
    shelve(world, False)
    with world.database.reading() as session:
        assert seen(session, world)[:3] == before[:3]


def test_only_admins_fetch_and_delete_backups(world: World) -> None:
    for use_case in (note_backup_fetched, note_backup_deleted):
        for actor in (world.ann, world.sue):
            with pytest.raises(NotAllowed), world.database.transaction() as session:
                use_case(session, actor=actor, archive="posewright.zip")
        with world.database.transaction() as session:
            use_case(session, actor=world.ada, archive="posewright.zip")


def test_only_admins_archive_and_only_what_there_is(world: World) -> None:
    for actor in (world.ann, world.sue):
        with pytest.raises(NotAllowed):
            shelve(world, True, actor)
    with pytest.raises(NotFound), world.database.transaction() as session:
        archive_dataset(session, actor=world.ada, dataset_id=999, archived=True)
