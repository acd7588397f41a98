"""`serve`: the web application, with a demo workspace at the very first start."""

import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.workspace import FIRST_USER, HomeOption, home_argument

if TYPE_CHECKING:
    from ui.services import Services
    from ui.settings import Settings


def register(app: typer.Typer) -> None:
    app.command("serve", help="Run the web application. The first start builds a demo workspace.")(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (127.0.0.1: this machine only).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (8080).")] = None,
    home: HomeOption = None,
    demo: Annotated[bool, typer.Option(help="Build the demo workspace when nobody has an account yet.")] = True,
    demo_for_others: Annotated[
        bool,
        typer.Option(
            "--demo-for-others",
            help="Let other machines reach the demo; POSEWRIGHT_DEMO_FOR_OTHERS=1 must say so too.",
        ),
    ] = False,
) -> None:
    from ui.settings import load_settings

    settings = load_settings(host=host, port=port, home=home)
    _check_port_free(settings)
    if settings.exposed:
        typer.echo(_exposed_warning(settings), err=True)
    run(settings, demo=demo, home=home, demo_for_others=demo_for_others and settings.demo_for_others)


def run(settings: "Settings", *, demo: bool, home: Path | None, demo_for_others: bool = False) -> None:
    """Opens the home and serves until told to stop, or begins anew where a backup is to be restored."""
    import os

    from ui.logs import logging_to
    from ui.settings import prepare_home

    prepare_home(settings)
    # NiceGUI reads this when it is imported; by default it would make a folder in the current one.
    os.environ.setdefault("NICEGUI_STORAGE_PATH", str(settings.cache_directory / "nicegui"))
    with logging_to(settings.log_directory):
        from ui.actions.restore import finish_restore
        from ui.services import Services

        demo_allowed = demo_for_others or not settings.beyond_loopback
        not_restored = None if settings.database_url else finish_restore(settings, demo_allowed=demo_allowed)
        services = Services(settings)
        try:
            services.database.migrate()
            if not_restored:
                not_restored.note(services.database)
            if not demo_allowed:
                _refuse_the_demo(services, demo=demo)
            _welcome(services, demo=demo, home=home)
        except BaseException:
            services.database.close()
            raise
        # engineio brings a client too, which would load aiohttp: a tenth of the time until the first answer.
        sys.modules.setdefault("aiohttp", None)  # type: ignore[arg-type]  # None: the import system's own "absent"
        from ui.server import run_server

        typer.echo(f"Posewright listens on {settings.address} (stop with Ctrl-C)")
        sys.stdout.flush()
        run_server(services)
    if services.to_restart:
        # The same process and arguments: whoever watches over it sees no end.
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - our own command line


def _check_port_free(settings: "Settings") -> None:
    """Before anything is built: a second start by mistake should say so at once."""
    from ui.settings import SettingsRefused

    try:
        (family, kind, protocol, _name, address), *_others = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        raise SettingsRefused(f"--host: {settings.host} is not an address of this machine") from None
    except OSError as error:
        raise SettingsRefused(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror}; "
            "is Posewright running already? --port chooses another"
        ) from None


def _refuse_the_demo(services: "Services", *, demo: bool) -> None:
    """The demo's names are known to everybody, so other machines must not reach it by mistake."""
    from storage.use_cases.accounts import count_users
    from ui.actions.demo import is_demo
    from ui.settings import SettingsRefused

    with services.database.reading() as session:
        found = is_demo(session) or (demo and not count_users(session))
    if found:
        raise SettingsRefused(
            f"--host: {services.settings.host} can be reached from other machines, and the demo is for this one; "
            "for real work start with --no-demo and an empty home. If it must be, say so twice: --demo-for-others "
            "and POSEWRIGHT_DEMO_FOR_OTHERS=1"
        )


def _welcome(services: "Services", *, demo: bool, home: Path | None) -> None:
    """The demo workspace where nobody has an account yet, or the line that makes the first one."""
    from storage.use_cases.accounts import count_users

    with services.database.reading() as session:
        if count_users(session):
            return
    if not demo:
        from ui.first_admin import PATH, setup_token

        # To the console alone, never to the log: whoever reads it becomes the admin.
        typer.echo(
            "Nobody has an account yet. Make the first one in a browser, at the address\n\n"
            f"    {services.settings.address}{PATH}?token={setup_token(services.secret)}\n\n"
            f"or here, with:\n\n    {FIRST_USER}{home_argument(home)}\n"
        )
        return
    from ui.cli.demo import build_first_demo

    build_first_demo(services)


def _exposed_warning(settings: "Settings") -> str:
    bar = "!" * 78
    return (
        f"{bar}\n"
        f"  WARNING: {settings.host} can be reached from other machines, and nothing encrypts the way here.\n"
        "  Passwords and sessions travel in the clear. Put TLS in front (nginx; then name it in\n"
        "  POSEWRIGHT_TRUSTED_PROXIES), or give POSEWRIGHT_TLS_CERT and POSEWRIGHT_TLS_KEY.\n"
        f"{bar}"
    )
