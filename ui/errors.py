"""Errors become words on the screen here, and only here."""

from dataclasses import dataclass

from domain import errors
from ui.i18n import N_, _
from ui.logs import report

SENTENCES: dict[str, str] = {
    "error": N_("That did not work."),
    "invalid_input": N_("What was given cannot be used."),
    "invalid_pose": N_("This pose cannot be used: every number must be finite, and distance above zero."),
    "answer_incomplete": N_("Something is still missing: %(missing)s."),
    "not_allowed": N_("You may not do this. If you should, ask your supervisor or admin."),
    "not_qualified": N_("A test comes before this work. Pass it, and the work opens."),
    "work_paused": N_(
        "Your work in this task is paused: several of your answers were off. Your supervisor knows: talk to them, "
        "and you go on from here."
    ),
    "no_attempt_left": N_("No attempt at this test is left. Ask your admin for another one."),
    "not_found": N_("This is not here (any more), or it is not yours."),
    "already_exists": N_("This name is taken."),
    "name_refused": N_("This is no name: it needs 1 to 64 visible characters, and a few words are reserved."),
    "stays_blind": N_("This person has this item for themselves. The two answers must stay independent."),
    "conflict": N_("This was changed in the meantime. Look at the current state, then try again."),
    "wrong_state": N_("This is closed for changes at the moment. A supervisor can open it again."),
    "judged_revision_gone": N_("A newer answer was saved meanwhile. Look at it, then decide."),
    "angles_inseparable": N_(
        "A single angle can be taken only while both elevations are within ±60°. Take the whole rotation instead."
    ),
    "mesh_unreadable": N_("This CAD model cannot be read. Choose another one, and tell your admin."),
    "render_failed": N_("The overlay could not be drawn. The server tries again with the next change."),
    "numbers_changed": N_("This has changed in the meantime. Nothing was done: look at the numbers again."),
    "nothing_to_assign": N_("No item is left that fits and that these people do not have already."),
    "pool_empty": N_("Nothing is left in this pool for you."),
    "holds_too_many": N_("You have drawn enough that is not saved. Finish some of it, then draw the next."),
    "too_few_people": N_("Choose at least as many people as are to answer each item."),
    "model_in_use": N_("Answers name this CAD model. Add the file as a new model, and withdraw this one."),
    "too_busy": N_("The server is busy at the moment. Try again in a few seconds."),
    "password_refused": N_("This password cannot be used. Choose another one."),
    "present_password_wrong": N_(
        "The present password is not right, or it was tried too often. Wait a little, then try again."
    ),
    "last_admin": N_("This is the last active admin. Make somebody else an admin first."),
    "archive_refused": N_("This archive cannot be used. Pack the files again as a zip or tar.gz."),
    "image_refused": N_("This photo cannot be used: it is damaged, too large, or no JPEG, PNG or WebP."),
    "upload_refused": N_("This file cannot be used here."),
    "work_refused": N_("This work cannot be started."),
    "not_a_dataset": N_("Nothing in it can be imported: none of the layouts that the page names was found."),
    "list_unreadable": N_("The list of the photos cannot be used."),
    "import_stopped": N_("The import stopped. What is in is whole, and repeating completes it."),
    "export_refused": N_("The export could not be written."),
    "people_file_refused": N_("This file is no list of people."),
    "image_taken_down": N_("This photo was taken down for good, and nothing brings it back."),
    "name_not_typed": N_("This is not its name. Type it exactly as it is shown."),
    "boxes_refused": N_("These boxes cannot be saved."),
    "backup_refused": N_("This is no whole backup of Posewright, or none can be made here."),
    "backup_failed": N_("The backup could not be written. Look whether the disk is full."),
    "restore_refused": N_("This backup cannot be restored here."),
    "database_too_new": N_("This comes from a newer release of Posewright: restore it with that one."),
    "key_refused": N_("This key cannot be used. Choose another one."),
    "line_refused": N_("Nobody was added: a line of the file cannot be used any more. Look through it again."),
}

