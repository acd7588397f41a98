"""The CAD library: numbers are never given twice, and no answer's model changes under it."""

import pytest
from sqlmodel import select

from domain.answer import FieldGroup
from domain.category import CategoryRule
from domain.errors import InvalidInput, NotAllowed
from domain.permissions import CONSOLE
from storage.errors import ModelInUse
from storage.tables import Audit, CadModel
from storage.use_cases import items, library, models
from tests.storage.test_sharing import do, look
from tests.storage.world import PREDICTED, World, answer

MESH = models.CheckedMesh(sha256="a" * 64, suffix=".ply", lower=(-1.0, -1.0, -1.0), upper=(1.0, 1.0, 1.0), faces=7)


def offered(world: World, assignment_id: int) -> list[int]:
    return [cad.cad_index for cad in world.open(assignment_id).cad_models]


def choose(world: World, assignment_id: int, cad_index: int):
    return world.edit(assignment_id, FieldGroup.MODEL, cad_index=cad_index)


def test_a_new_model_gets_the_next_number_also_after_a_withdrawn_one(world: World) -> None:
    made = do(world, models.add_model, category_id=world.category_id, mesh=MESH, name="  thermos ")
    assert (made.cad_index, made.name, made.faces, made.suffix) == (4, "thermos", 7, ".ply")
    assert offered(world, world.assignments[0]) == [1, 2, 3, 4]
    do(world, models.withdraw_model, cad_id=made.id)
    assert offered(world, world.assignments[0]) == [1, 2, 3]
    with pytest.raises(InvalidInput, match="very file"):
        do(world, models.add_model, category_id=world.category_id, mesh=MESH)
    again = do(
        world,
        models.add_model,
        category_id=world.category_id,
        mesh=models.CheckedMesh(sha256="b" * 64, suffix=".off", lower=(0, 0, 0), upper=(1, 1, 1), faces=1),
    )
    assert (again.cad_index, again.name) == (5, "05")


def test_a_file_is_replaced_only_while_no_answer_names_the_model(world: World) -> None:
    first, second, third = world.cad_ids
    assert do(world, models.replace_model_file, cad_id=second, mesh=MESH).sha256 == MESH.sha256
    world.save(world.assignments[0], answer())
    with world.database.transaction() as session:
        items.add_prediction(session, actor=CONSOLE, item_id=world.item_ids[0], model_version="m", answer=PREDICTED)
    choose(world, world.assignments[1], 3)
    _category, lines = look(world, models.model_lines, category_id=world.category_id)
    assert [(line.answers, line.known) for line in lines] == [(1, 0), (0, 1), (1, 0)]
    for used in (first, second, third):
        with pytest.raises(ModelInUse):
            do(world, models.replace_model_file, cad_id=used, mesh=MESH)
    with world.database.transaction() as session:
        session.get(CadModel, third).readable = False
    assert do(world, models.replace_model_file, cad_id=third, mesh=MESH).readable, "nobody has seen the broken one"


def test_answers_keep_a_withdrawn_model_and_nobody_chooses_it_anew(world: World) -> None:
    keeps, other = world.assignments[:2]
    choose(world, keeps, 3)
    do(world, models.withdraw_model, cad_id=world.cad_ids[2])
    assert (offered(world, keeps), offered(world, other)) == ([1, 2, 3], [1, 2])
    with pytest.raises(InvalidInput, match="offered no more"):
        choose(world, other, 3)
    choose(world, keeps, 2)
    assert offered(world, keeps) == [1, 2, 3], "undo could bring it back"
    assert world.undo(keeps).answer.cad_index == 3
    world.save(keeps, world.answered(keeps))
    assert world.open(keeps).saved.answer.cad_index == 3
    do(world, models.offer_model_again, cad_id=world.cad_ids[2])
    assert choose(world, other, 3).answer.cad_index == 3


def test_items_start_with_the_first_model_that_is_offered(world: World) -> None:
    do(world, models.withdraw_model, cad_id=world.cad_ids[0])
    assert world.open(world.assignments[0]).answer.cad_index == 2


def test_data_sets_and_categories_in_numbers(world: World) -> None:
    do(world, models.withdraw_model, cad_id=world.cad_ids[0])
    with world.database.transaction() as session:
        session.get(CadModel, world.cad_ids[1]).readable = False
    (dataset,) = look(world, models.dataset_lines)
    assert (dataset.name, dataset.categories, dataset.photos, dataset.items, dataset.models) == ("mugs", 1, 2, 4, 2)
    (category,) = look(world, models.category_lines, dataset_id=world.dataset_id)
    assert (category.items, category.models, category.unreadable) == (4, 2, 1)


def test_only_admins_change_the_library_and_each_change_is_in_the_log(world: World) -> None:
    for somebody in (world.ann, world.sue):
        for change in (
            lambda session, actor: models.withdraw_model(session, actor=actor, cad_id=world.cad_ids[0]),
            lambda session, actor: models.rename_model(session, actor=actor, cad_id=world.cad_ids[0], name="x"),
            lambda session, actor: models.add_model(session, actor=actor, category_id=1, mesh=MESH),
            lambda session, actor: models.model_lines(session, actor=actor, category_id=1),
        ):
            with pytest.raises(NotAllowed), world.database.transaction() as session:
                change(session, somebody)
    do(world, models.rename_model, cad_id=world.cad_ids[0], name="mug with a handle")
    do(world, models.withdraw_model, cad_id=world.cad_ids[0])
    with world.database.reading() as session:
        actions = session.exec(select(Audit.action).where(Audit.object_type == "cad_model").order_by(Audit.id)).all()
    assert actions == ["rename_cad_model", "withdraw_cad_model"]
    with pytest.raises(InvalidInput):
        do(world, models.rename_model, cad_id=world.cad_ids[0], name=" ")


def test_a_rule_that_makes_no_sense_is_refused(world: World) -> None:
    for rule in (
        {"ignored": ("distance",)},
        {"symmetry": {"kind": "cyclic", "axis": "z", "order": 0}},
        {"symmetry": {"kind": "continuous", "axis": "w"}},
        {"symmetry": {"kind": "sometimes"}},
    ):
        with pytest.raises(InvalidInput):
            CategoryRule(**rule)
    rule = CategoryRule(symmetry={"kind": "cyclic", "axis": "z", "order": 4}, note="square")
    do(world, library.set_category, dataset_id=world.dataset_id, name="mug", rule=rule)
    assert world.open(world.assignments[0]).rule == rule
