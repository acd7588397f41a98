"""What the guide shows: each picture by name, and which belong to a category's rule. Texts are message ids.

A picture is a photo (a shot of `rendering.scene_shots`, by number) with or without a model over it. What is shown
right lies exactly where the truth is; what is shown wrong differs from it by the numbers here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from meshes.builtin import other_kinds
from meshes.builtin.catalogue import CATALOGUE, BuiltinModel
from ui.i18n import N_

Model = tuple[str, int]
"""Category and cad_index in the built-in library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A photo, framed about its first object, or whole.

    model: what lies over it, `overlay` for the object's own. turned: degrees added to azimuth, elevation, theta.
    moved: centre, in parts of the box's diagonal. nearer: the distance is divided by it. boxes: how many of the
    objects have their box drawn. room: how much more than the box is shown; None for the whole photo.
    """

    photo: int
    overlay: bool = False
    model: Model | None = None
    turned: tuple[float, float, float] = (0.0, 0.0, 0.0)
    moved: tuple[float, float] = (0.0, 0.0)
    nearer: float = 1.0
    centre: bool = False
    boxes: int = 0
    room: float | None = 1.5


VAN, CAR, BICYCLE, CUP, BUCKETS = 2, 1, 9, 32, 16
SCENES: Mapping[str, Scene] = {
    "model-right": Scene(photo=VAN, overlay=True),
    "model-wrong": Scene(photo=VAN, overlay=True, model=("car", 1)),
    "turn-right": Scene(photo=BICYCLE, overlay=True, room=1.3),
    "turn-wrong": Scene(photo=BICYCLE, overlay=True, turned=(180, 0, 0), room=1.3),
    "centre-right": Scene(photo=BUCKETS, overlay=True, model=("bucket", 2), nearer=0.74, centre=True),
    "centre-wrong": Scene(
        photo=BUCKETS, overlay=True, model=("bucket", 2), nearer=0.74, moved=(0.0, -0.10), centre=True
    ),
    "distance-right": Scene(photo=CUP, overlay=True),
    "distance-wrong": Scene(photo=CUP, overlay=True, nearer=0.72),
    "quality-good-1": Scene(photo=BICYCLE, boxes=1, room=None),
    "quality-good-2": Scene(photo=22, boxes=1, room=None),
    "quality-partially-1": Scene(photo=CAR, boxes=1, room=None),
    "quality-partially-2": Scene(photo=38, boxes=1, room=None),
    "quality-barely-1": Scene(photo=3, boxes=1, room=None),
    "quality-barely-2": Scene(photo=18, boxes=1, room=None),
    "quality-bad-1": Scene(photo=21, boxes=1, room=None),
    "quality-bad-2": Scene(photo=4, boxes=1, room=None),
    "dense-no-1": Scene(photo=VAN, boxes=1, room=None),
    "dense-no-2": Scene(photo=28, boxes=1, room=None),
    "dense-yes-1": Scene(photo=31, boxes=2, room=None),
    "dense-yes-2": Scene(photo=0, boxes=2, room=None),
    "tandem-right": Scene(
        photo=11, overlay=True, model=("bicycle_built_for_two", 2), nearer=0.71, centre=True, room=1.25
    ),
    "tandem-wrong": Scene(
        photo=11,
        overlay=True,
        model=("bicycle_built_for_two", 2),
        nearer=0.71,
        moved=(0.14, 0.05),
        centre=True,
        room=1.25,
    ),
    "beaker-right": Scene(photo=14, overlay=True, room=1.9),
    "beaker-wrong": Scene(photo=14, overlay=True, turned=(180, 0, 0), room=1.9),
    "oboe-right": Scene(photo=40, overlay=True, room=1.2),
    "oboe-wrong": Scene(photo=40, overlay=True, turned=(0, 0, 14), room=1.2),
    "crutch-right": Scene(photo=29, overlay=True, room=1.2),
    "bag-right": Scene(photo=42, overlay=True, room=1.3),
    "phone-good": Scene(photo=22, overlay=True, room=1.4),
    "phone-barely": Scene(photo=25, boxes=1, room=None),
    "bucket-right": Scene(photo=BUCKETS, overlay=True, model=("bucket", 2), nearer=0.74, centre=True),
    "bucket-wrong": Scene(
        photo=BUCKETS, overlay=True, model=("bucket", 2), nearer=0.74, moved=(0.0, -0.10), centre=True
    ),
}
"""Pictures by name; the guide's page shows them in about this order, and their photos are taken in it."""

