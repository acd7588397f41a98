"""What stands in the audit log, as people read it. Codes that have no words here are shown as they are."""

from ui.i18n import N_, _

ACTIONS: dict[str, str] = {
    "accept": N_("accepted work"),
    "add_cad_model": N_("added a CAD model"),
    "add_dataset": N_("made a data set"),
    "add_to_dataset": N_("added to a data set"),
    "add_user": N_("added a person"),
    "back_up": N_("made a backup"),
    "cancel_job": N_("cancelled long work"),
    "change_own_password": N_("changed their own password"),
    "clear_answer": N_("cleared an answer"),
    "create_task": N_("created a task"),
    "deactivate_user": N_("deactivated a person"),
    "delete_backup": N_("deleted a backup"),
    "draw": N_("drew an item from a pool"),
    "edit_task": N_("changed a task"),
    "end_all_sessions": N_("ended all sessions"),
    "end_session": N_("logged out"),
    "export": N_("exported"),
    "export_audit": N_("exported the audit log"),
    "fetch_backup": N_("downloaded a backup"),
    "flag": N_("flagged an item"),
    "give_back_work": N_("gave withdrawn work back"),
    "login": N_("proved their password"),
    "login_failed": N_("log-in failed"),
    "make_password_link": N_("made a one-time link"),
    "move_work": N_("moved work"),
    "offer_cad_model": N_("offered a CAD model again"),
    "open_session": N_("logged in"),
    "propose": N_("proposed a correction"),
    "reactivate_user": N_("reactivated a person"),
    "remark": N_("made a remark"),
    "rename_cad_model": N_("renamed a CAD model"),
    "rename_user": N_("renamed a person"),
    "reopen": N_("reopened work"),
    "replace_cad_model": N_("replaced the file of a CAD model"),
    "restore_answer": N_("brought an answer back"),
    "restore_backup": N_("restored a backup"),
    "save": N_("saved an answer"),
    "send_back": N_("sent work back"),
    "set_password": N_("set a password"),
    "set_rule": N_("changed the rule of a category"),
    "set_role": N_("changed a role"),
    "start_job": N_("started long work"),
    "take_down_image": N_("took a photo down"),
    "take_proposal": N_("took a proposal"),
    "unflag": N_("took a flag off"),
    "use_password_link": N_("used a one-time link"),
    "withdraw_cad_model": N_("withdrew a CAD model"),
    "withdraw_work": N_("withdrew work"),
}

OBJECTS: dict[str, str] = {
    "assignment": N_("assignment"),
    "audit": N_("audit log"),
    "cad_model": N_("CAD model"),
    "category": N_("category"),
    "dataset": N_("data set"),
    "image": N_("photo"),
    "item": N_("item"),
    "job": N_("long work"),
    "session": N_("session"),
    "task": N_("task"),
    "user": N_("person"),
}


def action_name(code: str) -> str:
    return _(ACTIONS[code]) if code in ACTIONS else code.replace("_", " ")


def object_name(code: str) -> str:
    return _(OBJECTS[code]) if code in OBJECTS else code.replace("_", " ")
