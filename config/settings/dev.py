"""The demo: plain http on 127.0.0.1, mails as files, the embedded database allowed; never in production."""

from urllib.parse import urlsplit

from config import env
from config.settings.common import *  # noqa: F403  settings modules extend one another this way
from config.settings.common import FILES_STORAGE, INSTALLED_APPS, VAR_DIR

DEMO = True
INSTALLED_APPS = [*INSTALLED_APPS, "dev.demo"]

BASE_URL = env.text("APLUS_BASE_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}").rstrip("/")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", urlsplit(BASE_URL).hostname or ""]
# Browsers refuse passkeys at a numeric address.
PASSKEY_ORIGIN = BASE_URL.replace("127.0.0.1", "localhost")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
TRUSTED_PROXIES = 0

# Over plain http a cookie has neither the prefix nor Secure (privacy-and-security.md §3).
SESSION_COOKIE_NAME = "aplus-session"
CSRF_COOKIE_NAME = "aplus-csrf"
MESSAGES_COOKIE_NAME = "aplus-messages"
SECOND_FACTOR_ASKED = env.flag("APLUS_SECOND_FACTEUR", default=True)
LOGIN_LINK_SECONDS = env.number("APLUS_LIEN_SECONDES", 30 * 60)

EMAIL_BACKEND = "aplus.notifications.backends.FileBackend"
MAIL_DIR = VAR_DIR / "mails"

STORAGES = {
    "default": FILES_STORAGE,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
