"""Messages shown once after an act, in a cookie named like the others (no personal data is ever put there)."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class FlashStorage(CookieStorage):
    """Django's cookie storage, under the name that the settings give."""

    cookie_name = settings.MESSAGES_COOKIE_NAME
