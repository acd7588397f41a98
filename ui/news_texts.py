"""What is said of others' remarks, proposals and decisions, in the reader's language, by kind; {name}: who."""

from ui.i18n import _


def news_texts() -> dict[str, str]:
    return {
        "remark_added": _("{name} remarks:"),
        "remark_answered": _("{name} answers:"),
        "proposal_added": _("{name} proposes a change."),
        "proposal_taken": _("{name} took of the proposal what fits."),
        "proposal_declined": _("{name} declined the proposal."),
        "proposal_withdrawn": _("{name} withdrew the proposal."),
        "sent_back": _("{name} sent an item back:"),
        "accepted": _("{name} accepted an item."),
        "fixed": _("{name} corrected an item and accepted it."),
        "reopened": _("{name} opened an item again."),
        "restored": _("{name} brought an earlier answer back."),
        "other": _("{name} was here."),
        "there": _("Go there"),
    }
