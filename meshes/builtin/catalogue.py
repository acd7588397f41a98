"""Which categories the built-in library has, and the models of each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from meshes.builtin.aircraft import airliner, light_aircraft
from meshes.builtin.bicycles import CITY, ROAD, TANDEM, bicycle
from meshes.builtin.cameras import compact, instant, reflex
from meshes.builtin.cars import HATCHBACK, SEDAN, VAN, car
from meshes.builtin.crutches import aluminium_crutch, wooden_crutch
from meshes.builtin.guitars import acoustic_guitar, electric_guitar
from meshes.builtin.lamps import bankers_lamp, gooseneck_lamp, jointed_lamp
from meshes.builtin.phones import candybar, flip_phone, smartphone
from meshes.builtin.punching_bags import banded_bag, heavy_bag
from meshes.builtin.seats import corner_sofa, dining_chair, office_chair, shell_chair, sofa
from meshes.builtin.solid import Points, Solid, Triangles
from meshes.builtin.vessels import (
    beaker,
    electric_kettle,
    measuring_beaker,
    mug,
    pail,
    plastic_bucket,
    stove_kettle,
    teacup,
    tub,
)
from meshes.builtin.woodwinds import baroque_oboe, modern_oboe


@dataclass(frozen=True, slots=True)
class BuiltinModel:
    """A model by the name of its subtype; `shape` builds it in any size."""

    subtype: str
    shape: Callable[[], Solid]

    def solid(self) -> Solid:
        """In the library's frame, its parts with their materials."""
        return self.shape().normalised()

    def build(self) -> tuple[Points, Triangles]:
        """Vertices (V, 3) float64 and triangles (F, 3) int64 in the library's frame.

        Rounded to a millionth, so that another machine's sine in the last digit gives the same file.
        """
        vertices, faces = self.solid().merged()
        return np.round(vertices, 6), faces


@dataclass(frozen=True, slots=True)
class BuiltinCategory:
    """`models` in the order of cad_index, which begins at 1. Its rule is in `domain.category_rules`."""

    name: str
    models: tuple[BuiltinModel, ...]


CATALOGUE = (
    BuiltinCategory(
        "aeroplane", (BuiltinModel("airliner", airliner), BuiltinModel("light aircraft", light_aircraft))
    ),
    BuiltinCategory(
        "beaker",
        (
            BuiltinModel("low form", beaker),
            BuiltinModel("tall form", partial(beaker, radius=0.36, height=1.4)),
            BuiltinModel("measuring beaker", measuring_beaker),
        ),
    ),
    BuiltinCategory(
        "bicycle", (BuiltinModel("road", partial(bicycle, ROAD)), BuiltinModel("city", partial(bicycle, CITY)))
    ),
    BuiltinCategory(
        "bicycle_built_for_two",
        (BuiltinModel("tandem", partial(bicycle, TANDEM)), BuiltinModel("ordinary bicycle", partial(bicycle, ROAD))),
    ),
    BuiltinCategory(
        "bucket",
        (
            BuiltinModel("pail", pail),
            BuiltinModel("plastic bucket", plastic_bucket),
            BuiltinModel("tub", tub),
        ),
    ),
    BuiltinCategory(
        "camera",
        (BuiltinModel("reflex", reflex), BuiltinModel("compact", compact), BuiltinModel("instant", instant)),
    ),
    BuiltinCategory(
        "car",
        (
            BuiltinModel("sedan", partial(car, SEDAN)),
            BuiltinModel("hatchback", partial(car, HATCHBACK)),
            BuiltinModel("van", partial(car, VAN)),
        ),
    ),
    BuiltinCategory(
        "cellphone",
        (
            BuiltinModel("smartphone", smartphone),
            BuiltinModel("candybar", candybar),
            BuiltinModel("flip phone", flip_phone),
        ),
    ),
    BuiltinCategory(
        "chair",
        (
            BuiltinModel("dining chair", dining_chair),
            BuiltinModel("office chair", office_chair),
            BuiltinModel("shell chair", shell_chair),
        ),
    ),
    BuiltinCategory(
        "crutch",
        (BuiltinModel("wooden axillary", wooden_crutch), BuiltinModel("aluminium axillary", aluminium_crutch)),
    ),
    BuiltinCategory("cup", (BuiltinModel("mug", mug), BuiltinModel("teacup", teacup))),
    BuiltinCategory(
        "desk_lamp",
        (
            BuiltinModel("jointed", jointed_lamp),
            BuiltinModel("gooseneck", gooseneck_lamp),
            BuiltinModel("banker's", bankers_lamp),
        ),
    ),
    BuiltinCategory("guitar", (BuiltinModel("acoustic", acoustic_guitar), BuiltinModel("electric", electric_guitar))),
    BuiltinCategory(
        "kettle", (BuiltinModel("stove kettle", stove_kettle), BuiltinModel("electric kettle", electric_kettle))
    ),
    BuiltinCategory(
        "oboe",
        (BuiltinModel("modern", modern_oboe), BuiltinModel("baroque", baroque_oboe)),
    ),
    BuiltinCategory(
        "punching_bag",
        (BuiltinModel("heavy bag", heavy_bag), BuiltinModel("banded bag", banded_bag)),
    ),
    BuiltinCategory("sofa", (BuiltinModel("two-seater", sofa), BuiltinModel("corner sofa", corner_sofa))),
)