RULES: dict[tuple[str, str], str] = {
    ("invalid_input", "archived"): N_("The data set %(name)s is archived. Take it back first, under Keeping."),
    ("invalid_input", "axis"): N_("An axis is x, y, z, or three numbers that are not all 0, as in 1 0 1."),
    ("invalid_input", "contradiction"): N_("No item is so and not so at once. Take one of the conditions away."),
    ("invalid_input", "day"): N_("Write a day as 2026-01-31, or leave it empty."),
    ("invalid_input", "exam_attempts"): N_("A test allows 1 to %(most)s attempts."),
    ("invalid_input", "exam_gold"): N_(
        "An attempt takes %(needed)s gold items, and only %(found)s are chosen. Choose more, or ask for fewer."
    ),
    ("invalid_input", "exam_items"): N_("An attempt has 1 to %(most)s items."),
    ("invalid_input", "exam_needed"): N_("Of %(items)s items, 1 to %(items)s can be needed."),
    ("invalid_input", "folder_name"): N_(
        "This name cannot be used: it becomes a folder. At most 128 characters, no dot or dash in front, none of "
        '/ \\ : * ? " < > |'
    ),
    ("invalid_input", "gold_last"): N_("The last 1 to %(most)s gold answers can be looked at."),
    ("invalid_input", "gold_share"): N_("Hidden gold is more than 0 and at most %(most)s %% of a task."),
    ("invalid_input", "ignored_reason"): N_(
        "Say why the angle is ignored: annotators read it, and those who use the data."
    ),
    ("invalid_input", "limits"): N_(
        "Each limit is above 0; a rotation's at most 180°, the centre's at most 1000 %%."
    ),
    ("invalid_input", "model_name"): N_("A model's name has 1 to %(most)s characters, all of them visible."),
    ("invalid_input", "no_gold"): N_(
        "No object of these categories is gold. Import some with known right answers first, or leave the share empty."
    ),
    ("invalid_input", "no_finite_symmetry"): N_(
        "What follows from these rotations are more than %(most)s: that is no symmetry. Look at axes and degrees."
    ),
    ("invalid_input", "no_json"): N_("This is no JSON: %(reason)s"),
    ("invalid_input", "no_parts"): N_("A symmetry of several has parts: name at least one, of the other kinds."),
    ("invalid_input", "no_rotations"): N_("Write at least one rotation, as in z 180."),
    ("invalid_input", "nobody_chosen"): N_("Choose who gets the work."),
    ("invalid_input", "nothing_to_compare"): N_(
        "No item has both of these answers yet. Choose two others, or wait until there are some."
    ),
    ("invalid_input", "not_active"): N_("%(name)s is not active any more. Give the work to somebody else."),
    ("invalid_input", "number_of_items"): N_("A number of items begins at 1."),
    ("invalid_input", "of_a_test"): N_("The items of a test are drawn by those who take it; nobody is given them."),
    ("invalid_input", "only_gold"): N_(
        "All of these objects are gold: there is no other work to hide it in. Leave the share empty, and all answers "
        "can be held against gold."
    ),
    ("invalid_input", "one_source"): N_(
        "There is one source of answers only in this data set. Import predictions, or wait until there are answers."
    ),
    ("invalid_input", "overlap"): N_("An item goes to 1 to %(most)s people."),
    ("invalid_input", "photo_gone"): N_("The photo of one of these items was taken down: nobody can work on it."),
    ("invalid_input", "priority"): N_("A priority is a whole number from -%(most)s to %(most)s."),
    ("invalid_input", "rotation_line"): N_(
        "Line %(number)s is no axis with degrees. Write it as in z 180, or 1 1 1 120."
    ),
    ("invalid_input", "same_model"): N_("This very file is there already: model %(number)s of %(category)s."),
    ("invalid_input", "same_sources"): N_("Two different sources are compared. Choose another one."),
    ("invalid_input", "share"): N_("A share is between 0 and 100 %%."),
    ("invalid_input", "symmetry_order"): N_("The times in a turn are a whole number from 2 to %(most)s."),
    ("invalid_input", "task_name"): N_("A task's name has 1 to %(most)s characters."),
    ("invalid_input", "too_many_places"): N_("At most %(most)s answers can be ordered at once. Choose fewer items."),
    ("invalid_input", "whole_number"): N_("%(number)s is no whole number. Write one without a fraction."),
    ("password_refused", "too_short"): N_("The password is too short: it needs at least 10 characters."),
    ("password_refused", "too_long"): N_("The password is too long: it may have 256 characters."),
    ("password_refused", "contains_name"): N_("The password must not contain the name."),
    ("password_refused", "common"): N_("This password is too easy to guess. A few unrelated words make a good one."),
    ("password_refused", "same"): N_("The new password must be another one than the present."),
    ("archive_refused", "not_an_archive"): N_("This is no zip, tar or tar.gz archive."),
    ("archive_refused", "broken"): N_("The archive is damaged or was not sent whole. Pack or send it again."),
    ("archive_refused", "empty"): N_("There is no file in the archive."),
    ("archive_refused", "too_large"): N_(
        "The archive holds more than may be unpacked here. Split it into smaller ones."
    ),
    ("archive_refused", "too_many"): N_("The archive holds too many files. Split it into smaller ones."),
    ("archive_refused", "bomb"): N_("The archive is packed so tightly that it may be an attack. Pack it again."),
    ("archive_refused", "nested"): N_("There is an archive inside the archive. Unpack that one first."),
    ("archive_refused", "encrypted"): N_("The archive is locked by a password. Pack it again without."),
    ("archive_refused", "method"): N_("The archive is packed by a method that is not read here. Use ordinary zip."),
    ("archive_refused", "bad_name"): N_("A name in the archive leads out of it, or cannot be used. Pack it again."),
    ("archive_refused", "name_twice"): N_("Two files in the archive have the same name."),
    ("archive_refused", "not_a_file"): N_("The archive holds a link or device. Pack the files themselves."),
    ("archive_refused", "cannot_write"): N_("The server has no room to unpack this. Tell your admin."),
    ("upload_refused", "kind"): N_("This kind of file is not read here. The page says which ones are."),
    ("upload_refused", "content"): N_("The file's content is not what its name says."),
    ("upload_refused", "too_large"): N_("The file is too large."),
    ("upload_refused", "empty"): N_("The file is empty."),
    ("boxes_refused", "too_many"): N_("A photo has at most 1,000 boxes."),
    ("boxes_refused", "too_small"): N_("A box has at least one pixel of the photo in it, each way."),
    ("boxes_refused", "no_category"): N_("Each box needs a category of this data set. Add one first."),
    ("boxes_refused", "in_use"): N_("Somebody has this object in a task: withdraw the work first, then delete it."),
    ("boxes_refused", "category_stays"): N_(
        "Something is known of this object, so its category stays. Delete the box and draw a new one."
    ),
    ("work_refused", "name"): N_(
        "A data set's name becomes a folder: at most 128 characters, no dot in front, none of / \\ : * ? < > |"
    ),
    ("work_refused", "too_many"): N_("A lot of work waits already. Cancel some, or wait until it is done."),
    ("upload_refused", "no_space"): N_("The server has no room for this file. Tell your admin."),
    ("key_refused", "taken"): N_("This key is taken already. Give the other one another key first."),
    ("key_refused", "twice"): N_("The two keys must differ."),
    ("key_refused", "modified"): N_(
        "This one needs a key without Ctrl and Shift: they make its steps larger or finer."
    ),
    ("key_refused", "browser"): N_("Browsers keep this key to themselves. Choose another one."),
    ("key_refused", "fixed"): N_("This key is always the same, so that everybody finds help."),
    ("people_file_refused", "too_large"): N_("The file is too large: it may have 512 KiB."),
    ("people_file_refused", "too_many"): N_("The file names more than 1,000 people. Split it into smaller ones."),
    ("people_file_refused", "empty"): N_("There is nobody in the file below the line with the names of the columns."),
    ("people_file_refused", "columns"): N_(
        "The first line must name the columns: name and role, and password where there is one."
    ),
    ("people_file_refused", "no_text"): N_("The file is no text. Save it as CSV (UTF-8) and choose it again."),
    ("people_file_refused", "no_csv"): N_("The file is no CSV: a quotation mark stands where none may be."),
}
"""For errors that name the rule which was broken, in their attribute `rule`."""

