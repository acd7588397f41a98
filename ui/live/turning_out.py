"""Who may not see an assignment any more leaves its room at once, whatever their browser does.

Work is moved, withdrawn and drawn by others while somebody has it open. A socket that stayed would go on hearing what
the next person does on it, and answers of one item must stay blind to each other.
"""

from domain.errors import PosewrightError
from storage.record import Event
from storage.use_cases.annotate import open_assignment
from ui.i18n import _, use_language
from ui.live.hub import Live
from ui.live.review_desk import send_talk
from ui.outbox_watch import OutboxWatch

TOPICS = ("assignment.moved", "assignment.people")
"""Somebody else's, nobody's or withdrawn; with another collaborator, or one fewer."""


def turn_out_others(watch: OutboxWatch, live: Live) -> None:
    """From here on. Those who may stay are told to open it again: perhaps they may only look."""

    async def heard(event: Event) -> None:
        room = live.rooms.find(event.object_id)
        for member in [*room.members] if room else []:
            try:
                await live.services.reading(open_assignment, actor=member.actor, assignment_id=event.object_id)
            except PosewrightError:
                with use_language(member.language):
                    reason = _("This item is not yours any more. What you did on it is kept.")
                member.turn_out(event.object_id, reason)
            else:
                await send_talk(live, member, event.object_id, reload=True)

    for topic in TOPICS:
        watch.subscribe(topic, heard)
