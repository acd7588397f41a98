"""Whether the installation can do its work: what `/healthz` answers."""

import asyncio

from storage.use_cases.accounts import count_users
from ui.logs import log
from ui.services import Services
from ui.version import VERSION

DATABASE_PATIENCE_S = 2.0


async def health(services: Services) -> dict[str, str]:
    """`ok`, or `degraded` where renderer or database cannot be used; `doctor` says more."""
    usable = services.renderer_usable and await _database_answers(services)
    return {"status": "ok" if usable else "degraded", "version": VERSION}


async def _database_answers(services: Services) -> bool:
    try:
        await asyncio.wait_for(services.reading(count_users), DATABASE_PATIENCE_S)
    except Exception as error:  # noqa: BLE001 - whatever it is, the database does not answer
        log.error("the database does not answer: %s", error)
        return False
    return True