_BUILTIN = {
    (category.name, cad_index): model
    for category in CATALOGUE
    for cad_index, model in enumerate(category.models, start=1)
}

PORTRAITS: Mapping[str, BuiltinModel] = {
    "forearm-crutch": BuiltinModel("forearm crutch", other_kinds.forearm_crutch),
    "speed-bag": BuiltinModel("speed bag", other_kinds.speed_bag),
    "standing-bag": BuiltinModel("standing bag", other_kinds.standing_bag),
    "no-phone": _BUILTIN["camera", 2],
    "car-1": _BUILTIN["car", 1],
    "car-2": _BUILTIN["car", 2],
    "car-3": _BUILTIN["car", 3],
}
"""Pictures of a model alone, by name: what is not wanted, and what the practice item offers."""


def photo_numbers() -> tuple[int, ...]:
    """The shots that the guide needs, those in front of the page first."""
    return tuple(dict.fromkeys(scene.photo for scene in SCENES.values()))


def builtin_model(model: Model) -> BuiltinModel:
    """Raises KeyError for one that the built-in library does not have."""
    return _BUILTIN[model]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A picture and what it says; `right` None where it is neither right nor wrong."""

    picture: str
    text: str
    right: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryGuide:
    """A category with a rule of its own: what to mind, in the guide's words, and examples."""

    title: str
    text: str
    examples: tuple[Example, ...]


CATEGORIES: Mapping[str, CategoryGuide] = {
    "bicycle_built_for_two": CategoryGuide(
        title=N_("Tandem"),
        text=N_(
            "No tandem among the models fits? Take the ordinary bicycle. It is shorter, so it cannot cover both "
            "wheels. Its middle lies on the tandem's middle, and it points the same way."
        ),
        examples=(
            Example(picture="tandem-right", text=N_("Middle on middle, same direction."), right=True),
            Example(picture="tandem-wrong", text=N_("Front wheel on front wheel: the centre is off."), right=False),
        ),
    ),
    "beaker": CategoryGuide(
        title=N_("Beaker"),
        text=N_(
            "The shape need not match. What tells the direction is the notch for pouring: turn it to the photo's."
        ),
        examples=(
            Example(picture="beaker-right", text=N_("Notch on the same side."), right=True),
            Example(picture="beaker-wrong", text=N_("Good outline, but the notch points elsewhere."), right=False),
        ),
    ),
    "oboe": CategoryGuide(
        title=N_("Oboe"),
        text=N_("Nobody can see how far it is turned about its own length. Leave the azimuth; match all the rest."),
        examples=(
            Example(picture="oboe-right", text=N_("Lies along the oboe; any azimuth will do."), right=True),
            Example(picture="oboe-wrong", text=N_("Does not lie along it."), right=False),
        ),
    ),
    "crutch": CategoryGuide(
        title=N_("Crutch"),
        text=N_("Only crutches that reach to the armpit count, as the models do. All other kinds: Bad."),
        examples=(
            Example(picture="crutch-right", text=N_("Reaches to the armpit: place the model."), right=True),
            Example(picture="forearm-crutch", text=N_("With a cuff for the forearm: Bad."), right=False),
        ),
    ),
    "punching_bag": CategoryGuide(
        title=N_("Punching bag"),
        text=N_("Only hanging, cylindrical bags for boxing count. They are round, so leave the azimuth as it is."),
        examples=(
            Example(picture="bag-right", text=N_("Hangs, and is a cylinder: place the model."), right=True),
            Example(picture="speed-bag", text=N_("A pear on a board: Bad."), right=False),
            Example(picture="standing-bag", text=N_("Stands on a foot: Bad."), right=False),
        ),
    ),
    "cellphone": CategoryGuide(
        title=N_("Cellphone"),
        text=N_("A model fits nearly every phone. Little of it to see: say so in the quality. No phone at all: Bad."),
        examples=(
            Example(picture="phone-good", text=N_("Place the model; Good."), right=True),
            Example(picture="phone-barely", text=N_("Only a small part is in the photo: Barely.")),
            Example(picture="no-phone", text=N_("A camera is no phone: Bad."), right=False),
        ),
    ),
    "bucket": CategoryGuide(
        title=N_("Bucket"),
        text=N_("Taller or lower than the model? Centre on centre; never rim on rim. Covering it all is not needed."),
        examples=(
            Example(picture="bucket-right", text=N_("Sticks out as far above as below."), right=True),
            Example(picture="bucket-wrong", text=N_("Rim on rim: the centre is too high."), right=False),
        ),
    ),
}
"""By the category's name in the data set."""
