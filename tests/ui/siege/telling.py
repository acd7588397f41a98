"""Put into the program by `FIRST`: it writes down, once the server is up, everything that it answers."""

import json
from pathlib import Path
from typing import Any

from nicegui import app

import ui.server
from ui.services import Services

FILE = "routes.json"
FIRST = f"import ui.server, {__name__} as telling; ui.server.build_server = telling.build_and_tell"


def routes_of(application: Any) -> list[str]:
    """`GET /path` for each method of a route; WEBSOCKET and MOUNT for the others."""
    found: set[str] = set()
    for route in application.routes:
        kind = type(route).__name__
        if "WebSocket" in kind:
            found.add(f"WEBSOCKET {route.path}")
        elif kind == "Mount":
            found.add(f"MOUNT {route.path}")
        else:
            found |= {f"{method} {route.path}" for method in route.methods - {"HEAD", "OPTIONS"}}
    return sorted(found)


def build_and_tell(services: Services, build: Any = ui.server.build_server) -> None:
    build(services)
    told = Path(services.settings.home) / FILE
    app.on_startup(lambda: told.write_text(json.dumps(routes_of(app)), "utf-8"))
