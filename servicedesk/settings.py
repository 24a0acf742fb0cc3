"""One settings file; the environment varies it, and a bad or missing value stops the start.

`.env.example` names every variable. Values may also stand in a `.env` file beside `manage.py`.
"""

import logging
from datetime import timedelta
from pathlib import Path

from servicedesk.lib import databases, environment, file_permissions, setting_values

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

env = environment.Environment(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", example="(50 random characters)")
ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"], form=setting_values.allowed_host
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list(
    "CSRF_TRUSTED_ORIGINS", [], form=setting_values.origin, example="https://desk.example.com"
)
BASE_URL = env.parsed(
    "BASE_URL", "http://127.0.0.1:8000", setting_values.site, example="https://desk.example.com"
)
DEFAULT_COMPANY_NAME = "Quayside IT"  # of the demonstration
COMPANY_NAME = env.str("COMPANY_NAME", DEFAULT_COMPANY_NAME, example=DEFAULT_COMPANY_NAME)

# Holds SQLite's file, uploads and the queue of the embedded broker.
VAR_DIR = env.folder("VAR_DIR", BASE_DIR / "var", base=BASE_DIR, make=True)
file_permissions.begin(VAR_DIR)
(VAR_DIR / "queue").mkdir(exist_ok=True)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "viewflow",
    "viewflow.workflow",
    "servicedesk.lib",
    "servicedesk.health",
    "servicedesk.attempts",
    "servicedesk.once",
    "servicedesk.people",
    "catalog",
    "servicedesk.tickets",
    "servicedesk.mail",
    "sla",
    "contracts",
    "workflows",
    "servicedesk.notifications",
    "servicedesk.intake",
    "servicedesk.desk",
    "servicedesk.portal",
    "reports",
    "servicedesk.demo",
]
# viewflow's own pages are not mounted, so its middleware and site are not wanted either.
VIEWFLOW = {"AUTOREGISTER": False}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "servicedesk.lib.middleware.request_id",
    "servicedesk.attempts.middleware.unknown_proxy",
    "servicedesk.lib.middleware.content_security_policy",
    "servicedesk.lib.request_values.possible",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "servicedesk.people.middleware.preferred_language_and_zone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "servicedesk.lib.middleware.refusals",
]

ROOT_URLCONF = "servicedesk.urls"
WSGI_APPLICATION = "servicedesk.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "servicedesk.lib.context.shell",
                "servicedesk.health.context.faults",
                "servicedesk.people.context.own_company",
                "servicedesk.desk.analytics.context.insight",
                "servicedesk.desk.time.running_timer.timer",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "servicedesk.once.templatetags.once",
            ],
        },
    }
]

DATABASE_URL = env.str(
    "DATABASE_URL",
    f"sqlite:///{VAR_DIR / 'servicedesk.sqlite3'}",
    form=databases.understood,
    example="postgres://desk:secret@127.0.0.1:5432/desk",
)
DATABASES = {"default": databases.settings_of(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    file_permissions.database(DATABASES["default"]["NAME"])
# How many connections we may open: web processes × threads, and one for each process of the workers.
WEB_PROCESSES = env.int("WEB_PROCESSES", 1, least=1, most=1000)
WEB_THREADS = env.int("WEB_THREADS", 4, least=1, most=1000)
WORKER_PROCESSES = env.int("WORKER_PROCESSES", 2, least=1, most=1000)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["servicedesk.people.backends.EmailBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "people:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "people:sign-in"
# How many proxies stand in front; None: nobody said. Limits of sign-in count by the visitor's address.
_proxies = env.int("PROXY_COUNT", -1, most=20, example="1")
PROXY_COUNT = None if _proxies < 0 else _proxies

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ru", "Русский"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "servicedesk.formats"

STATIC_URL = "static/"
STATIC_ROOT = env.folder("STATIC_ROOT", VAR_DIR / "static", base=BASE_DIR)
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.folder("MEDIA_ROOT", VAR_DIR / "media", base=BASE_DIR)
file_permissions.elsewhere(MEDIA_ROOT)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "servicedesk.lib.static_files.Storage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},  # for everybody
    },
}
FILE_UPLOAD_PERMISSIONS = file_permissions.FILE
FILE_UPLOAD_DIRECTORY_PERMISSIONS = file_permissions.FOLDER
WHITENOISE_USE_FINDERS = DEBUG

# Behind TLS (BASE_URL says so) everything insists on it.
HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", False) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600

# Mail: nothing leaves without EMAIL_HOST; it is then kept readable on the desk.
EMAIL_BACKEND = "servicedesk.mail.outgoing.backend.OutboxBackend"
EMAIL_HOST = env.str("EMAIL_HOST", "", form=setting_values.mail_host, example="smtp.example.com")
EMAIL_PORT = env.int("EMAIL_PORT", 587 if EMAIL_HOST else 25, least=1, most=65535, example="587")
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "", example="desk")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "", example="(one line)")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", EMAIL_PORT == 587)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", EMAIL_PORT == 465)
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    env.refuse("EMAIL_USE_TLS and EMAIL_USE_SSL exclude each other. Example: EMAIL_USE_SSL=False")
EMAIL_TIMEOUT = 30
DEFAULT_SENDER = f"{DEFAULT_COMPANY_NAME} <desk@quayside.example>"
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", DEFAULT_SENDER, form=setting_values.sender, example=DEFAULT_SENDER
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Bare, where the mail server delivers “desk+anything@…” to the desk too: answers then carry a token there.
MAIL_REPLY_ADDRESS = env.str(
    "MAIL_REPLY_ADDRESS", "", form=setting_values.address_or_none, example="desk@quayside.example"
)
# Under which names our own receiving server writes Authentication-Results; nobody else's count.
MAIL_AUTHSERV_IDS: list[str] = env.list(
    "MAIL_AUTHSERV_IDS", [], example="mx.quayside.example", form=setting_values.server_name
)

ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", 20 * 1024 * 1024, least=1)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000  # a whole SLA matrix sent without scripts

