"""The stage's texts about remarks, proposals and decisions, by the names that its modules use."""

from ui.i18n import _
from ui.news_texts import news_texts


def review_texts() -> dict[str, str]:
    return {**_remarks(), **_proposals(), **_decisions(), **_news()}


def _remarks() -> dict[str, str]:
    return {
        "remarks": _("Remarks"),
        "remarks_count": _("Remarks: {n} unread"),
        "remarks_none": _("Nothing was said here yet. Point at something and press P."),
        "remark_add": _("Pin a remark"),
        "remark_add_help": _("Pin a remark where the pointer is; the button waits for a click on the picture"),
        "remark_pinning": _("Click where the remark belongs. Esc gives up."),
        "remark_number": _("Remark {n}"),
        "remark_pin": _("What the remark is pinned to"),
        "remark_on_object": _("On the model"),
        "remark_on_object_help": _("The mark follows the model when it moves"),
        "remark_on_photo": _("On the photo"),
        "remark_on_photo_help": _("The mark stays at this point of the photo"),
        "remark_words": _("What is to be said about this point"),
        "remark_ready": _("Ready-made remarks"),
        "remark_send": _("Say it"),
        "remark_reply": _("Answer, and press Enter"),
        "remark_resolve": _("Done"),
        "remark_resolve_help": _("This is settled; the thread stays in the list"),
        "remark_reopen": _("Open again"),
        "remark_reopen_help": _("This is not settled after all"),
        "history": _("History"),
    }


def _proposals() -> dict[str, str]:
    return {
        "proposal": _("Proposal"),
        "proposal_by": _("{name} proposes"),
        "proposal_mine": _("Your proposal"),
        "proposal_waits": _("waits for an answer"),
        "proposal_nothing_left": _("Nothing of it differs any more."),
        "proposal_comment": _("A word to go with it"),
        "proposal_being_made": _("You are moving a proposal; the white outline is the answer as it stands."),
        "take_all": _("Take all"),
        "take_rotation": _("Rotation"),
        "take_centre": _("Centre"),
        "take_distance": _("Distance"),
        "take_model": _("CAD model"),
        "take_answers": _("Answers"),
        "take_part_help": _("Takes only this; undo gives it back"),
        "take_angle_help": _("Takes only this angle; undo gives it back"),
        "take_angle_refused": _(
            "Single angles mean something only while both elevations are within ±60°: take the rotation."
        ),
        "decline": _("Decline"),
        "decline_help": _("The rest is not wanted; it stays in the history"),
        "withdraw": _("Withdraw"),
        "propose": _("Propose"),
        "propose_help": _("Move the model as it should be, and offer that"),
        "propose_send": _("Send proposal"),
        "propose_send_help": _("Whoever works on the item sees it at once, and takes what they want"),
    }


def _decisions() -> dict[str, str]:
    return {
        "accept": _("Accept"),
        "accept_help": _("The saved answer is right; it cannot be changed any more"),
        "send_back": _("Send back"),
        "send_back_help": _("Ask for changes, with a reason"),
        "send_back_title": _("Why does it go back?"),
        "fix": _("Fix and accept"),
        "fix_short": _("Fix"),
        "fix_help": _("Your own answer takes the place of the saved one and is accepted"),
        "adjudicate": _("This is the answer"),
        "adjudicate_help": _("Your own answer stands for the item; those of its people stay as they are"),
        "reopen": _("Reopen"),
        "reopen_help": _("Accepted work can be changed again"),
        "judge_nothing": _("Nothing is saved to be judged yet."),
        "judge_revision": _("You see revision {revision}."),
        "judge_differs": _("Changed since, not saved. You judge revision {revision}: hold B to see it."),
        "read_only_review": _("{name} works on this item. You can remark, propose and decide."),
        "sent_back": _("Sent back by {name}: {reason}"),
        "got_it": _("Got it"),
        "decision_accepted": _("{name} accepted revision {revision}"),
        "decision_changes_requested": _("{name} sent revision {revision} back"),
        "state_new": _("Not begun"),
        "state_drafted": _("Draft"),
        "state_saved": _("Saved"),
        "state_sent_back": _("Sent back"),
        "state_accepted": _("Accepted"),
        "state_reopened": _("Opened again"),
        "state_withdrawn": _("Withdrawn"),
    }


def _news() -> dict[str, str]:
    return {"news_show": _("Show"), **{f"news_{kind}": text for kind, text in news_texts().items()}}
