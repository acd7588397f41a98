"""`doctor`: what is missing or slow, and the command that mends it."""

import asyncio
import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.workspace import HomeOption

if TYPE_CHECKING:
    from ui.settings import Settings

GIB = 1024**3
LITTLE_DISK = 2 * GIB
NO_DISK = GIB // 5
PACKAGES = ("nicegui", "vispy", "numpy", "pillow", "sqlmodel", "sqlalchemy", "alembic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`state`: ok; slow (works, but could be better); missing (essential). `mend` is what to type."""

    name: str
    state: str
    found: str
    mend: str = ""


def register(app: typer.Typer) -> None:
    app.command("doctor", help="Say what is missing or slow, and the command that mends it.")(doctor)


def doctor(
    home: HomeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    from ui.settings import load_settings

    settings = load_settings(home=home)
    findings = list(examine(settings))
    sound = all(finding.state != "missing" for finding in findings)
    if as_json:
        typer.echo(json.dumps({"ok": sound, "findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        for finding in findings:
            typer.echo(f"{finding.state:<8} {finding.name:<10} {finding.found}")
            if finding.mend:
                typer.echo(f"{'':<19} -> {finding.mend}")
    if not sound:
        raise typer.Exit(1)


def examine(settings: "Settings") -> Iterator[Finding]:
    """Everything in the order in which a person would mend it."""
    yield _versions()
    yield _disk(settings.home)
    yield _database(settings)
    yield _renderer(settings)
    yield _fonts()


def _versions() -> Finding:
    from ui.version import VERSION

    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    found = f"Posewright {VERSION}, Python {platform.python_version()}, {packages}"
    old = sys.version_info < (3, 11)
    return Finding(
        name="versions",
        state="missing" if old else "ok",
        found=found,
        mend="install Python 3.11 or newer" if old else "",
    )


def _disk(home: Path) -> Finding:
    existing = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    found = f"{free / GIB:.1f} GiB free for {home}"
    if free >= LITTLE_DISK:
        return Finding(name="disk", state="ok", found=found)
    mend = f"make room, or move the home: POSEWRIGHT_HOME=DIR; {home / 'cache'} may be deleted"
    return Finding(name="disk", state="missing" if free < NO_DISK else "slow", found=found, mend=mend)


def _database(settings: "Settings") -> Finding:
    from storage.database import Database, without_password
    from storage.use_cases.accounts import count_users
    from ui.settings import prepare_home

    shown = without_password(settings.database)
    try:
        prepare_home(settings)
        database = Database(settings.database)
        try:
            database.migrate()
            with database.reading() as session:
                users = count_users(session)
        finally:
            database.close()
    except Exception as error:  # noqa: BLE001 - the doctor reports what it meets
        mend = "look at DATABASE_URL and at the rights of the home; restore the file from a backup if it is damaged"
        return Finding(name="database", state="missing", found=f"{shown}: {_words_of(error)}", mend=mend)
    return Finding(name="database", state="ok", found=f"{shown}, {users} accounts")


def _renderer(settings: "Settings") -> Finding:
    try:
        workers = asyncio.run(_start_one_worker(settings))
    except Exception as error:  # noqa: BLE001 - the doctor reports what it meets
        mend = "sudo apt-get install -y libegl1 libgl1-mesa-dri libosmesa6   (elsewhere: a driver with OpenGL 3.3)"
        return Finding(name="renderer", state="missing", found=_words_of(error), mend=mend)
    worker = workers[0]
    found = ", ".join(f"{key} {value}" for key, value in worker.items() if value not in (None, ""))
    software = any(word in found.lower() for word in ("llvmpipe", "softpipe", "osmesa", "swrast"))
    if "osmesa" in found.lower():
        mend = "sudo apt-get install -y libegl1 libgl1-mesa-dri   (OSMesa is the slowest way to draw)"
        return Finding(name="renderer", state="slow", found=found, mend=mend)
    return Finding(name="renderer", state="ok", found=f"{found}{' (software)' if software else ''}")


def _words_of(error: Exception) -> str:
    """The first line; of an error without words, as a worker that starts too slowly leaves it, its kind."""
    return (str(error).splitlines() or [type(error).__name__])[0]


async def _start_one_worker(settings: "Settings") -> list[dict[str, object]]:
    from rendering.pool import RenderPool

    pool = RenderPool(mesh_cache_dir=settings.cache_directory / "meshes", workers=1)
    try:
        await asyncio.wait_for(pool.start(), 30)
        return list(pool.workers_description())
    finally:
        await pool.close()


def _fonts() -> Finding:
    """Chinese in the browser comes from the visitor's machine; pictures made here need a font here."""
    mend = "sudo apt-get install -y fonts-noto-cjk"
    if shutil.which("fc-list") is None:
        return Finding(name="fonts", state="slow", found="no fontconfig, so no font is known", mend=mend)
    listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False).stdout
    families = sorted({line.split(",")[0].strip() for line in listed.splitlines() if line.strip()})
    if not families:
        return Finding(name="fonts", state="slow", found="no Chinese font", mend=mend)
    return Finding(name="fonts", state="ok", found=f"Chinese: {families[0]}")
