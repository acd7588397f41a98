"""Symmetry groups: closed, read and written, composed, and with one representative for all that looks the same."""

import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from domain.category import CategoryRule
from domain.category_rules import RULES, rule_of
from domain.errors import InvalidInput
from domain.metrics.rotation import rotation_errors
from domain.pose import Pose
from domain.symmetry import (
    ALL,
    NONE,
    Symmetry,
    compose,
    continuous,
    cyclic,
    discrete,
    from_json,
    generated,
    of_rule,
    to_json,
)
from tests.domain.rotations import random_rotations

TILTED = (0.3, -0.5, 0.8)


def scipy_group(name: str) -> list[list[float]]:
    return Rotation.create_group(name).as_quat(scalar_first=True).tolist()


GROUPS = {
    "none": NONE,
    "twofold": cyclic(2),
    "fivefold about a tilted axis": cyclic(5, TILTED),
    "a dice": discrete(scipy_group("O")),
    "round": continuous(),
    "round about a tilted axis": continuous(TILTED),
    "a tube": continuous("x", ends_alike=True),
    "a ball": ALL,
}


@pytest.fixture(params=GROUPS)
def symmetry(request: pytest.FixtureRequest) -> Symmetry:
    return GROUPS[request.param]


class TestGroups:
    def test_it_is_closed(self, symmetry: Symmetry) -> None:
        samples = symmetry.samples(12)
        products = (samples[:, None] @ samples[None]).reshape(-1, 3, 3)
        assert rotation_errors(products, np.eye(3), symmetry).max() < 1e-7

    @pytest.mark.parametrize("name", ["C3", "D4", "T", "O", "I"])
    def test_lists_and_generators_give_the_same_group(self, name: str) -> None:
        whole = discrete(scipy_group(name))
        assert len(whole.turns) == len(scipy_group(name))
        grown = generated(scipy_group(name)[:6] if name != "C3" else scipy_group(name))
        assert len(whole.turns) % len(grown.turns) == 0
        assert rotation_errors(grown.samples(1), np.eye(3), whole).max() < 1e-7

    def test_a_list_that_is_not_closed_is_refused_and_says_how_far(self) -> None:
        quarter = Rotation.from_euler("z", 90, degrees=True).as_quat(scalar_first=True)
        with pytest.raises(InvalidInput, match=r"no group: number 2 followed by number 2 .* 90\.0°"):
            discrete([quarter])
        half = Rotation.from_euler("z", 180, degrees=True).as_quat(scalar_first=True)
        assert len(discrete([half]).turns) == 2

    def test_typed_numbers_with_four_decimals_are_good_enough(self) -> None:
        rounded = np.round(scipy_group("O"), 4).tolist()
        assert len(discrete(rounded).turns) == 24

    def test_no_finite_group_is_refused(self) -> None:
        odd = Rotation.from_rotvec([0.1, 1.0, 0.3]).as_quat(scalar_first=True)
        with pytest.raises(InvalidInput, match="generate more than"):
            generated([odd])


class TestCompose:
    def test_of_finite_ones(self) -> None:
        assert len(compose(cyclic(4, "z"), cyclic(2, "x")).turns) == 8
        assert len(compose(cyclic(4, "z"), cyclic(4, "x")).turns) == 24
        assert len(compose(cyclic(2), cyclic(3)).turns) == 6

    def test_with_continuous_ones(self) -> None:
        assert compose(continuous("z"), cyclic(7, "z")).axis == (0, 0, 1)
        assert len(compose(continuous("z"), cyclic(7, "z")).turns) == 1
        tube = compose(cyclic(2, "x"), continuous("z"))
        assert (tube.axis, len(tube.turns)) == ((0, 0, 1), 2)
        assert compose(continuous("z"), continuous((0, 0, -1))).axis is not None
        assert compose(continuous("z"), continuous("x")).everything
        assert compose(continuous("z"), cyclic(4, "x")).everything
        assert compose(NONE, continuous("y")).axis == (0, 1, 0)


