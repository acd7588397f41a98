"""Every text of the box editor, in the reader's language, by the names that boxes.js uses."""

from storage.errors import BoxesNeedConfirmation
from storage.use_cases.boxes import Known
from ui.i18n import _, ngettext


def editor_texts() -> dict[str, str]:
    return {**_photos(), **_work(), **_panel(), **_keys()}


def known_note(known: Known) -> str:
    """What there is about an object besides its box, in one line; empty where there is nothing."""
    parts = [
        (known.assignments, ngettext("%(number)d person has it", "%(number)d people have it", known.assignments)),
        (known.answers, ngettext("%(number)d answer", "%(number)d answers", known.answers)),
        (known.drafts, ngettext("%(number)d draft", "%(number)d drafts", known.drafts)),
        (known.predictions, ngettext("%(number)d prediction", "%(number)d predictions", known.predictions)),
        (known.labels, ngettext("%(number)d label", "%(number)d labels", known.labels)),
        (
            known.older,
            ngettext("%(number)d made for an older box", "%(number)d made for an older box", known.older),
        ),
    ]
    return " · ".join(text % {"number": number} for number, text in parts if number)


def confirmation(asked: BoxesNeedConfirmation) -> str:
    """What the person is asked before a box changes of which something is known."""
    parts = [
        (asked.answers, ngettext("%(number)d answer", "%(number)d answers", asked.answers)),
        (asked.drafts, ngettext("%(number)d draft", "%(number)d drafts", asked.drafts)),
        (
            asked.predictions,
            ngettext("%(number)d known pose", "%(number)d known poses", asked.predictions),
        ),
    ]
    there_is = _(", ").join(text % {"number": number} for number, text in parts if number)
    if not there_is:
        return _("People have these objects in their tasks. They see the new box when they open the item again.")
    return _(
        "There is for these objects: %(there_is)s. With a corrected box all of it stays, marked as made for the box "
        "before; with a deleted box it goes."
    ) % {"there_is": there_is}


def _photos() -> dict[str, str]:
    return {
        "photos": _("Photos"),
        "search": _("Search by name"),
        "count": _("{total} photos, {without} without boxes"),
        "more": _("Show more"),
        "picture": _("The photo with its boxes"),
        "loading": _("Opening…"),
        "empty": _("There is no photo here yet. Import some first."),
        "photo_failed": _("The photo could not be loaded."),
        "last": _("That was the last photo of the list."),
        "reload": _("Show the present state"),
    }


def _work() -> dict[str, str]:
    return {
        "undo": _("Undo"),
        "undo_help": _("Take the last change back (Ctrl + Z)"),
        "redo": _("Redo"),
        "redo_help": _("Bring it back (Ctrl + Shift + Z)"),
        "delete": _("Delete"),
        "delete_help": _("Delete the chosen box (Del)"),
        "fit": _("Whole photo"),
        "fit_help": _("Show the whole photo (0)"),
        "save": _("Save"),
        "save_help": _("Save the boxes of this photo (Enter)"),
        "next": _("Next photo"),
        "next_help": _("Save what is changed, and go on (Page Down)"),
        "saved": _("Saved"),
        "unsaved": _("Not saved yet"),
        "saving": _("Saving…"),
        "changed_meanwhile": _("It was saved, but you have drawn on meanwhile. Look at the present state."),
        "confirm_title": _("Change boxes of which something is known?"),
        "confirm": _("Change them"),
        "cancel": _("Cancel"),
        "in_use": _("Somebody has this object in a task: withdraw the work first"),
    }


def _panel() -> dict[str, str]:
    return {
        "panel": _("Boxes of this photo"),
        "drawn_as": _("New boxes are"),
        "new_category": _("New category"),
        "add": _("Add"),
        "boxes": _("Boxes: {n}"),
        "none": _("None yet. Drag over the photo to draw one."),
        "category": _("Category"),
        "category_stays": _("Something is known of this object, so its category stays"),
        "keys": _("Keys"),
    }


def _keys() -> dict[str, str]:
    return {
        "key_new": _("A new box in the middle"),
        "key_move": _("Move the chosen box by a pixel"),
        "key_move_far": _("Move it by ten"),
        "key_size": _("Make it larger or smaller"),
        "key_choose": _("Choose the box before, after"),
        "key_category": _("Give the category of this number"),
        "key_delete": _("Delete the chosen box"),
        "key_undo": _("Undo"),
        "key_redo": _("Redo"),
        "key_save": _("Save"),
        "key_go": _("Save, and to the next or previous photo"),
        "key_zoom": _("Closer, farther, whole photo"),
        "key_escape": _("Give up what is being drawn; choose nothing"),
    }
