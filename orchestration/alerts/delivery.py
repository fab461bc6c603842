"""One digest to several channels at once, each within its time.

Here: who is waited for and how long, and which error becomes which message. Not here: how each is sent, or the words.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Mapping

from orchestration.alerts.digest import Digest
from orchestration.alerts.errors import AlertsError
from orchestration.alerts.mail import send_mail
from orchestration.alerts.settings import Channel, Email, Service, Settings
from orchestration.alerts.webhook import send_webhook
from orchestration.installation.messages import command_line_messages

# A server may answer a byte at a time: each step has its timeout, and all of them together this many of it.
STEPS = 3


def deliver(settings: Settings, digests: Mapping[str, Digest]) -> dict[str, AlertsError | None]:
    """Send each channel, by name, its digest; what went wrong by channel, None where it arrived. Never raises."""
    outcomes: dict[str, AlertsError | None] = {name: AlertsError("alerts.timed_out") for name in digests}

    def send(channel: Channel) -> None:
        outcomes[channel.name] = _attempt(channel, digests[channel.name], settings)

    # Daemons: a server that never ends its answer must not keep the run from ending.
    threads = [
        threading.Thread(target=send, args=(channel,), daemon=True)
        for channel in settings.channels
        if channel.name in digests
    ]
    deadline = time.monotonic() + STEPS * settings.timeout_seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return dict(outcomes)


def _attempt(channel: Channel, digest: Digest, settings: Settings) -> AlertsError | None:
    try:
        cut = command_line_messages()("alerts.cut", settings.language)
        match channel:
            case Email():
                send_mail(channel, digest, settings.timeout_seconds)
            case Service():
                # Apprise takes its time to load, and most installations have no such channel.
                from orchestration.alerts.service import send_to_service

                send_to_service(channel, digest, cut, settings.timeout_seconds)
            case _:
                send_webhook(channel, digest, cut, settings.timeout_seconds)
    except AlertsError as error:
        return error
    except TimeoutError:
        return AlertsError("alerts.timed_out")
    except ssl.SSLError:
        return AlertsError("alerts.not_secure")
    except socket.gaierror:
        return AlertsError("alerts.unknown_host")
    except OSError as error:
        return AlertsError("alerts.unreachable", kind=type(error).__name__)
    except Exception as error:  # Whatever a server makes of the protocol, the run goes on.
        return AlertsError("alerts.unexpected", kind=type(error).__name__)
    return None
