"""Whether an installation still waits for its first admin, and the token without which nobody may be that.

The token follows from the installation's own secret, so that all its processes and starts show the same one, and
nothing needs to be kept. It is printed on the console, never logged, and worth nothing once there is an account.
"""

import hashlib
import hmac

from storage.use_cases.accounts import count_users
from ui.services import Services

PATH = "/setup"


def setup_token(secret: str) -> str:
    """128 bits, in hexadecimal digits."""
    return hmac.new(secret.encode(), b"first admin", hashlib.sha256).hexdigest()[:32]


class FirstAdmin:
    """Asked at the log-in and by the set-up page."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._token = setup_token(services.secret)
        self._over = False

    async def due(self) -> bool:
        """Whether nobody has an account yet. Once somebody has, it is never asked again: accounts stay."""
        if not self._over:
            self._over = await self._services.reading(count_users) > 0
        return not self._over

    def is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.strip().encode(errors="replace"), self._token.encode())