class TestCanonical:
    def test_all_that_look_the_same_have_one_representative(self, symmetry: Symmetry) -> None:
        for R in random_rotations(20, seed=3):
            alike = R @ symmetry.samples(9)
            found = symmetry.canonical(alike)
            assert np.abs(found - found[0]).max() < 1e-7
            assert rotation_errors(found[0], R, symmetry) < 1e-7
            assert rotation_errors(found[0], np.eye(3)) <= rotation_errors(alike, np.eye(3)).min() + 1e-7

    def test_half_turns_too(self) -> None:
        for symmetry in GROUPS.values():
            for R in (np.diag([1.0, -1, -1]), np.diag([-1.0, 1, -1]), np.diag([-1.0, -1, 1])):
                found = symmetry.canonical(R @ symmetry.samples(8))
                assert np.abs(found - found[0]).max() < 1e-7

    def test_the_nearest_look_alike(self, symmetry: Symmetry) -> None:
        R, reference = random_rotations(50, seed=4), random_rotations(50, seed=5)
        nearest = symmetry.nearest(R, reference)
        assert rotation_errors(nearest, R, symmetry).max() < 1e-7
        assert np.allclose(rotation_errors(nearest, reference), rotation_errors(R, reference, symmetry), atol=1e-7)


class TestJson:
    @pytest.mark.parametrize(
        "values",
        [
            {"kind": "none"},
            {"kind": "cyclic", "axis": "z", "order": 4},
            {"kind": "cyclic", "axis": [0, 1, 1], "order": 3},
            {"kind": "continuous", "axis": "y"},
            {"kind": "continuous", "axis": "z", "ends_alike": True},
            {"kind": "discrete", "rotations": [[0, 0, 0, 1]]},
            {"kind": "all"},
            {
                "kind": "composed",
                "parts": [{"kind": "cyclic", "axis": "z", "order": 4}, {"kind": "cyclic", "axis": "x", "order": 2}],
            },
        ],
    )
    def test_it_comes_back_as_the_same_group(self, values: dict) -> None:
        first = from_json(values)
        again = from_json(to_json(first))
        assert (again.everything, again.axis, len(again.turns)) == (first.everything, first.axis, len(first.turns))
        assert rotation_errors(again.samples(8), np.eye(3), first).max() < 1e-7

    @pytest.mark.parametrize(
        "values",
        [
            None,
            {},
            {"kind": "round"},
            {"kind": "cyclic", "axis": "z"},
            {"kind": "cyclic", "axis": "w", "order": 2},
            {"kind": "cyclic", "axis": [0, 0, 0], "order": 2},
            {"kind": "cyclic", "axis": [0, 1], "order": 2},
            {"kind": "cyclic", "axis": "z", "order": 2.5},
            {"kind": "cyclic", "axis": "z", "order": 100000},
            {"kind": "continuous", "axis": "z", "order": 2},
            {"kind": "discrete", "rotations": [[1, 2]]},
            {"kind": "discrete", "rotations": [[5, 0, 0, 0]]},
            {"kind": "discrete", "rotations": "x"},
            {"kind": "composed", "parts": 3},
        ],
    )
    def test_anything_else_is_refused_in_words(self, values: object) -> None:
        with pytest.raises(InvalidInput):
            from_json(values)  # type: ignore[arg-type]


class TestRules:
    def test_an_ignored_azimuth_is_a_continuous_symmetry(self) -> None:
        rule = CategoryRule(ignored=("azimuth",), ignored_reason="round")
        a, b = (Pose(azimuth=angle, elevation=0.4, theta=-0.2, distance=5, px=0, py=0) for angle in (0.3, 2.9))
        assert rotation_errors(a.rotation(), b.rotation(), rule.group()) < 1e-12
        tilted = b.replace(elevation=0.65)
        assert math.isclose(rotation_errors(a.rotation(), tilted.rotation(), rule.group()), 0.25, abs_tol=1e-12)

    def test_every_rule_of_the_manual_is_a_group_and_gives_its_reason(self) -> None:
        groups = {name: rule.group() for name, rule in RULES.items()}
        assert groups["oboe"].continuous
        assert len(groups["crutch"].turns) == 2
        assert rule_of("car").group().trivial
        assert set(RULES) >= {"bicycle_built_for_two", "beaker", "bucket", "cellphone", "punching_bag"}
        assert all(rule.note or rule.ignored for rule in RULES.values())
        assert all(rule.ignored_reason for rule in RULES.values() if rule.ignored)

    def test_a_rule_with_a_symmetry_that_is_none_is_refused(self) -> None:
        with pytest.raises(InvalidInput):
            CategoryRule(symmetry={"kind": "wobbly"})

    def test_one_object_for_one_content(self) -> None:
        assert of_rule({"kind": "cyclic", "axis": "z", "order": 2}) is of_rule(
            {"order": 2, "axis": "z", "kind": "cyclic"}
        )
