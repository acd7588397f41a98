"""Every text of the stage, in the reader's language, by the names that stage.js uses."""

from ui.i18n import _
from ui.stage.review_texts import review_texts


def stage_texts() -> dict[str, str]:
    return {**_parameters(), **_answers(), **_work(), **_picture(), **_notices(), **_dialogs(), **review_texts()}


def _parameters() -> dict[str, str]:
    return {
        "azimuth": _("Azimuth"),
        "azimuth_help": _("Turns the object about its own upright axis."),
        "elevation": _("Elevation"),
        "elevation_help": _("How far from above (+) or below (−) the object is seen."),
        "theta": _("Roll θ"),
        "theta_help": _("Turns the object in the picture plane, counter-clockwise."),
        "distance": _("Distance"),
        "distance_help": _("From camera to object: less is larger."),
        "px": _("Centre x"),
        "px_help": _("Where the object's centre lies, from the left."),
        "py": _("Centre y"),
        "py_help": _("Where the object's centre lies, from the top."),
        "slider_of": _("{name}, slider"),
        "ignored": _("ignored"),
        "turn_round": _("Turn azimuth by 180°"),
        "typed_no_number": _("not a number: kept {value}"),
        "typed_not_above_zero": _("must be above 0: kept {value}"),
        "typed_limited": _("limited to {value}"),
        "typed_rewritten": _("same picture, written another way"),
        "viewport": _("Viewport"),
        "viewport_help": _("The focal length in pixels. It belongs to the item and is not edited."),
    }


def _answers() -> dict[str, str]:
    return {
        "model": _("CAD model"),
        "model_prev": _("Previous CAD model"),
        "model_next": _("Next CAD model"),
        "model_place": _("{n} of {total}"),
        "gallery": _("CAD models of this category"),
        "unreadable": _("cannot be read"),
        "quality": _("Quality"),
        "quality_help": _("How much of the object can be seen clearly?"),
        "quality_good": _("Good"),
        "quality_good_help": _("Good: more than 90 % of the object is clearly visible."),
        "quality_partially": _("Partly"),
        "quality_partially_help": _("Partly visible: a small part is hidden or outside the photo."),
        "quality_barely": _("Barely"),
        "quality_barely_help": _("Barely visible: only a small part can be seen clearly."),
        "quality_bad": _("Bad"),
        "quality_bad_help": _(
            "Bad or no object: mostly hidden or outside, or its pose cannot be judged. Nothing else is needed then."
        ),
        "density": _("Dense"),
        "density_help": _("Is another object of the same category very close in the photo?"),
        "dense_no": _("Not dense"),
        "dense_no_help": _("No other object of the category is close in the photo."),
        "dense_yes": _("Dense scene"),
        "dense_yes_help": _("Another object of the category is very close, or they hide each other."),
        "optional": _("optional"),
        "rule_ignored": _("Not needed here: {names}."),
    }


def _work() -> dict[str, str]:
    return {
        "panel": _("Item and answer"),
        "prev": _("Previous item"),
        "next": _("Next item"),
        "next_open": _("Next open item"),
        "jump": _("Jump to item number"),
        "of_total": _("of {n}"),
        "progress": _("Items saved in this task"),
        "progress_count": _("{saved} of {total} saved"),
        "light_prediction": _("Prediction"),
        "light_annotated": _("Annotated"),
        "light_sent_back": _("Sent back"),
        "light_prediction_help": _("A model's prediction of this pose is there."),
        "light_annotated_help": _("An answer for this item is saved."),
        "light_sent_back_help": _("A supervisor has sent this item back to be changed."),
        "saved_by": _("Revision {revision} by {author}"),
        "yes": _("yes"),
        "no": _("no"),
        "undo": _("Undo"),
        "redo": _("Redo"),
        "revert": _("Revert"),
        "revert_menu": _("What to revert to"),
        "revert_saved": _("To the last save"),
        "revert_saved_help": _("Puts back the answer that was saved last."),
        "revert_clear": _("Clear the answer"),
        "revert_clear_help": _("Back to the starting pose; the item is open again."),
        "save": _("Save"),
        "save_help": _("Save and stay"),
        "save_next": _("Save, next"),
        "save_next_help": _("Save and show the next open item"),
        "status_saved": _("Saved"),
        "status_unsaved": _("Not saved"),
        "status_saving": _("Saving…"),
        "status_catching_up": _("Catching up…"),
        "status_offline": _("No connection"),
        "status_error": _("Not saved"),
        "left_trouble": _("Item {n}:"),
        "back_to_it": _("Back to it"),
        "slow_line": _("Slow line: {n} ms"),
        "slow_line_help": _(
            "A message to the server and back takes this long. Moving, rolling and distance follow your hand all the "
            "same; turning and tilting are drawn by the server and come later."
        ),
        "slow_server": _("Server busy: {n} ms"),
        "slow_server_help": _(
            "Many people are drawing at this moment, and the server takes this long for a picture. It gives "
            "everybody an equal part. Nothing you do is lost."
        ),
        "flag": _("Skip this item, or ask for help"),
        "flag_short": _("Skip or ask"),
        "flagged_skip": _("Skipped"),
        "flagged_help": _("Help asked for"),
        "escape": _("Give up the running drag"),
        "session_ended": _("You are logged out. What you did is kept."),
        "log_in": _("Log in"),
        "finished": _("That was the last open item of this task."),
        "finished_changed": _("No item is open, but {n} saved ones have unsaved changes."),
        "to_changed": _("Show the first"),
        "to_tasks": _("To the tasks"),
    }


