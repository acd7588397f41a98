"""The demo workspace, built once: what a first visitor finds, and that nothing is left where it cannot be built."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlmodel import select

import ui.actions.demo as demo
from domain.answer import Answer, Density, ObjectStatus
from domain.box import Box
from domain.category_rules import rule_of
from domain.permissions import CONSOLE, Role
from domain.pose import Pose
from domain.rotation import rotation_error
from domain.start import StartSource
from meshes.builtin import catalogue
from rendering.scene_manifest import PhotoObject
from storage.cad_files import CadFiles
from storage.errors import PasswordRefused
from storage.images import ImageStore
from storage.tables import Gold, Image
from storage.use_cases.accounts import count_users, list_users
from storage.use_cases.annotate import OpenedAssignment, open_assignment
from storage.use_cases.library import cad_models, categories, dataset_named
from storage.use_cases.login import authenticate
from storage.use_cases.tasks import list_tasks, my_tasks
from tests.empty_database import empty_database
from ui.actions.demo_predictions import MODEL_VERSION, TURNED_ROUND, guessed

PASSWORDS = {name: f"a quiet harbour {k}" for k, name in enumerate(demo.ACCOUNTS)}


class Home:
    built: demo.DemoWorkspace | None = None

    def __init__(self, folder: Path) -> None:
        self.database = empty_database(f"sqlite:///{folder}/posewright.db")
        self.images = ImageStore(folder / "images")
        self.cad_files = CadFiles(folder / "cad")

    def build(self, **changes: object) -> demo.DemoWorkspace:
        wanted = {"passwords": PASSWORDS, "report": lambda line: None} | changes
        return demo.build_demo(
            database=self.database,
            images=self.images,
            cad_files=self.cad_files,
            **wanted,  # type: ignore[arg-type]
        )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("demo"))
    home.built = home.build()
    yield home
    home.database.close()


def test_demo_is_large_enough(home: Home) -> None:
    assert home.built is not None
    assert home.built.items >= 36
    assert home.built.tasks >= 3
    assert home.built.categories == len(catalogue())
    with home.database.reading() as session:
        tasks = list_tasks(session, actor=CONSOLE)
    assert len(tasks) == home.built.tasks
    assert sum(task.total for task in tasks) == home.built.items
    assert {task.person for task in tasks} == {"annotator"}
    assert all(task.saved == 0 for task in tasks)


def test_people_can_log_in(home: Home) -> None:
    with home.database.reading() as session:
        people = {person.name: person.role for person in list_users(session, actor=CONSOLE)}
    assert people == {"annotator": Role.ANNOTATOR, "supervisor": Role.SUPERVISOR, "admin": Role.ADMIN}
    person = authenticate(home.database, name="annotator", password=PASSWORDS["annotator"], address="127.0.0.1")
    assert person is not None
    assert person.name == "annotator"


def test_library_and_rules_are_in_the_data_set(home: Home) -> None:
    with home.database.reading() as session:
        dataset_id = dataset_named(session, actor=CONSOLE, name="demo")
        found = {view.name: view.rule for view in categories(session, actor=CONSOLE, dataset_id=dataset_id)}
        assert found == {category.name: rule_of(category.name) for category in catalogue()}
        for category in catalogue():
            models = cad_models(session, actor=CONSOLE, dataset_id=dataset_id, category=category.name)
            assert [model.name for model in models] == [model.subtype for model in category.models]
            assert all(home.cad_files.path(model.sha256, model.suffix).is_file() for model in models)
            assert all(model.readable and model.faces for model in models)


def opened(home: Home) -> list[OpenedAssignment]:
    """Every assignment as the annotator finds it, task by task."""
    with home.database.reading() as session:
        (annotator,) = (p.id for p in list_users(session, actor=CONSOLE) if p.name == "annotator")
        found = []
        for task in my_tasks(session, actor=annotator):
            next_id = task.next_open_assignment_id
            assert next_id is not None
            first = open_assignment(session, actor=annotator, assignment_id=next_id)
            found += [open_assignment(session, actor=annotator, assignment_id=k) for k in first.assignment_ids]
    return found


def test_each_item_starts_from_the_prediction_and_does_not_tell_the_truth(home: Home) -> None:
    found = opened(home)
    assert home.built is not None
    assert len(found) == home.built.items
    gold = truths(home)
    for assignment in found:
        assert assignment.answer_source is StartSource.PREDICTION
        assert assignment.prediction is not None
        assert assignment.prediction.model_version == MODEL_VERSION
        assert assignment.answer.object_status is None
        assert home.images.path(sha_of(home, assignment.image.id)).is_file()
        assert assignment.answer.pose != gold[assignment.item.id].pose


def truths(home: Home) -> dict[int, Answer]:
    """The gold answer of each item."""
    with home.database.reading() as session:
        return {row.item_id: row.answer() for row in session.exec(select(Gold))}


def sha_of(home: Home, image_id: int) -> str:
    with home.database.reading() as session:
        image = session.get(Image, image_id)
        assert image is not None
        return image.sha256


def test_all_qualities_and_densities_occur(home: Home) -> None:
    gold = truths(home).values()
    qualities = Counter(answer.object_status for answer in gold)
    densities = Counter(answer.dense for answer in gold)
    assert qualities[ObjectStatus.GOOD] >= 15
    assert qualities[ObjectStatus.PARTIALLY] >= 5
    assert qualities[ObjectStatus.BARELY] >= 3
    assert qualities[ObjectStatus.BAD] >= 2
    assert densities[Density.YES] >= 8
    assert densities[Density.NO] >= 20


def test_predictions_are_wrong_in_the_ways_that_models_are(home: Home) -> None:
    gold, models, errors, centres = truths(home), 0, [], []
    for assignment in opened(home):
        guess, truth = assignment.answer, gold[assignment.item.id]
        models += guess.cad_index != truth.cad_index
        errors.append(float(np.degrees(rotation_error(guess.pose.rotation(), truth.pose.rotation()))))
        centres.append(np.hypot(guess.pose.px - truth.pose.px, guess.pose.py - truth.pose.py))
    assert 3 <= models <= len(gold) / 3
    turned_round = sum(error > 120 for error in errors)
    assert turned_round in (1, 2, 3)
    assert sum(error < 25 for error in errors) == len(errors) - turned_round
    assert min(errors) > 2
    assert max(centres) > 2


def test_a_guess_is_the_same_each_time_and_turned_round_where_it_should_be() -> None:
    pose = Pose(azimuth=1.0, elevation=0.2, theta=0.1, distance=4.0, px=320.0, py=240.0, viewport=1200.0)
    thing = PhotoObject(
        category="car",
        cad_index=2,
        pose=pose,
        box=Box(200, 150, 440, 330),
        visible=1.0,
        clarity=1.0,
        object_status=ObjectStatus.GOOD,
        dense=Density.NO,
    )
    first = guessed(thing, seed=7, number=3, object_index=0)
    assert guessed(thing, seed=7, number=3, object_index=0) == first
    assert guessed(thing, seed=8, number=3, object_index=0) != first
    assert first.answer.cad_index == 2
    assert guessed(thing, seed=7, number=5, object_index=0).answer.cad_index == 3
    for number in (3, *TURNED_ROUND):
        guess = guessed(thing, seed=7, number=number, object_index=0)
        assert 0 < guess.score < 1
        assert guess.answer.object_status is None
        degrees = float(np.degrees(rotation_error(guess.answer.pose.rotation(), pose.rotation())))
        assert (degrees > 120) == (number in TURNED_ROUND)


def test_a_refused_password_builds_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(PasswordRefused):
        home.build(passwords=PASSWORDS | {"admin": "short"})
    assert nobody_is_in(home)


def test_photos_that_cannot_be_rendered_are_an_error_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSEWRIGHT_GL", "nonsense")
    home = Home(tmp_path)
    with pytest.raises(demo.DemoFailed, match="nonsense"):
        home.build()
    assert nobody_is_in(home)


def nobody_is_in(home: Home) -> bool:
    with home.database.reading() as session:
        empty = count_users(session) == 0 and not list_tasks(session, actor=CONSOLE)
    home.database.close()
    return empty
