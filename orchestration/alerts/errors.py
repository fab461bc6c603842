"""What can go wrong with alerts, with one message in Chinese and English.

Here: the error. Not here: the texts. No message repeats a secret, an address of a webhook, or a server's own words.
"""

from __future__ import annotations

from orchestration.installation.errors import BilingualError


class AlertsError(BilingualError):
    """The settings are wrong, or a message was not delivered."""


class PartlySentError(AlertsError):
    """It arrived, but not at everybody: told, and not sent again to those who have it."""
