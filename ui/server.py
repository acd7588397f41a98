"""Puts pages, routes and sockets on NiceGUI's application and runs it."""

from typing import Any

from nicegui import app, ui
from nicegui.slot import Slot

from ui.data_routes import add_data_routes
from ui.first_admin import FirstAdmin
from ui.guard import Guard
from ui.i18n import language_source
from ui.jobs.office import JobOffice
from ui.live.board_socket import add_board_socket
from ui.live.news_socket import add_news_socket
from ui.live.socket import add_stage_socket
from ui.logs import report
from ui.outbox_watch import OutboxWatch
from ui.overlay_routes import add_overlay_routes
from ui.pages.account import add_account
from ui.pages.admin.audit import add_audit_page
from ui.pages.admin.boxes import add_boxes
from ui.pages.admin.data import add_data
from ui.pages.admin.keeping import add_keeping
from ui.pages.admin.library import add_library_pages
from ui.pages.admin.people import add_people_pages
from ui.pages.admin.system import add_system_page
from ui.pages.admin.work import add_work_pages
from ui.pages.annotate import add_annotate
from ui.pages.board import add_board
from ui.pages.errors import add_error_pages
from ui.pages.fresh_pages import FreshPages
from ui.pages.how_to import add_how_to
from ui.pages.login import add_login
from ui.pages.own_keys import add_own_keys
from ui.pages.password import add_password_pages
from ui.pages.qualify import add_qualify
from ui.pages.quality import add_quality_pages
from ui.pages.review.history import add_history
from ui.pages.review.queue import add_queue
from ui.pages.setup import add_setup
from ui.pages.statistics import add_statistics
from ui.pages.tasks import add_tasks
from ui.pages.watch import add_watch
from ui.path_numbers import bound_path_numbers
from ui.refusals import Refusals
from ui.restoring import Restoring
from ui.routes import add_routes
from ui.services import Services
from ui.session_watch import SessionWatch
from ui.small_photos import add_small_photos
from ui.theme import ASSETS
from ui.zone import zone_source

RECONNECT_PATIENCE_S = 30.0
"""How long a page that lost its connection is kept: a tunnel, a lid that was closed, a change of network."""
MAX_SOCKET_MESSAGE_BYTES = 1024 * 1024


def build_server(services: Services) -> None:
    """Registers everything that answers on NiceGUI's one application."""
    bound_path_numbers()
    language_source(lambda: _of_open_page("language"))
    zone_source(lambda: _of_open_page("zone"))
    watch = OutboxWatch(services)
    watch.subscribe("session.ended", lambda event: services.live_sessions.end_session(event.object_id))
    app.on_startup(services.start)
    session_watch = SessionWatch(services)
    refusals = Refusals(services)
    first = FirstAdmin(services)
    app.on_startup(watch.start)
    app.on_startup(session_watch.start)
    office = JobOffice(services)
    watch.subscribe("job.changed", office.heard)
    watch.subscribe("job.changed", Restoring(services).heard)
    app.on_startup(office.start)
    app.on_shutdown(office.close)
    app.on_shutdown(watch.close)
    app.on_shutdown(session_watch.close)
    app.on_shutdown(refusals.write)
    app.on_exception(lambda error: report(error, "in an open page"))
    app.add_middleware(Guard, services=services)
    app.config.socket_io_js_transports = ["websocket"]  # the guard refuses the other way
    add_error_pages(app)
    add_login(app, services, first, refusals)
    add_setup(app, services, first)
    add_password_pages(app, services)
    add_account(app, services)
    add_routes(app, services)
    add_overlay_routes(app, services)
    fresh = FreshPages(services, watch)
    add_tasks(app, services, fresh)
    add_statistics(app, services)
    add_qualify(app, services)
    add_queue(app, services, fresh)
    add_history(app, services, fresh)
    add_quality_pages(app, services)
    app.on_shutdown(add_how_to(app, services).close)
    add_own_keys(app, services)
    add_annotate(app, services)
    live = add_stage_socket(app, services, watch)
    add_board_socket(app, live, watch)
    add_news_socket(app, live)
    add_board(app, services)
    add_watch(app, services)
    add_small_photos(app, services)
    add_people_pages(app, services)
    add_work_pages(services)
    add_library_pages(services)
    add_audit_page(app, services)
    add_system_page(app, services, live.clients)
    add_data_routes(app, services)
    add_data(app, services, office)
    add_boxes(app, services)
    add_keeping(app, services, office)
    app.on_shutdown(services.close)  # last: what was registered before it still writes to the database


def run_server(services: Services) -> None:
    """Runs until it is told to stop."""
    settings = services.settings
    build_server(services)
    proxies = settings.trusted_proxies
    ui.run(
        host=settings.host,
        port=settings.port,
        title="Posewright",
        favicon=ASSETS["mark.svg"],
        dark=None,
        show=False,
        reload=False,
        tailwind=False,
        show_welcome_message=False,
        reconnect_timeout=RECONNECT_PATIENCE_S,
        binding_refresh_interval=None,
        log_config=None,
        access_log=False,
        server_header=False,
        ws_per_message_deflate=False,
        ws_max_size=MAX_SOCKET_MESSAGE_BYTES,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or None,
        ssl_certfile=str(settings.tls_cert) if settings.tls_cert else None,
        ssl_keyfile=str(settings.tls_key) if settings.tls_key else None,
        timeout_graceful_shutdown=5,
    )


def _of_open_page(name: str) -> Any:
    """What the guard noted of its request, for what a page does later, outside the request that built it."""
    stack = Slot.get_stack()
    if not stack:
        return None
    return getattr(stack[-1].parent.client.request.state, name, None)
