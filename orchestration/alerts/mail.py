"""Alerts by e-mail.

Here: the message and SMTP. Not here: the words, or when to send.
"""

from __future__ import annotations

import smtplib
import ssl
from email import policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any

from orchestration.alerts.digest import Digest
from orchestration.alerts.errors import AlertsError, PartlySentError
from orchestration.alerts.forms import html, plain
from orchestration.alerts.settings import Email, secret


def send_mail(channel: Email, digest: Digest, timeout_seconds: float) -> None:
    """To all recipients in one message. Raises AlertsError (PartlySentError if some have it), OSError, ssl.SSLError."""
    try:
        with _connected(channel, timeout_seconds) as server:
            if channel.username and channel.password_variable:
                server.login(channel.username, secret(channel.password_variable))
            refused = server.send_message(_message(channel, digest))
    except smtplib.SMTPAuthenticationError:
        raise AlertsError("alerts.login_refused") from None
    except smtplib.SMTPNotSupportedError:
        raise AlertsError("alerts.not_supported") from None
    except smtplib.SMTPRecipientsRefused:
        raise AlertsError("alerts.recipients_refused") from None
    except smtplib.SMTPServerDisconnected:
        raise AlertsError("alerts.broken_off") from None
    except smtplib.SMTPResponseException as error:
        raise AlertsError("alerts.answered", code=error.smtp_code) from None
    if refused:
        raise PartlySentError("alerts.some_recipients_refused", count=len(refused))


def _connected(channel: Email, timeout_seconds: float) -> smtplib.SMTP:
    """The name given in the greeting is the sender's domain: the machine's own is nobody's business."""
    greeting: dict[str, Any] = {"local_hostname": channel.sender.split("@")[1], "timeout": timeout_seconds}
    if channel.security == "plain":
        return smtplib.SMTP(channel.host, channel.port, **greeting)
    context = ssl.create_default_context(cafile=channel.ca_file)
    if channel.security == "tls":
        return smtplib.SMTP_SSL(channel.host, channel.port, context=context, **greeting)
    server = smtplib.SMTP(channel.host, channel.port, **greeting)
    try:
        server.starttls(context=context)
    except (OSError, ValueError):  # What SMTP and TLS raise, and a host that no certificate can name.
        server.close()
        raise
    return server


def _message(channel: Email, digest: Digest) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = digest.title
    message["From"] = channel.sender
    message["To"] = ", ".join(channel.recipients)
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=channel.sender.split("@")[1])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain(digest))
    message.add_alternative(html(digest), subtype="html")
    return message
