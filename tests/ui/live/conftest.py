"""One server for all tests of the stage socket; each test takes assignments of its own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.ui.live.harness import Server, serving


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    async with serving(tmp_path_factory.mktemp("live")) as server:
        yield server


@pytest.fixture
def assignment(server: Server) -> int:
    """One of ann's that no other test touches."""
    return next(server.home.assignments)
