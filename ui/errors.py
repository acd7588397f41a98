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
    "not_found": N_("This is not here (any more), or it is not yours."),
    "already_exists": N_("This name is taken."),
    "conflict": N_("This was changed in the meantime. Look at the current state, then try again."),
    "wrong_state": N_("This is closed for changes at the moment. A supervisor can open it again."),
    "mesh_unreadable": N_("This CAD model cannot be read. Choose another one, and tell your admin."),
    "render_failed": N_("The overlay could not be drawn. The server tries again with the next change."),
    "too_busy": N_("The server is busy at the moment. Try again in a few seconds."),
}

FIELD_NAMES: dict[str, str] = {
    "object_status": N_("object quality"),
    "dense": N_("scene density"),
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
        return Explanation(code=error.code, message=_(SENTENCES[code]) % {"missing": missing})
    number = report(error, what)
    return Explanation(code="unexpected", message=unexpected_message(number), number=number)


def unexpected_message(number: str) -> str:
    return _("Something went wrong on the server. Tell your admin this number: %(number)s") % {"number": number}


def _inherited_code(kind: type[errors.PosewrightError]) -> str:
    return next(
        (code for base in kind.__mro__ if (code := getattr(base, "code", "")) in SENTENCES),
        errors.PosewrightError.code,
    )
