"""How the dashboards are started: for this machine only, or for readers who sign in; without telemetry, and without a
request to anybody but the provider they sign in at."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from dashboards import components
from dashboards.access.settings import LOOPBACK, Settings, SettingsError, read_settings
from dashboards.theme import STREAMLIT_THEME
from orchestration.installation.paths import Home

STARTER = Path(__file__).with_name("__main__.py")
SCRIPT = Path(__file__).with_name("app.py")
THIS_MACHINE = LOOPBACK[0]


def serve_command(port: int, host: str = THIS_MACHINE) -> list[str]:
    """The command that serves the dashboards at `host` and `port`; reads SHUANGBAI_HOME when it runs."""
    return [sys.executable, str(STARTER), f"--port={port}", f"--host={host}"]


def sign_in_settings(home: Home, host: str) -> Settings | None:
    """The settings of sign-in, or None where there are none and only this machine is served.

    Raises SettingsError for an address that others can reach where nobody has to sign in, and for unusable settings.
    """
    settings = read_settings(home)
    if settings is None and host not in LOOPBACK:
        raise SettingsError("access.needs_sign_in", host=host, file=home.access)
    return settings


def options(port: int, host: str, settings: Settings | None = None) -> dict[str, Any]:
    """Streamlit's own options. Those that would open another way in are set, whatever its configuration files say."""
    encryption = settings.tls if settings else None
    return {
        "server.address": host,
        "server.port": port,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.showEmailPrompt": False,
        "server.enableStaticServing": False,
        "server.enableCORS": True,
        "server.enableXsrfProtection": True,
        "server.enableAgentApi": False,
        "server.trustedUserHeaders": {},
        "server.scriptHealthCheckEnabled": False,
        **({"server.sslCertFile": encryption.certificate, "server.sslKeyFile": encryption.key} if encryption else {}),
        "browser.serverAddress": settings.host if settings else host,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        # A full collection after each rerun took three fifths of the processor under fifty readers.
        "runner.postScriptGC": False,
        "logger.hideWelcomeMessage": True,
        **STREAMLIT_THEME,
    }


@asynccontextmanager
async def code_is_read(_: object) -> AsyncGenerator[None]:
    """Imports what pages draw with before anyone is let in: fifty first readers would wait for each other's imports."""
    importlib.import_module("plotly.graph_objects")
    for module in pkgutil.iter_modules(components.__path__, f"{components.__name__}."):
        importlib.import_module(module.name)
    yield


def serve(port: int, host: str) -> None:
    """Serves until stopped. Raises SettingsError as `sign_in_settings`."""
    import streamlit as st
    from starlette.middleware import Middleware

    from dashboards.access.gate import Gate, OwnOrigin
    from dashboards.access.headers import SafeAnswers
    from dashboards.shell import Shell

    home = Home.from_environment()
    settings = sign_in_settings(home, host)
    if settings is None:
        # A browser on this machine may call it by any of its names.
        origins = tuple(f"http://{f'[{name}]' if ':' in name else name}:{port}" for name in LOOPBACK)
        app = st.App(
            SCRIPT,
            lifespan=code_is_read,
            middleware=[
                Middleware(SafeAnswers, hosts=LOOPBACK, is_encrypted=False),
                Middleware(OwnOrigin, origins=origins, is_required=False),
                Middleware(Shell),
            ],
        )
    else:
        from dashboards.access.files import Files
        from dashboards.access.log import AccessLog, read_or_create_key
        from dashboards.access.readers import require_sign_in
        from dashboards.access.sessions import Sessions
        from dashboards.access.sign_in import ROUTES

        sessions, files = Sessions(settings), Files()
        log = AccessLog(home.logs, read_or_create_key(home.pseudonym_secret))
        require_sign_in(sessions, files, log)
        is_encrypted = settings.address.startswith("https:")
        app = st.App(
            SCRIPT,
            lifespan=code_is_read,
            secrets={"auth": settings.streamlit_secrets(sessions.cookie_secret)},
            routes=ROUTES,
            middleware=[
                Middleware(SafeAnswers, hosts=(settings.host, *LOOPBACK), is_encrypted=is_encrypted),
                Middleware(OwnOrigin, origins=(settings.address,), is_required=True),
                Middleware(Gate, sessions=sessions, files=files, log=log),
                Middleware(Shell),
            ],
        )
    app.run(config=options(port, host, settings))
