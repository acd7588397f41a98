"""What is said of an annotation that exists, when the data set is looked through."""

from enum import StrEnum


class Verdict(StrEnum):
    GOOD = "good"
    BAD_CAD_MODEL = "bad_cad_model"
    """Another CAD model of the category fits better."""
    MORE_CAD_MODELS = "more_cad_models"
    """None of the category's fits: it needs more."""
    BAD_POSE = "bad_pose"
    BAD_IMAGE = "bad_image"
    """The photo is no use for this object."""
