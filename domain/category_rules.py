"""The rules of categories by name, from the data set's manual: what a new category gets when it comes in.

An installation keeps its own copy, which its admins may change. Texts are English message ids.
"""

from collections.abc import Mapping

from domain.category import CategoryRule
from domain.wording import N_

ROUND = {"kind": "continuous", "axis": "z"}
HALF_TURN = {"kind": "cyclic", "axis": "z", "order": 2}

RULES: Mapping[str, CategoryRule] = {
    "beaker": CategoryRule(
        note=N_(
            "Beakers come in more shapes than there are models. Turn the model until its pouring notch points "
            "the way the notch in the photo does, then match centre and distance."
        )
    ),
    "bicycle_built_for_two": CategoryRule(
        note=N_(
            "Where no tandem fits, use the ordinary bicycle: it need not cover the photo's tandem, as long as "
            "its centre and the way it points are those of the tandem."
        )
    ),
    "bucket": CategoryRule(
        note=N_(
            "A bucket may be longer or shorter than the model. Put the two centres on each other, not the upper "
            "rims, and get the rotation right; the outlines need not cover each other."
        )
    ),
    "cellphone": CategoryRule(
        note=N_(
            "The models cover most phones. Say so in the quality when a phone is barely visible or only a small "
            "part of it shows; what is no cellphone at all is bad quality."
        )
    ),
    "crutch": CategoryRule(
        symmetry=HALF_TURN,
        note=N_(
            "Only axillary crutches, the kind that goes up to the armpit, are wanted. Any other kind is bad quality."
        ),
    ),
    "oboe": CategoryRule(
        ignored=("azimuth",),
        ignored_reason=N_("How far an oboe is turned about its own length can hardly be seen in a photo."),
        symmetry=ROUND,
        note=N_("Leave the azimuth as it is and match everything else."),
    ),
    "punching_bag": CategoryRule(
        ignored=("azimuth",),
        ignored_reason=N_("A hanging bag is round: turning it about its length changes nothing that counts."),
        symmetry=ROUND,
        note=N_("Only hanging, cylindrical bags for boxing are wanted. Any other kind is bad quality."),
    ),
}


def rule_of(category: str) -> CategoryRule:
    """An empty one where the manual has none."""
    return RULES.get(category, CategoryRule())
