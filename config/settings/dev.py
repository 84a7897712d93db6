"""The demo: the production settings over plain http on 127.0.0.1, mails as files, the embedded database."""

import os

from config import env

os.environ.setdefault("APLUS_BASE_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}")
_BASE_URL = os.environ["APLUS_BASE_URL"]
os.environ["APLUS_BASE_URL"] = "https://127.0.0.1"

from config.settings.base import *  # noqa: E402, F403  settings modules extend one another this way
from config.settings.base import STORAGES, VAR_DIR  # noqa: E402

os.environ["APLUS_BASE_URL"] = _BASE_URL
BASE_URL = _BASE_URL.rstrip("/")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

DEMO = True
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SECURE_PROXY_SSL_HEADER = None
TRUSTED_PROXIES = 0
SESSION_COOKIE_NAME = "aplus-session"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_NAME = "aplus-csrf"
CSRF_COOKIE_SECURE = False
LOGIN_LINK_SECONDS = env.number("APLUS_LIEN_SECONDES", 30 * 60)

EMAIL_BACKEND = "aplus.notifications.backends.FileBackend"
MAIL_DIR = VAR_DIR / "mails"

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
