"""Names of ways, sources, flips and verdicts as people read them; translated where they are shown."""

from domain.flips import FlipKind
from domain.verdict import Verdict
from storage.tables.judgement import AdjudicationWay
from storage.use_cases.chosen import ChosenFrom
from storage.use_cases.evaluate import Source, SourceKind
from ui.i18n import N_, _

FLIPS: dict[FlipKind, str] = {
    FlipKind.AZIMUTH: N_("a 180° azimuth flip"),
    FlipKind.THETA: N_("a 180° theta flip"),
    FlipKind.FRONT_BACK: N_("a front–back flip"),
    FlipKind.UPSIDE_DOWN: N_("upside down"),
    FlipKind.NEAR_SYMMETRY: N_("turned by a near-symmetry"),
}

WAYS: dict[AdjudicationWay, str] = {
    AdjudicationWay.TAKEN: N_("an answer taken"),
    AdjudicationWay.MEAN: N_("the mean"),
    AdjudicationWay.OWN: N_("an own answer"),
    AdjudicationWay.WITHDRAWN: N_("taken back"),
}

FROM: dict[ChosenFrom, str] = {
    ChosenFrom.ADJUDICATED: N_("adjudicated"),
    ChosenFrom.ACCEPTED: N_("accepted"),
    ChosenFrom.SAVED: N_("saved"),
    ChosenFrom.IMPORTED: N_("imported"),
}

VERDICTS: dict[Verdict, str] = {
    Verdict.GOOD: N_("Good annotation"),
    Verdict.BAD_CAD_MODEL: N_("Bad CAD model"),
    Verdict.MORE_CAD_MODELS: N_("More CAD models needed"),
    Verdict.BAD_POSE: N_("Bad pose"),
    Verdict.BAD_IMAGE: N_("Bad image"),
}

VERDICT_HINTS: dict[Verdict, str] = {
    Verdict.GOOD: N_("Pose and CAD model fit"),
    Verdict.BAD_CAD_MODEL: N_("Another model of the category fits better"),
    Verdict.MORE_CAD_MODELS: N_("None of the category's models fits"),
    Verdict.BAD_POSE: N_("The model fits, its pose does not"),
    Verdict.BAD_IMAGE: N_("The photo is no use for this object"),
}


def source_name(source: Source) -> str:
    match source.kind:
        case SourceKind.ANSWER:
            return _("Annotation (what an export takes)")
        case SourceKind.PREDICTION:
            return _("Prediction by %(name)s") % {"name": source.name}
        case SourceKind.PERSON:
            return _("Answers of %(name)s") % {"name": source.name}
        case SourceKind.IMPORTED:
            return _("Imported answer")
