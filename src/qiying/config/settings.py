"""Django settings, all derived from the validated environment in `env.py`."""

from typing import Any

from csp.constants import NONE, SELF

from qiying.config.capabilities import capability_apps
from qiying.config.env import load_env
from qiying.config.logging import log_config

ENV = load_env()

# --- identity of the installation ---------------------------------------------
DEBUG = ENV.debug
SECRET_KEY = ENV.resolved_secret_key()
ALLOWED_HOSTS = [h.strip() for h in ENV.allowed_hosts.split(",") if h.strip()]
CSRF_TRUSTED_ORIGINS = [ENV.base_url]
QIYING_ENV = ENV

# --- applications, top layer first (see docs/architecture.md) -------------------
CAPABILITIES = capability_apps()
KERNEL = [
    "qiying.kernel.bookings",
    "qiying.kernel.gatherings",
    "qiying.kernel.cases",
    "qiying.kernel.forms",
    "qiying.kernel.figures",
    "qiying.kernel.consents",
    "qiying.kernel.notices",
    "qiying.kernel.documents",
    "qiying.kernel.search",
    "qiying.kernel.api_access",
    "qiying.kernel.enterprises",
    "qiying.kernel.organisations",
    "qiying.kernel.registers",
    "qiying.kernel.tables",
    "qiying.kernel.ledger",
    "qiying.kernel.permissions",
    "qiying.kernel.audit",
]
INSTALLED_APPS = [
    "qiying.config",
    "qiying.portal",
    "qiying.cockpit",
    *CAPABILITIES,
    *KERNEL,
    "qiying.ui",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
]
MIDDLEWARE = [
    "qiying.config.logging.RequestLogMiddleware",
    "qiying.config.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # After the static files, which are compressed once. Against BREACH: secrets that a page reflects are masked anew
    # each time (CSRF) or made for that page, and the answer's length is padded at random.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "qiying.config.middleware.TypedTextMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "qiying.kernel.enterprises.middleware.ViewerMiddleware",
    "qiying.config.middleware.ErrorMiddleware",
]
ROOT_URLCONF = "qiying.config.urls"
WSGI_APPLICATION = "qiying.config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("qiying.ui.layout.Loader", ["django.template.loaders.app_directories.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qiying.ui.context.preferences",
                "qiying.portal.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "qiying.ui.rendering.FormRenderer"

# --- storage -------------------------------------------------------------------
DATABASES = {"default": ENV.django_database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "qiying.kernel.organisations.sessions"
SESSION_COOKIE_AGE = 12 * 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

# --- people and sign-in ---------------------------------------------------------
AUTH_USER_MODEL = "organisations.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "qiying.kernel.organisations.sign_in.AccountAdapter"
MFA_TOTP_ISSUER = "企应"
MFA_ADAPTER = "qiying.kernel.organisations.sign_in.MfaAdapter"
SOCIALACCOUNT_ADAPTER = "qiying.kernel.organisations.sign_in.SocialAccountAdapter"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- language and time: one zone; UTC is stored -----------------------------------
LANGUAGE_CODE = "zh-hans"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- static files -----------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = ENV.data_dir / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "qiying.ui.finders.NpmAssetFinder",
]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "qiying.config.static.ManifestStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# --- e-mail -----------------------------------------------------------------------
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if ENV.email_url
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = str(ENV.data_dir / "mail")
DEFAULT_FROM_EMAIL = ENV.email_from
_MAIL = ENV.django_email()
EMAIL_HOST, EMAIL_PORT = _MAIL["EMAIL_HOST"], _MAIL["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_USER"], _MAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_SSL, EMAIL_USE_TLS = _MAIL["EMAIL_USE_SSL"], _MAIL["EMAIL_USE_TLS"]
EMAIL_TIMEOUT = 20

# --- security ---------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.https
SECURE_HSTS_SECONDS = 31536000 if ENV.https else 0

# --- API --------------------------------------------------------------------------
NINJA_PAGINATION_PER_PAGE = 25
NINJA_MAX_PER_PAGE_SIZE = 100
NINJA_PAGINATION_MAX_LIMIT = 100

# --- logs -------------------------------------------------------------------------
LOGGING = log_config(ENV.log_level, as_json=not DEBUG)