FIELD_NAMES: dict[str, str] = {
    "object_status": N_("object quality"),
    "dense": N_("scene density"),
    "archive": N_("an archive"),
    "folder": N_("a folder"),
    "dataset": N_("the name of a data set"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`code` for the browser's program, `message` for the person; `number` finds an unexpected error in the log."""

    code: str
    message: str
    number: str | None = None


def explain(error: Exception, *, what: str) -> Explanation:
    """The person's words for an error. What nobody foresaw is logged with a number; `what` says what was tried."""
    if isinstance(error, errors.PosewrightError):
        code = error.code if error.code in SENTENCES else _inherited_code(type(error))
        missing = _(", ").join(_(FIELD_NAMES.get(name, name)) for name in getattr(error, "missing", ()))
        sentence = RULES.get((error.code, getattr(error, "rule", "")), SENTENCES[code])
        values = {"missing": missing, **getattr(error, "values", {})}
        return Explanation(code=error.code, message=_(sentence) % values)
    number = report(error, what)
    return Explanation(code="unexpected", message=unexpected_message(number), number=number)


def unexpected_message(number: str) -> str:
    return _("Something went wrong on the server. Tell your admin this number: %(number)s") % {"number": number}


def _inherited_code(kind: type[errors.PosewrightError]) -> str:
    return next(
        (code for base in kind.__mro__ if (code := getattr(base, "code", "")) in SENTENCES),
        errors.PosewrightError.code,
    )
