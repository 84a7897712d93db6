"""Sending through Mailjet (API v3.1): without what its API refuses, with what its events need to find a line."""

from typing import Any

from anymail.backends.mailjet import EmailBackend, MailjetPayload
from anymail.exceptions import AnymailRecipientsRefused

from aplus.notifications.mails import Mail

# Mailjet writes them itself, and refuses the whole mail when they are given (error send-0011).
OWN_HEADERS = frozenset({"message-id", "date"})


class Payload(MailjetPayload):  # type: ignore[misc]  # Anymail says no types
    """A mail as Mailjet's API wants it, under the id of its line: CustomID comes back in every event."""

    def set_extra_headers(self, headers: Any) -> None:
        """Every header of ours but the two that Mailjet keeps for itself."""
        super().set_extra_headers({name: value for name, value in headers.items() if name.lower() not in OWN_HEADERS})


class MailjetBackend(EmailBackend):  # type: ignore[misc]  # the same
    """Anymail's, for the mails of this product only; a mail that Mailjet did not take is an error, and tried again."""

    def build_message_payload(self, message: Any, defaults: Any) -> Payload:
        """One mail, one recipient, one CustomID."""
        if not isinstance(message, Mail):
            raise TypeError("mails are built by aplus.notifications only")
        payload = Payload(message, defaults, self)
        payload.data["Globals"]["CustomID"] = message.line_id.hex
        return payload

    def raise_for_recipient_status(self, anymail_status: Any, response: Any, payload: Any, message: Any) -> None:
        """Anymail takes a mail that Mailjet refused (« failed ») for one that was sent."""
        if anymail_status.status != {"sent"}:
            raise AnymailRecipientsRefused(email_message=message, payload=payload, response=response, backend=self)
