"""What an import says of single files, in the person's language.

The code says it in English, with names and numbers in it, and the reports of jobs keep that: a sentence is known
again here by its pattern. What has no pattern is shown as it was said.
"""

import csv
import io
import re
from functools import cache
from pathlib import Path
from typing import Final

from storage.formats.csv_text import csv_text
from ui.i18n import N_, _

WHATS: Final[dict[str, str]] = {
    "counted": N_("counted"),
    "left out": N_("left out"),
    "look at it": N_("look at it"),
    "missing or damaged": N_("missing or damaged"),
}

SENTENCES: Final = (
    # inside others
    N_("object %(number)s: %(reason)s"),
    N_("kept, but cannot be shown: %(reason)s"),
    N_("the photo cannot be used: %(reason)s"),
    N_("category: %(reason)s"),
    N_("image: %(reason)s"),
    N_("%(mesh)s.%(suffix)s, line %(line)s: %(reason)s"),
    N_("%(mesh)s.%(suffix)s: %(reason)s"),
    # lists of photos
    N_("a cell is too long"),
    N_("there is a box and no category"),
    N_("viewport is the focal length in pixels, above 0"),
    N_("the image is missing"),
    N_("the image must be named by a path relative to the list"),
    N_("the image's path leads out of the folder"),
    N_("the image's path is too long"),
    N_("there is no photo %(name)s"),
    N_("the box lies outside of the photo, which has %(width)s×%(height)s pixels"),
    N_("a link that leads out of the folder"),
    # photos
    N_("the file is no JPEG, PNG or WebP photo"),
    N_("the photo cannot be decoded: %(error)s"),
    N_("the file cannot be read: %(error)s"),
    N_("the file has %(size)s bytes, %(most)s are admitted"),
    N_("this photo was taken down for good and cannot come back"),
    N_("another photo of %(category)s has the name %(name)s too"),
    N_("no photo has this name"),
    N_("%(category)s: %(name)s has no photo"),
    N_("no label or prediction says where an object is"),
    # labels and predictions
    N_("not an npz file (%(error)s)"),
    N_("cannot be read (%(error)s)"),
    N_("the file has neither 'annotations' nor the keys of an object"),
    N_("'annotations' holds something else than dictionaries"),
    N_("no usable bbox; the whole photo is taken"),
    N_("bbox is not x1, y1, x2, y2 (%(error)s)"),
    N_("the pose lacks %(names)s"),
    N_("was made for a photo of %(made)s, this one has %(has)s"),
    N_("has %(number)s objects, the labels %(labels)s: the others are left out"),
    N_("is gold already, so its label stays hidden"),
    N_("annotators know its label already, so it cannot be gold"),
    N_("object_status %(value)s is none of the data set's"),
    N_("dense %(value)s is none of the data set's"),
    # CAD models
    N_("the name of a CAD model is its number, like 01.off"),
    N_("CAD model %(number)s of %(category)s is there already"),
    N_("this is not an OFF file: it does not begin with the word OFF"),
    N_("the numbers of vertices and faces should follow the word OFF"),
    N_("there are no faces, only points"),
    N_("there are no faces"),
    N_("no face has an area: all are points or lines"),
    N_("the file is empty"),
    N_("the file is missing"),
    # exports
    N_("it may be drawn as it is while it is dragged"),
    N_("not on the disk as it was put there"),
    # numbers of lists, labels and CAD models: last, because they admit anything for a name
    N_("%(name)s is missing"),
    N_("%(name)s is not a finite number"),
    N_("%(name)s is not a whole number"),
    N_("%(name)s is not a number"),
    N_("%(name)s is not positive"),
    N_("%(name)s is not a short, readable text"),
)
_PLACE: Final = re.compile(r"%\((\w+)\)s")


def what_in_words(what: str) -> str:
    return _(WHATS[what]) if what in WHATS else what


def finding_in_words(reason: str) -> str:
    """A sentence inside another is translated too."""
    for sentence in SENTENCES:
        found = _pattern(sentence).fullmatch(reason)
        if found is not None:
            given = found.groupdict()
            if "reason" in given:
                given["reason"] = finding_in_words(given["reason"])
            return _(sentence) % given
    return reason


def in_words(report: Path) -> str:
    """A report of `ui.jobs.report` in the language of whoever asks. Raises OSError."""
    head, *lines = csv.reader(io.StringIO(report.read_text("utf-8-sig"), newline=""))
    return csv_text(head, ((what_in_words(what), where, finding_in_words(detail)) for what, where, detail in lines))


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    """Each place takes what it is given; those in a row as little as they can."""
    pieces = _PLACE.split(sentence)
    return re.compile(
        "".join(
            f"(?P<{piece}>.+{'' if piece == 'reason' else '?'})" if number % 2 else re.escape(piece)
            for number, piece in enumerate(pieces)
        ),
        re.DOTALL,
    )
