"""What production, the demo and the tests share; each of them extends it."""

from datetime import timedelta

from config import env, logs

DEBUG = False
SECRET_KEY = env.text("APLUS_SECRET_KEY")
VAR_DIR = env.var_dir()

INSTALLED_APPS = [
    "aplus.help",
    "aplus.pilotage",
    "aplus.retention",
    "aplus.gestion",
    "aplus.demandes",
    "aplus.accounts",
    "aplus.annuaire",
    "aplus.attachments",
    "aplus.notifications",
    "aplus.vault",
    "aplus.ui",
    "aplus.access",
    "aplus.journal",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "widget_tweaks",
    "dsfr",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "aplus.ui.middleware.RequestLogMiddleware",
    "aplus.ui.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "aplus.ui.middleware.CompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "aplus.ui.middleware.UnavailableMiddleware",
    "aplus.ui.middleware.BodyLimitMiddleware",
    "aplus.accounts.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "aplus.accounts.middleware.ActorMiddleware",
    "aplus.access.middleware.DefaultDenyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "aplus.ui.context.page",
                "aplus.help.presenters.own_page.page_help",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

_database = env.database()
_seconds = env.number("APLUS_STATEMENT_SECONDS", 60)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.name,
        "USER": _database.user,
        "PASSWORD": _database.password,
        "HOST": _database.host,
        "PORT": _database.port,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            **_database.options,
            # The seals of the journal rely on it: no transaction lasts two minutes.
            "options": f"-c statement_timeout={_seconds}s -c idle_in_transaction_session_timeout={_seconds}s",
            "pool": {"min_size": 1, "max_size": env.number("APLUS_POOL", 8), "timeout": 5},
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
SESSION_ENGINE = "aplus.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE = timedelta(hours=12)
SESSION_MAX = timedelta(days=7)
SESSION_SHARED_IDLE = timedelta(hours=1)
SESSION_SHARED_MAX = timedelta(hours=12)
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "aplus.ui.views.csrf_failure"
MESSAGE_STORAGE = "aplus.ui.flash.FlashStorage"
LOGIN_LINK_SECONDS = 30 * 60
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# Only the demo can do without.
SECOND_FACTOR_ASKED = True

# Without an issuer there is no ProConnect: neither its button nor its addresses.
PROCONNECT_ISSUER = env.optional("APLUS_PROCONNECT_ISSUER")
PROCONNECT_CLIENT_ID = env.optional("APLUS_PROCONNECT_CLIENT_ID")
PROCONNECT_CLIENT_SECRET = env.optional("APLUS_PROCONNECT_CLIENT_SECRET")
env.check_together("APLUS_PROCONNECT_ISSUER", "APLUS_PROCONNECT_CLIENT_ID", "APLUS_PROCONNECT_CLIENT_SECRET")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# "id:base64 of 32 bytes", separated by commas; the first one wraps new secrets.
KEY_ENCRYPTING_KEYS = env.words("APLUS_KEKS")
# Base64 of 32 bytes: the key of the blind index.
SEARCH_KEY = env.text("APLUS_SEARCH_KEY")
MAX_BODY_BYTES = 40 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 30
# Never written to a temporary file: what is uploaded is in clear until it is encrypted.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES

FILES_STORAGE = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": VAR_DIR / "fichiers"},
}
# "host:port", or the path of a unix socket; empty: files are available at once, not scanned.
CLAMD = env.socket_address("APLUS_CLAMD")
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"

LANGUAGE_CODE = "fr"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

SUPPORT_EMAIL = env.text("APLUS_SUPPORT_EMAIL", "contact@aplus.beta.gouv.fr")
# What the law wants on the legal notice; production does not start without.
PUBLICATION_DIRECTOR = env.optional("APLUS_PUBLICATION_DIRECTOR")
HOSTING = env.optional("APLUS_HOSTING")
# Empty: people write to the data protection officer by the contact form.
DPO_EMAIL = env.optional("APLUS_DPO_EMAIL")
DEFAULT_FROM_EMAIL = f"Administration+ <{SUPPORT_EMAIL}>"

# Mailjet, when production is given its keys. Counting who opens or clicks would read over people's shoulder, and pass
# the links of mails, sign-in links among them, through another site.
ANYMAIL = {
    "MAILJET_API_KEY": env.optional("APLUS_MAILJET_KEY"),
    "MAILJET_SECRET_KEY": env.optional("APLUS_MAILJET_SECRET"),
    "REQUESTS_TIMEOUT": 20,
    "SEND_DEFAULTS": {"track_opens": False, "track_clicks": False},
}

# "user:password" that Mailjet's events come with; empty: their address is a 404. Two of them while one is changed.
MAILJET_WEBHOOK = env.words("APLUS_MAILJET_WEBHOOK")

# The demo world's conveniences (mails as files, personas); never in production.
DEMO = False

DSFR_USE_INTEGRITY_CHECKSUMS = False
DSFR_CONTENT_IS_SAFE = False

PROCRASTINATE_IMPORT_PATHS: list[str] = []

LOGGING_CONFIG = None
logs.configure()
