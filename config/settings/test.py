"""The demo's settings made strict: no network, no real mail, every query seen."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("DATABASE_URL", "postgresql://aplus@/aplus")
os.environ.setdefault("APLUS_SECRET_KEY", "only-for-the-tests-only-for-the-tests-only")
os.environ.setdefault("APLUS_KEKS", "test:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
os.environ.setdefault("APLUS_SEARCH_KEY", "ZGVtby1vbmx5LWZvci10aGUtdGVzdHMtMDEyMzQ1Njc=")
os.environ["APLUS_VAR"] = tempfile.mkdtemp(prefix="aplus-tests-")

from config.settings.dev import *  # noqa: F403  settings modules extend one another this way
from config.settings.dev import DATABASES, PASSWORD_HASHERS

atexit.register(shutil.rmtree, os.environ["APLUS_VAR"], ignore_errors=True)

BASE_URL = "http://testserver"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSKEY_ORIGIN = BASE_URL
CSRF_TRUSTED_ORIGINS = [BASE_URL]
# No pool; a query that would never end fails, as in production.
DATABASES["default"]["OPTIONS"] = {"options": "-c statement_timeout=60s"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# The true one takes a tenth of a second each time: tests/accounts/test_passwords.py holds it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
# Each test client would list every static file of the design system; the browser's site keeps the demo's way.
WHITENOISE_USE_FINDERS = False
