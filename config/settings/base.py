"""Production settings: refuse to start without a key, a database of its own or HTTPS."""

from base64 import b64decode
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import env
from config.settings.common import *  # noqa: F403  settings modules extend one another this way
from config.settings.common import (
    DATABASES,
    FILES_STORAGE,
    KEY_ENCRYPTING_KEYS,
    MAILJET_WEBHOOK,
    PROCONNECT_ISSUER,
    SEARCH_KEY,
    SECRET_KEY,
    VAR_DIR,
)

BASE_URL = env.text("APLUS_BASE_URL").rstrip("/")
ALLOWED_HOSTS = [urlsplit(BASE_URL).hostname or "", *env.words("APLUS_ALLOWED_HOSTS")]
# Where passkeys are made and used.
PASSKEY_ORIGIN = BASE_URL
CSRF_TRUSTED_ORIGINS = [BASE_URL]
TRUSTED_PROXIES = env.number("APLUS_TRUSTED_PROXIES", 1)

SESSION_COOKIE_NAME = "__Host-aplus-session"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-aplus-csrf"
CSRF_COOKIE_SECURE = True
MESSAGES_COOKIE_NAME = "__Host-aplus-messages"
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None

STORAGES = {
    "default": FILES_STORAGE,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

PUBLICATION_DIRECTOR = env.text("APLUS_PUBLICATION_DIRECTOR")
HOSTING = env.text("APLUS_HOSTING")

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("APLUS_SMTP_HOST", "localhost")
EMAIL_PORT = env.number("APLUS_SMTP_PORT", 25)
EMAIL_HOST_USER = env.optional("APLUS_SMTP_USER")
EMAIL_HOST_PASSWORD = env.optional("APLUS_SMTP_PASSWORD")
EMAIL_USE_TLS = env.flag("APLUS_SMTP_TLS", default=True)
EMAIL_TIMEOUT = 20
if env.check_together("APLUS_MAILJET_KEY", "APLUS_MAILJET_SECRET"):
    EMAIL_BACKEND = "aplus.notifications.mailjet.MailjetBackend"

if len(SECRET_KEY) < 40 or len(set(SECRET_KEY)) < 10:
    raise ImproperlyConfigured("APLUS_SECRET_KEY must be 40 random characters or more")
if not KEY_ENCRYPTING_KEYS:
    raise ImproperlyConfigured("APLUS_KEKS is not set: see docs/exploitation.md")
try:
    _search_key = b64decode(SEARCH_KEY, validate=True)
except ValueError:
    _search_key = b""
# The demo's keys, and those of the tests, say what they are.
if len(_search_key) != 32 or len(set(_search_key)) < 10 or _search_key.startswith(b"demo"):
    raise ImproperlyConfigured("APLUS_SEARCH_KEY must be the base64 of 32 random bytes, and not the demo's")
if urlsplit(BASE_URL).scheme != "https":
    raise ImproperlyConfigured("APLUS_BASE_URL must begin with https://")
if PROCONNECT_ISSUER and urlsplit(PROCONNECT_ISSUER).scheme != "https":
    raise ImproperlyConfigured("APLUS_PROCONNECT_ISSUER must begin with https://")
if any(len(secret.partition(":")[2]) < 32 for secret in MAILJET_WEBHOOK):
    raise ImproperlyConfigured("APLUS_MAILJET_WEBHOOK must be user:password, with a password of 32 characters or more")
if env.flag("APLUS_DEBUG", default=False) or env.flag("DEBUG", default=False):
    raise ImproperlyConfigured("debug mode shows what people typed: it does not exist in production")
if not env.flag("APLUS_SECOND_FACTEUR", default=True):
    raise ImproperlyConfigured("only the demo can do without the second factor")
if str(DATABASES["default"]["HOST"]).startswith(str(VAR_DIR)):
    raise ImproperlyConfigured("the embedded database is for the demo: give DATABASE_URL a server of its own")
