"""Answers side by side: pictures, and what differs in numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from domain.answer import Answer
from domain.box import Box
from domain.comparison import Comparison, compare
from ui.i18n import _
from ui.theme.tag import Tag
from ui.words import DENSITY_NAMES, QUALITY_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One of the answers: its picture's address (None: the photo was taken down), and what it is in words."""

    title: str
    note: str
    picture: str | None
    answer: Answer | None


def side_by_side(shown: Sequence[Shown], box: Box) -> None:
    """The last one is what the others are compared with."""
    last = shown[-1]
    with Tag("div", classes="rv-sides", data_testid="sides"):
        for each in shown:
            with Tag("figure", classes="rv-side" + (" is-present" if each is last else "")):
                if each.picture is not None:
                    Tag("img", src=each.picture, alt=each.title, draggable="false")
                with Tag("figcaption"):
                    Tag("b", each.title)
                    Tag("span", each.note, classes="pw-muted")
                    if each.answer is None or last.answer is None:
                        Tag("p", _("No answer"), classes="rv-numbers")
                    elif each is last:
                        _answer(last.answer)
                    else:
                        _difference(compare(each.answer, last.answer, box), each.answer)


def numbers_of(comparison: Comparison) -> tuple[str, str, str]:
    """ΔR in degrees, Δpx with its part of the box's diagonal, Δdistance in per cent."""
    return (
        f"ΔR {math.degrees(comparison.rotation):.1f}°",
        f"Δpx {comparison.centre:.1f} ({100 * comparison.centre_of_box:.1f} %)",
        f"Δd {round(100 * comparison.distance, 1) + 0.0:+.1f} %",
    )


def _difference(comparison: Comparison, answer: Answer) -> None:
    with Tag("p", classes="rv-numbers", data_testid="difference"):
        if comparison.same:
            Tag("span", _("the same"))
            return
        for number in numbers_of(comparison):
            Tag("span", number)
        if comparison.model:
            Tag("em", _("CAD model %(number)d") % {"number": answer.cad_index})
        if comparison.quality:
            Tag("em", quality_name(answer))
        if comparison.density:
            Tag("em", _(DENSITY_NAMES[answer.dense]) if answer.dense else _("density not answered"))


def _answer(answer: Answer) -> None:
    with Tag("p", classes="rv-numbers"):
        Tag("span", _("CAD model %(number)d") % {"number": answer.cad_index})
        Tag("span", quality_name(answer))
        if answer.dense:
            Tag("span", _(DENSITY_NAMES[answer.dense]))


def quality_name(answer: Answer) -> str:
    return _(QUALITY_NAMES[answer.object_status]) if answer.object_status else _("quality not answered")
