"""What answers at the server's address while a backup is put in place and there is no server yet."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AI_PASSIVE, SOCK_STREAM, getaddrinfo
from socketserver import TCPServer

from ui.i18n import _, negotiate, use_language
from ui.logs import log
from ui.settings import Settings

COME_BACK_S = 3
PATIENCE_S = 10.0
"""For whoever connects and says nothing."""
PAGE = """<!doctype html><html lang="{language}"><meta charset="utf-8"><meta http-equiv="refresh" content="{seconds}">
<title>Posewright</title><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<body style="display:grid;place-content:center;min-height:90vh;font:1.1rem system-ui,sans-serif;text-align:center">
<p>{words}</p></body></html>"""
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Retry-After": str(COME_BACK_S),
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}


@contextmanager
def standing_in(settings: Settings) -> Iterator[None]:
    """Answers everything with 503 and a page that looks again by itself. Where the address cannot be had, nobody is
    told: what happens inside must not fail for that."""
    try:
        server = _server(settings)
    except OSError as error:
        log.warning("nobody can be told that a backup is being restored: %s", error)
        yield
        return
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _server(settings: Settings) -> ThreadingHTTPServer:
    (family, _kind, _protocol, _name, address), *_others = getaddrinfo(
        settings.host, settings.port, type=SOCK_STREAM, flags=AI_PASSIVE
    )

    class Server(ThreadingHTTPServer):
        address_family = family
        daemon_threads = True
        block_on_close = False

        def server_bind(self) -> None:
            TCPServer.server_bind(self)  # HTTPServer's looks the host's name up, which may take as long as it likes
            self.server_name, self.server_port = str(address[0]), int(address[1])

    server = Server((str(address[0]), int(address[1])), _Answer)
    if settings.tls_cert and settings.tls_key:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    return server


class _Answer(BaseHTTPRequestHandler):
    timeout = PATIENCE_S
    server_version = "Posewright"
    sys_version = ""

    def _say(self) -> None:
        language = negotiate(None, self.headers.get("Accept-Language", ""))
        with use_language(language):
            words = _("Posewright is being restored, back in a moment. You will have to log in again.")
        content = PAGE.format(language=language, seconds=COME_BACK_S, words=words).encode()
        self.send_response(HTTPStatus.SERVICE_UNAVAILABLE)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = _say  # noqa: N815 - the base class calls them so

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a page that waits asks again and again."""