# Who hears what happens to a ticket, in this order, inside the same transaction.
# The one place where the core reaches the apps above it.
TICKET_EVENT_HANDLERS = [
    "sla.clocks.lifecycle.on_ticket_event",
    "contracts.hours.reservations.on_ticket_event",
    "workflows.steps.group_change.on_ticket_event",
    "workflows.engine.timers.on_ticket_event",
    "servicedesk.notifications.handlers.on_ticket_event",
]
CONTRACT_EVENT_HANDLERS = ["servicedesk.notifications.prepaid_hours.on_contract_event"]
SEALING_KEYS: list[str] = env.list(
    "SEALING_KEYS", [], example="(50 random characters)", form=setting_values.passphrase
)  # the newest first; empty: SECRET_KEY
SECRETS_KEPT = timedelta(days=env.int("SECRETS_KEPT_DAYS", 14, most=36_500))  # after a ticket is closed
AUTO_CLOSE_AFTER = timedelta(days=env.int("AUTO_CLOSE_DAYS", 7, most=36_500))
REOPEN_GRACE = timedelta(days=env.int("REOPEN_GRACE_DAYS", 14, most=36_500))

CELERY_BROKER_URL = env.parsed(
    "BROKER_URL", "filesystem://", setting_values.broker, example="redis://127.0.0.1:6379/0"
)
if CELERY_BROKER_URL == "filesystem://":
    _queue = VAR_DIR / "queue"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue),
        "data_folder_out": str(_queue),
        "control_folder": str(VAR_DIR / "queue-control"),
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 300  # seconds
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_ALWAYS_EAGER", False)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_DB_REUSE_MAX = 10**9  # never by count: CONN_MAX_AGE says how long, as for the web
CELERY_BEAT_SCHEDULER = "servicedesk.health.scheduler:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 30  # seconds between two signs of life
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep-sla-clocks": {"task": "sla.tasks.sweep", "schedule": 60.0},
    "tell-of-escalations": {
        "task": "servicedesk.notifications.tasks.tell_of_escalations",
        "schedule": 60.0,
    },
    "apply-changed-terms": {"task": "sla.tasks.sweep_changes", "schedule": 60.0},
    "summarise-process-runs": {"task": "workflows.tasks.summarise_runs", "schedule": 60.0},
    "sweep-approvals": {"task": "workflows.tasks.sweep_approvals", "schedule": 60.0},
    "fire-process-timers": {"task": "workflows.tasks.fire_timers", "schedule": 60.0},
    "send-waiting-mail": {"task": "servicedesk.mail.tasks.sweep_outbox", "schedule": 60.0},
    "retry-stored-mail": {"task": "servicedesk.intake.tasks.sweep_raw_mail", "schedule": 300.0},
    "expire-prepaid-hours": {"task": "contracts.tasks.expire_hours", "schedule": 3600.0},
    "apply-planned-terms": {"task": "contracts.tasks.apply_planned_terms", "schedule": 60.0},
    "alert-about-hours": {"task": "contracts.tasks.alert_about_hours", "schedule": 600.0},
    "fold-finished-tally": {"task": "servicedesk.tickets.tasks.fold_tally", "schedule": 300.0},
    "recount-finished-tally": {"task": "servicedesk.tickets.tasks.recount_tally", "schedule": 86_400.0},
    "wipe-secrets": {"task": "servicedesk.tickets.tasks.wipe_secrets", "schedule": 3600.0},
    "forget-old-tries": {"task": "servicedesk.attempts.tasks.forget_old_tries", "schedule": 3600.0},
    "forget-sent-forms": {"task": "servicedesk.once.tasks.forget_sent_forms", "schedule": 3600.0},
    "send-due-reports": {"task": "reports.tasks.sweep_schedules", "schedule": 60.0},
}

# Since when the oldest due work of each queue waits: `/health/ready` and administrators hear when it is late.
HEALTH_QUEUES = {
    "outgoing-mail": "servicedesk.mail.waiting.outgoing",
    "incoming-mail": "servicedesk.mail.waiting.incoming",
    "deadlines": "sla.sweep.backlog.deadlines",
    "escalation-notices": "sla.sweep.backlog.notices",
    "changed-terms": "sla.sweep.backlog.changes",
    "process-timers": "workflows.engine.timers.oldest_due",
    "reports": "reports.delivery.backlog.oldest",
}
HEALTH_ON_PAGES = True

LOG_LEVEL = env.log_level("LOG_LEVEL", logging.INFO)
LOG_JSON = env.bool("LOG_JSON", not DEBUG)
LOGGING_CONFIG = "servicedesk.lib.logs.configure"
LOGGING = {"level": LOG_LEVEL, "json": LOG_JSON}

SILENCED_SYSTEM_CHECKS: list[str] = []

if DEBUG and not environment.fits_debug(BASE_URL, ALLOWED_HOSTS, DATABASES["default"]["ENGINE"]):
    env.refuse(environment.DEBUG_BESIDE_PRODUCTION)
env.finish()
