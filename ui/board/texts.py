"""Every text of the board, in the reader's language, by the names that board.js uses."""

from ui.i18n import _


def board_texts() -> dict[str, str]:
    return {
        "people": _("People"),
        "tasks": _("Tasks"),
        "editing": _("at work"),
        "watching": _("looking on"),
        "away": _("away"),
        "taken_down": _("photo taken down"),
        "at_work": _("{n} at work"),
        "today": _("today"),
        "in_all": _("in all"),
        "pace": _("last hour"),
        "sent_back": _("sent back"),
        "open": _("to do"),
        "last": _("last active {time}"),
        "never": _("not active yet"),
        "since": _("since {time}"),
        "watch": _("Watch"),
        "nobody": _("Nobody works here yet. Add people and give them a task; they show here as soon as they begin."),
        "no_tasks": _("No tasks yet."),
        "loading": _("Reading the board…"),
        "offline": _("No connection. What you see is as it was; it goes on by itself."),
        "ended": _("You are logged out."),
        "log_in": _("Log in"),
        "search": _("Find a person"),
        "sort": _("Order"),
        "by_name": _("by name"),
        "by_work": _("at work first"),
        "by_today": _("most done today"),
        "by_sent_back": _("most sent back"),
        "saved_of": _("{saved} of {total}"),
        "accepted": _("{n} accepted"),
        "drafts": _("{n} drafts"),
        "sent_back_n": _("{n} sent back"),
        "due": _("due {date}"),
    }