def _picture() -> dict[str, str]:
    return {
        "picture": _("Photo with the CAD model over it"),
        "loading": _("Opening the item…"),
        "toolbar": _("How the model is drawn"),
        "mode": _("Solid, lines or outline"),
        "mode_solid": _("Solid"),
        "mode_solid_help": _("Draw the model as a shaded body"),
        "mode_wireframe": _("Lines"),
        "mode_wireframe_help": _("Draw the model's visible edges"),
        "mode_silhouette": _("Outline"),
        "mode_silhouette_help": _("Draw the model's outline only"),
        "opacity": _("Opacity"),
        "colour": _("Colour"),
        "others": _("Boxes and the photo's other objects"),
        "zoom": _("Zoom"),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "fit": _("Whole photo"),
        "frame": _("Zoom to the object"),
        "pan": _("Hold and drag: move the photo"),
        "keys": _("Keys and mouse"),
        "preview_pose": _("Pose"),
        "preview_photo": _("Photo"),
        "hold_photo": _("Hold: photo without the model"),
        "hold_pose": _("Hold: the model alone on white"),
        "hold_prediction": _("Hold: the prediction instead"),
        "hold_saved": _("Hold: the last save instead"),
        "showing_photo": _("Photo only"),
        "showing_pose": _("Pose alone"),
        "showing_prediction": _("Prediction"),
        "showing_saved": _("Last save"),
        "no_prediction": _("This item has no prediction"),
        "no_saved": _("Nothing is saved yet"),
        "offline": _("No connection. Go on working: it is kept here and sent as soon as the connection is back."),
        "offline_stale": _(
            "No connection: the turned model is not drawn. Your work is kept, and drawn when it is back."
        ),
        "save_elsewhere": _("A save of another item has not reached the server. It is saved when you go there."),
        "read_only": _("You can look at this item, but not change it."),
        "read_only_accepted": _("This answer is accepted. Only a supervisor can open it again."),
        "undrawn": _("CAD model {n} cannot be read. Choose another one below."),
        "outside": _("The model is outside the photo."),
        "bring_back": _("Bring it back"),
        "photo_failed": _("The photo could not be loaded."),
        "people": _("Who else is on this item"),
        "person_editing": _("works here"),
        "person_watching": _("looks on"),
        "person_editing_since": _("{name} works on this item since {time}"),
        "person_watching_since": _("{name} looks on since {time}"),
        "watching": _("Watching {name}: you see what they see, and change nothing."),
        "watching_nobody": _("Nobody has this item open just now. What is done to it shows here."),
        "follow_view": _("Look where they look"),
        "photo_taken_down": _("This photo was taken down for good. The answer stays; there is nothing to do here."),
        "older_box": _("The box was corrected since: this pose was made for the box before."),
    }


def _notices() -> dict[str, str]:
    return {
        "replaced": _("{name}: {what} replaced yours at the same moment."),
        "take_mine_back": _("Take mine back"),
        "leave_theirs": _("Leave it as it is"),
        "group_rotation": _("rotation"),
        "group_centre": _("centre"),
        "group_distance": _("distance"),
        "group_model": _("CAD model"),
        "group_quality": _("quality"),
        "group_density": _("density"),
        "notice_saved": _("This item is saved."),
        "notice_saved_before": _("Item {n} is saved."),
        "notice_saved_before_change": _("Saved as it was when you pressed it; what you changed since is not."),
        "notice_save_waits": _("Will be saved when it is drawn: that needs the connection."),
        "notice_save_not_sent": _(
            "The last save was not sent before the page was loaded again. Look, and save again."
        ),
        "notice_already_saved": _("Nothing has changed since the last save."),
        "notice_cleared": _("The answer is cleared. Undo brings it back."),
        "notice_missing": _("Not answered yet: {names}."),
        "name_separator": _(", "),
        "notice_save_undrawn": _("A pose that cannot be drawn is not saved. Choose another CAD model."),
        "notice_save_refused": _("Not saved:"),
        "notice_op_refused": _("The change was not accepted:"),
        "notice_failed": _("That did not work:"),
        "notice_cannot_open": _("This item cannot be opened:"),
        "notice_needs_connection": _("That needs the connection, which is lost just now."),
    }


def _dialogs() -> dict[str, str]:
    return {
        "flag_title": _("Skip this item, or ask for help"),
        "flag_help": _("The item stays open. Your supervisor sees it with your reason."),
        "flag_skip": _("Skip it for now"),
        "flag_ask": _("Ask for help"),
        "flag_reason": _("Reason"),
        "flag_send": _("Send"),
        "flag_lacking": _("Please give a reason."),
        "flag_withdraw": _("Take it back"),
        "cancel": _("Cancel"),
        "close": _("Close"),
        "keys_title": _("Keys and mouse"),
        "keys_pose": _("Pose"),
        "keys_sizes": _("With Shift: coarse steps. With Alt (arrows also Ctrl): finest steps."),
        "keys_answer": _("Model and questions"),
        "keys_work": _("Work"),
        "keys_view": _("Picture"),
        "keys_mouse": _("Mouse"),
        "mouse_object": _("Drag the object"),
        "mouse_object_does": _("moves it"),
        "mouse_beside": _("Drag beside it, or right button, or Alt"),
        "mouse_beside_does": _("turns and tilts it"),
        "mouse_ring": _("Drag the ring, or Shift"),
        "mouse_ring_does": _("rolls it"),
        "mouse_wheel": _("Wheel"),
        "mouse_wheel_does": _("distance"),
        "mouse_double": _("Double click"),
        "mouse_double_does": _("puts the centre there"),
        "mouse_zoom": _("Ctrl or ⌘ and wheel"),
        "mouse_zoom_does": _("zooms the photo"),
        "mouse_pan": _("Space or middle button, and drag"),
        "mouse_pan_does": _("moves the photo"),
    }
