"""What of the queue is shown: kept in the page's address, so that it can be sent to a colleague."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from domain.answer import ObjectStatus
from storage.use_cases.review import QueueChoices, QueueFilter
from ui.i18n import _
from ui.pages.selects import select
from ui.theme.tag import Tag
from ui.words import QUALITY_NAMES

AGES = (1, 4, 24, 72, 168)
"""Hours."""
SHARES = (100, 50, 20, 10, 5, 2, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The filter as the address has it; empty for all."""

    category: str = ""
    person: str = ""
    task: str = ""
    quality: str = ""
    hours: str = ""
    share: str = ""
    seed: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Chosen":
        """From an address; what makes no sense there is passed over."""
        return cls(**{name: query.get(name, "") for name in cls.__slots__})

    def filter(self) -> QueueFilter:
        quality = None
        with suppress(ValueError):
            quality = ObjectStatus(self.quality)
        hours = _number(self.hours)
        return QueueFilter(
            category_id=_number(self.category),
            user_id=_number(self.person),
            task_id=_number(self.task),
            quality=quality,
            older_than=timedelta(hours=min(hours, 10**6)) if hours else None,
            per_cent=float(min(_number(self.share) or 100, 100)),
            seed=_number(self.seed) or 1,
        )

    def address(self, **other: str) -> str:
        values = {name: getattr(self, name) for name in self.__slots__} | other
        query = urlencode({name: value for name, value in values.items() if value})
        return f"/review?{query}" if query else "/review"


def filter_row(chosen: Chosen, choices: QueueChoices) -> None:
    """A form that sends itself at each choice."""
    with Tag("form", method="get", action="/review", classes="rv-filters", data_testid="queue-filters"):
        categories = [(str(id_), name.replace("_", " ")) for id_, name in choices.categories]
        every = ("", _("all"))
        select("category", _("Category"), [every, *categories], chosen.category)
        select("person", _("Annotator"), [every, *((str(id_), name) for id_, name in choices.people)], chosen.person)
        select("task", _("Task"), [every, *((str(id_), name) for id_, name in choices.tasks)], chosen.task)
        qualities = [(status.value, _(name)) for status, name in QUALITY_NAMES.items()]
        select("quality", _("Quality"), [every, *qualities], chosen.quality)
        ages = [(str(hours), _age(hours)) for hours in AGES]
        select("hours", _("Saved"), [every, *ages], chosen.hours)
        shares = [(str(share), _("%(number)d %% by chance") % {"number": share}) for share in SHARES[1:]]
        select("share", _("Sample"), [every, *shares], chosen.share)
        if chosen.share:
            seed = (_number(chosen.seed) or 1) + 1
            Tag("input", type="hidden", name_="seed", value=chosen.seed)
            Tag(
                "a",
                _("Draw anew"),
                classes="rv-clear",
                title=_("Another sample of the same size"),
                href=chosen.address(seed=str(seed)),
            )
        if chosen != Chosen():
            Tag("a", _("Show all"), classes="rv-clear", href="/review")


def _age(hours: int) -> str:
    if hours < 24:
        return _("over %(number)d h ago") % {"number": hours}
    return _("over %(number)d d ago") % {"number": hours // 24}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
