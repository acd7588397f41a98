"""The box editor's use cases: what may be drawn, corrected and deleted, and what is kept of it."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from domain.box import Box, clamped
from domain.errors import InvalidInput, NotAllowed, NotFound, RevisionConflict
from domain.permissions import CONSOLE
from domain.task_state import AssignmentState
from storage.errors import BoxesNeedConfirmation, ImageTakenDown
from storage.images import StoredImage
from storage.tables import Audit, Draft, Item, Outbox, Prediction, Revision
from storage.use_cases import items
from storage.use_cases.boxes import PhotoBoxes, WantedBox, boxes_of, photos_for_boxes, save_boxes
from storage.use_cases.library import set_category
from storage.use_cases.release import release_photos
from storage.use_cases.taking_down import take_down_image
from storage.use_cases.work.sharing import give_back
from tests.storage.world import PREDICTED, World


def look(world: World, image_id: int) -> PhotoBoxes:
    with world.database.reading() as session:
        return boxes_of(session, actor=world.ada, image_id=image_id)


def save(world: World, seen: PhotoBoxes, boxes: list[WantedBox], **options) -> PhotoBoxes:
    with world.database.transaction() as session:
        return save_boxes(
            session,
            actor=options.pop("actor", world.ada),
            image_id=seen.image_id,
            base_version=options.pop("base_version", seen.version),
            boxes=boxes,
            **options,
        )


def same(seen: PhotoBoxes) -> list[WantedBox]:
    return [WantedBox(item_id=one.item_id, category_id=one.category_id, box=one.box) for one in seen.boxes]


@pytest.fixture
def empty_photo(world: World) -> int:
    """A photo without boxes, whose name sorts last."""
    with world.database.transaction() as session:
        stored = StoredImage(sha256="e" * 64, width=640, height=480, media_type="image/jpeg", size=1)
        return items.add_image(
            session, actor=CONSOLE, dataset_id=world.dataset_id, name="z/100%_new.jpg", stored=stored
        ).id


def test_photos_without_boxes_come_first(world: World, empty_photo: int) -> None:
    with world.database.reading() as session:
        listed = photos_for_boxes(session, actor=world.ada, dataset_id=world.dataset_id)
        found = photos_for_boxes(session, actor=world.ada, dataset_id=world.dataset_id, search="100%_")
    assert [(row.id, row.boxes) for row in listed.rows] == [
        (empty_photo, 0), (world.image_ids[0], 2), (world.image_ids[1], 2),
    ]  # fmt: skip
    assert (listed.total, listed.without) == (3, 1)
    assert [row.id for row in found.rows] == [empty_photo]


def test_boxes_are_drawn_corrected_and_deleted(world: World, empty_photo: int) -> None:
    seen = look(world, empty_photo)
    drawn = save(
        world,
        seen,
        [
            WantedBox(item_id=None, category_id=world.category_id, box=Box(10.5, 20, 110, 220)),
            WantedBox(item_id=None, category_id=world.category_id, box=Box(-30, -40, 700, 900)),
        ],
    )
    assert [one.box for one in drawn.boxes] == [Box(10.5, 20, 110, 220), Box(0, 0, 640, 480)]
    assert drawn.version == seen.version + 1
    first = drawn.boxes[0]
    changed = save(
        world, drawn, [WantedBox(item_id=first.item_id, category_id=first.category_id, box=Box(1, 2, 3, 4.5))]
    )
    assert [(one.item_id, one.box) for one in changed.boxes] == [(first.item_id, Box(1, 2, 3, 4.5))]
    with world.database.reading() as session:
        logged = session.exec(select(Audit).where(Audit.action == "edit_boxes")).all()
        assert [row.actor_id for row in logged] == [world.ada] * 2
        assert logged[1].detail["changes"] == [
            {"item": drawn.boxes[1].item_id, "before": [0, 0, 640, 480], "after": None},
            {"item": first.item_id, "before": [10.5, 20, 110, 220], "after": [1, 2, 3, 4.5]},
        ]
        assert len(session.exec(select(Outbox).where(Outbox.topic == "image.boxes_changed")).all()) == 2


def test_saving_the_same_again_changes_nothing(world: World) -> None:
    seen = look(world, world.image_ids[0])
    assert save(world, seen, same(seen)) == seen


def test_of_two_editors_the_later_hears_of_it(world: World, empty_photo: int) -> None:
    seen = look(world, empty_photo)
    one = WantedBox(item_id=None, category_id=world.category_id, box=Box(1, 1, 9, 9))
    save(world, seen, [one])
    with pytest.raises(RevisionConflict):
        save(world, seen, [one])
    assert len(look(world, empty_photo).boxes) == 1


def test_what_is_known_of_an_object_takes_a_confirmation_stays_and_is_marked(world: World) -> None:
    image_id, (first, second) = world.image_ids[0], world.item_ids[:2]
    with world.database.transaction() as session:
        items.add_prediction(session, actor=CONSOLE, item_id=first, model_version="m", answer=PREDICTED)
    world.save(world.assignments[0])
    world.edit(world.assignments[0], azimuth=1.0)
    seen = look(world, image_id)
    known = next(one.known for one in seen.boxes if one.item_id == first)
    assert (known.assignments, known.answers, known.drafts, known.predictions, known.older) == (1, 1, 1, 1, 0)
    moved = [
        WantedBox(item_id=one.item_id, category_id=one.category_id, box=Box(7, 8, 90, 100))
        if one.item_id == first
        else one
        for one in same(seen)
    ]
    with pytest.raises(BoxesNeedConfirmation) as asked:
        save(world, seen, moved)
    assert (asked.value.answers, asked.value.drafts, asked.value.predictions) == (1, 1, 1)
    after = save(world, seen, moved, confirmed=True)
    assert next(one.known.older for one in after.boxes if one.item_id == first) == 3
    assert next(one.known.older for one in after.boxes if one.item_id == second) == 0
    assert world.open(world.assignments[0]).item.box == Box(7, 8, 90, 100)
    with world.database.reading() as session:
        assert session.exec(select(Prediction)).one().answer() == PREDICTED
        assert session.exec(select(Draft)).one().assignment_id == world.assignments[0]
        assert len(session.exec(select(Revision)).all()) == 1
        exported = {
            item.object_index: item.box
            for photo in release_photos(session, actor=CONSOLE, dataset="mugs")
            for item in photo.items
            if photo.name == "mug/000.JPEG"
        }
    assert exported[0] == Box(7, 8, 90, 100)


def test_an_object_that_somebody_has_is_not_deleted_nor_moved_to_another_category(world: World) -> None:
    seen = look(world, world.image_ids[0])
    with pytest.raises(InvalidInput, match="withdraw"):
        save(world, seen, [], confirmed=True)
    with world.database.transaction() as session:
        cup = set_category(session, actor=CONSOLE, dataset_id=world.dataset_id, name="cup").id
    other = [WantedBox(item_id=one.item_id, category_id=cup, box=one.box) for one in seen.boxes]
    with pytest.raises(InvalidInput, match="category"):
        save(world, seen, other, confirmed=True)
    assert look(world, world.image_ids[0]) == seen


def test_a_category_is_given_while_nothing_is_known_and_places_count_on(world: World, empty_photo: int) -> None:
    with world.database.transaction() as session:
        cup = set_category(session, actor=CONSOLE, dataset_id=world.dataset_id, name="cup").id
    box = WantedBox(item_id=None, category_id=world.category_id, box=Box(1, 1, 9, 9))
    drawn = save(world, look(world, empty_photo), [box, box])
    moved = [WantedBox(item_id=one.item_id, category_id=cup, box=one.box) for one in drawn.boxes]
    save(world, drawn, [*moved, WantedBox(item_id=None, category_id=cup, box=Box(2, 2, 9, 9))])
    with world.database.reading() as session:
        rows = session.exec(select(Item).where(Item.image_id == empty_photo)).all()
        assert sorted((row.category_id, row.object_index) for row in rows) == [(cup, 0), (cup, 1), (cup, 2)]
        assert all(row.box_corrected_at is None for row in rows)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda w, seen: [WantedBox(item_id=None, category_id=w.category_id, box=Box(641, 1, 700, 9))],
        lambda w, seen: [WantedBox(item_id=None, category_id=w.category_id, box=Box(1, 1, 1.5, 9))],
        lambda w, seen: [WantedBox(item_id=None, category_id=999, box=Box(1, 1, 9, 9))],
        lambda w, seen: [WantedBox(item_id=w.item_ids[2], category_id=w.category_id, box=Box(1, 1, 9, 9))],
        lambda w, seen: same(seen)[:1] * 2 + same(seen)[1:],
        lambda w, seen: [WantedBox(item_id=None, category_id=w.category_id, box=Box(1, 1, 9, 9))] * 1001,
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(world: World, wrong: Callable) -> None:
    seen = look(world, world.image_ids[0])
    with pytest.raises((InvalidInput, NotFound)):
        save(world, seen, wrong(world, seen), confirmed=True)
    assert look(world, world.image_ids[0]) == seen


def test_only_admins_and_no_photo_that_was_taken_down(world: World) -> None:
    image_id = world.image_ids[0]
    seen = look(world, image_id)
    for actor in (world.ann, world.sue):
        with pytest.raises(NotAllowed):
            save(world, seen, same(seen), actor=actor)
    with world.database.transaction() as session:
        with pytest.raises(InvalidInput, match="name"):
            take_down_image(session, actor=world.ada, image_id=image_id, name="another")
        with pytest.raises(NotAllowed):
            take_down_image(session, actor=world.sue, image_id=image_id, name=seen.name)
        take_down_image(session, actor=world.ada, image_id=image_id, name=seen.name, reason="asked for")
    with pytest.raises(ImageTakenDown):
        save(world, seen, same(seen))
    with world.database.reading() as session:
        names = [photo.name for photo in release_photos(session, actor=CONSOLE, dataset="mugs")]
        assert names == ["mug/001.JPEG"]
        opened = world.open(world.assignments[0])
        assert opened.image.taken_down
        assert opened.state is AssignmentState.WITHDRAWN  # nobody can do it any more
    with pytest.raises(InvalidInput, match="taken down"), world.database.transaction() as session:
        give_back(session, actor=world.ada, task_id=world.task_id, assignment_ids=[world.assignments[0]])


@given(st.lists(st.floats(-2000, 2000), min_size=4, max_size=4), st.integers(1, 900), st.integers(1, 900))
def test_what_is_left_of_a_box_is_in_the_photo_and_in_the_box(corners: list[float], width: int, height: int) -> None:
    (x1, x2), (y1, y2) = sorted(corners[::2]), sorted(corners[1::2])
    if x1 == x2 or y1 == y2:
        return
    inside = clamped(Box(x1, y1, x2, y2), width=width, height=height)
    overlaps = x1 < width and x2 > 0 and y1 < height and y2 > 0
    assert (inside is not None) == overlaps
    if inside is not None:
        assert inside.x1 >= max(0, x1)
        assert inside.x2 <= min(width, x2)
        assert inside.y1 >= max(0, y1)
        assert inside.y2 <= min(height, y2)
