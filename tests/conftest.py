"""What all tests share: how often heavy parts repeat, and where the data beside the project lie."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("short", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("full", max_examples=300, deadline=None, derandomize=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="repeat the heavy parts with the issues' counts")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("full" if config.getoption("--full") else "short")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--full"):
        for item in items:
            if item.get_closest_marker("full"):
                item.add_marker(pytest.mark.skip(reason="only in ./test.sh --full"))


@pytest.fixture(scope="session")
def count(pytestconfig: pytest.Config) -> Callable[[int, int], int]:
    """`count(short, full)`: how often to repeat, by the kind of run."""

    def choose(short: int, full: int) -> int:
        return full if pytestconfig.getoption("--full") else short

    return choose


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real photos, CAD models and golden numbers that lie beside the project, where they do."""
    folder = Path(os.environ.get("POSEWRIGHT_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the shared data folder is not beside the project")
    return folder
