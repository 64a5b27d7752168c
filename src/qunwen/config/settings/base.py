"""Settings of every installation. demo.py and production.py only tighten or loosen these."""

import os
from pathlib import Path

from qunwen.config.home import database, home

QUNWEN_HOME = home()
QUNWEN_DEMO = False
QUNWEN_PUBLIC_URL = os.environ.get("QUNWEN_PUBLIC_URL", "http://127.0.0.1:8000")

DEBUG = False
ALLOWED_HOSTS = os.environ.get("QUNWEN_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("QUNWEN_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    # floor 4
    "qunwen.faces.command",
    "qunwen.faces.desk",
    "qunwen.faces.portal",
    "qunwen.faces.api",
    # floor 3
    "qunwen.governance.dashboards",
    "qunwen.governance.reports",
    "qunwen.governance.norms",
    "qunwen.governance.scores",
    "qunwen.governance.targets",
    "qunwen.governance.plausibility",
    "qunwen.governance.returns",
    "qunwen.governance.indicators",
    # floor 2
    "qunwen.services.venues",
    "qunwen.services.activities",
    "qunwen.services.rooms",
    "qunwen.services.bookings",
    "qunwen.services.afterschool",
    "qunwen.services.draws",
    "qunwen.services.school",
    # floor 1
    "qunwen.base.scope",
    "qunwen.base.journal",
    "qunwen.base.places",
    "qunwen.base.people",
    "qunwen.base.notices",
    "qunwen.base.evidence",
    "qunwen.base.reviews",
    "qunwen.base.measures",
    "qunwen.base.papers",
    "qunwen.base.ui",
    # floor 0
    "qunwen.gateways.sms",
    # Wagtail: the desk
    "wagtail.contrib.settings",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    # staff log-in
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "qunwen.base.journal.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "qunwen.base.ui.middleware.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "qunwen.faces.portal.middleware.TextGZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "qunwen.faces.portal.middleware.PortalLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "qunwen.base.people.web.sessions.StaffSessionMiddleware",
    "qunwen.base.people.web.who.WhoMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "qunwen.config.urls"
WSGI_APPLICATION = "qunwen.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qunwen.base.people.web.who.acting",
                "qunwen.base.ui.context.house",
            ],
        },
    }
]

DATABASES = {"default": database(QUNWEN_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "qunwen.base.people.web.backends.LockoutBackend",
    "qunwen.base.people.web.backends.GrantBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"

SESSION_COOKIE_AGE = 12 * 3600  # absolute limit for staff; residents are re-verified by phone
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "SAMEORIGIN"
CSRF_FAILURE_VIEW = "qunwen.base.ui.web.errors.csrf_failed"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
QUNWEN_SITE_PROFILE = "qunwen.faces.portal.site.profile"
# Who adds up figures: duckdb, in the process itself; or spark, on the cluster of that master (an extra).
QUNWEN_ENGINE = os.environ.get("QUNWEN_ENGINE", "duckdb")
QUNWEN_SPARK_MASTER = os.environ.get("QUNWEN_SPARK_MASTER", "local[2]")
QUNWEN_COUNTY = os.environ.get("QUNWEN_COUNTY", "")  # the county the portal shows first, where several are loaded
QUNWEN_PAGE_SECONDS = 3  # how old a page may be that everybody gets alike
QUNWEN_API_PER_MINUTE = 360  # requests of one token or resident
QUNWEN_API_PER_MINUTE_PUBLIC = 240  # of one address without a token
QUNWEN_REACTIONS = "qunwen.config.reactions.REACTIONS"
# A room with check-in is free again when nobody came so many minutes after the beginning; 0: never.
QUNWEN_ROOM_NO_SHOW_MINUTES = int(os.environ.get("QUNWEN_ROOM_NO_SHOW_MINUTES", "20"))
QUNWEN_IDLE_LOGOUT_SECONDS = 30 * 60
QUNWEN_LOCKOUT_TRIES = 5
QUNWEN_LOCKOUT_SECONDS = 30 * 60
QUNWEN_LOCKOUT_ACCOUNT_TRIES = 20  # from all addresses together

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["qunwen.config.formats"]
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "locale"]  # what Wagtail has no Chinese for

STATIC_URL = "/static/"
STATIC_ROOT = QUNWEN_HOME / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = QUNWEN_HOME / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "qunwen.config.static.HashedStaticStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

EMAIL_BACKEND = os.environ.get("QUNWEN_EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend")
QUNWEN_SMS_GATEWAY = os.environ.get("QUNWEN_SMS_GATEWAY", "qunwen.gateways.sms.outbox.OutboxGateway")

ACCOUNT_ADAPTER = "qunwen.base.people.web.adapter.StaffAdapter"
MFA_FORMS = {
    "authenticate": "qunwen.base.people.web.adapter.CountedAuthenticateForm",
    "reauthenticate": "qunwen.base.people.web.adapter.CountedReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # lock-out is ours: 5 tries, 30 minutes, by account and address
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "群文"

WAGTAIL_SITE_NAME = "群文"
WAGTAILADMIN_BASE_URL = QUNWEN_PUBLIC_URL
WAGTAIL_I18N_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "qunwen.base.reviews.finishing.publish_reviewed"
WAGTAIL_USER_TIME_ZONES = ["Asia/Shanghai"]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
WAGTAILADMIN_LOGIN_URL = "/accounts/login/"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}

SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("QUNWEN_LOG_LEVEL", "WARNING")},
}
