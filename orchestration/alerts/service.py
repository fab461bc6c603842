"""Alerts to any service that apprise knows: chat, phone, text messages.

Here: apprise's address, limits and outcome. Not here: the words, when to send, or the channels of our own. E-mail and
the robots of WeCom and DingTalk stay our own (`mail`, `webhook`) for what apprise 2.3 does not promise of them: an
answer 200 with an error in it is no delivery; a robot may be at another address than the vendor's; a county may have a
certificate of its own; a mail that some have is not sent again because others were refused; errors say what to mend.
"""

from __future__ import annotations

import logging

from apprise import Apprise, AppriseAsset, NotifyFormat

from orchestration.alerts.digest import Digest
from orchestration.alerts.errors import AlertsError
from orchestration.alerts.forms import body
from orchestration.alerts.settings import Service, secret

# Its log repeats addresses and a server's own words.
logging.getLogger("apprise").disabled = True


def send_to_service(channel: Service, digest: Digest, cut: str, timeout_seconds: float) -> None:
    """Raises AlertsError; whatever else a service raises is its own."""
    # An address that holds a key is not sent on to anybody else.
    service = Apprise.instantiate(secret(channel.url_variable), asset=AppriseAsset(http_redirects=False))
    if service is None:
        raise AlertsError("alerts.bad_service", variable=channel.url_variable)
    service.socket_connect_timeout = service.socket_read_timeout = timeout_seconds
    # Services without a title of their own get it above the text, within the same length.
    room = service.body_maxlen - (0 if service.title_maxlen else len(f"{digest.title}\r\n".encode()))
    if not service.notify(body=body(digest, room, cut), title=digest.title, body_format=NotifyFormat.TEXT):
        raise AlertsError("alerts.not_taken")
