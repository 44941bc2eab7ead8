"""Settings of the whole house. Every setting that an operator may change is an environment variable TINGCHAO_*.

docs/settings.md lists them; a test compares the two.
"""

from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path

from csp.constants import NONE, SELF

from tingchao.config import discovery, keys, places

ROOT = places.ROOT
VAR = places.var_dir()

DEBUG = os.environ.get("TINGCHAO_DEBUG") == "1"
SECRET_KEY = keys.secret("TINGCHAO_SECRET_KEY", VAR / "keys" / "secret.key")
LINK_KEY = keys.secret("TINGCHAO_LINK_KEY", VAR / "keys" / "link.key")
"""Signs reporters' links and printed codes; to change it makes every one of them invalid."""
PERSONAL_DATA_KEY = keys.secret("TINGCHAO_PERSONAL_DATA_KEY", VAR / "keys" / "personal.key")
"""Encrypts telephone numbers at rest."""

PHONE_DAYS = int(os.environ.get("TINGCHAO_PHONE_DAYS", "180"))
"""Days after which the telephone number of a closed matter is erased (个人信息保护法 art. 19)."""

PUBLIC_ADDRESS = os.environ.get("TINGCHAO_PUBLIC_ADDRESS", "http://127.0.0.1:8000")
ALLOWED_HOSTS = os.environ.get("TINGCHAO_ALLOWED_HOSTS", "127.0.0.1,localhost").split(",")
CSRF_TRUSTED_ORIGINS = [PUBLIC_ADDRESS]
TWO_FACTOR_REQUIRED = os.environ.get("TINGCHAO_TWO_FACTOR") == "1"
"""Staff must set up and use a second factor 双因素 before they see anything (等保 2.0)."""
SECURE = PUBLIC_ADDRESS.startswith("https://")
PROXIES = [
    ip_network(one.strip(), strict=False)
    for one in os.environ.get("TINGCHAO_PROXIES", "").split(",")
    if one.strip()
]
"""Whose word on where a request came from is taken; see desk.addresses."""

MECHANISMS = discovery.mechanisms()

INSTALLED_APPS = [
    "tingchao.desk",  # before allauth, whose pages its own stand in for
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "procrastinate.contrib.django",
    "tingchao.directory",
    "tingchao.engine",
    "tingchao.instruments.paper",
    "tingchao.instruments.codes",
    "tingchao.instruments.documents",
    "tingchao.instruments.letters",
    "tingchao.instruments.meetings",
    "tingchao.instruments.live",
    "tingchao.instruments.figures",
    "tingchao.config",
    *MECHANISMS,
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tingchao.desk.middleware.language_by_choice",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tingchao.desk.middleware.idle_timeout",
    "tingchao.desk.middleware.second_factor",
    "tingchao.desk.middleware.own_password",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "tingchao.config.urls"
WSGI_APPLICATION = "tingchao.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tingchao.desk.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "tingchao.desk.templatetags.tide"],
        },
    }
]

DATABASES = {"default": places.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- who one is -------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "directory.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "tingchao.desk.backends.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:worklist"
ACCOUNT_ADAPTER = "tingchao.desk.adapter.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGOUT_REDIRECT_URL = "public:home"
ACCOUNT_RATE_LIMITS = {"login_failed": False}  # axes locks instead, across every process
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tingchao"
MFA_ADAPTER = "allauth.mfa.adapter.DefaultMFAAdapter"

# 等保 2.0 (GB/T 22239-2019) 8.1.4.1: lock after failed logins, end idle sessions
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 300 / 3600  # hours: 300 s
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "tingchao.desk.addresses.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "tingchao.desk.lockout.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
SESSION_ENGINE = "tingchao.desk.backends"
SESSION_IDLE_SECONDS = int(os.environ.get("TINGCHAO_SESSION_IDLE_SECONDS", "1800"))
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tingchao.desk.views.errors.csrf_failure"

# how many voices an hour one address may send before a proof of work is asked, and at most
FILINGS_BEFORE_PROOF = int(os.environ.get("TINGCHAO_FILINGS_BEFORE_PROOF", "5"))
FILINGS_MOST = max(1, int(os.environ.get("TINGCHAO_FILINGS_MOST", "60")))

LIVE_HOSTS = [
    one.strip().lower() for one in os.environ.get("TINGCHAO_LIVE_HOSTS", "").split(",") if one.strip()
]
"""Hosts that streams of live events may come from; films at them play in the page."""
LIVE_DIR = Path(os.environ.get("TINGCHAO_LIVE_DIR") or VAR / "live")
"""Snapshots of live events; a web server or CDN may serve it as /live/."""

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, *(f"https://{host}" for host in LIVE_HOSTS)],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# with an https address the proxy before the server says which requests came encrypted, and must set this itself
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
X_FRAME_OPTIONS = "DENY"

# --- words and files --------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 86_400
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [places.STATIC]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "files"},
    },
    "staticfiles": {"BACKEND": "tingchao.desk.assets.BundledStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
ATTACHMENT_MAX_BYTES = 20 * 1024 * 1024
ATTACHMENTS_DIR = VAR / "files"

# --- notices ----------------------------------------------------------------------------------------------

NOTICES_DIR = VAR / "notices"
LAWS_DIR = places.laws_dir()
LAWS_FILE = places.laws_file()
NOTICES_FOLDER = os.environ.get("TINGCHAO_NOTICES_FOLDER", "")
"""1: notices are written to the folder too; 0: never; else as long as nobody has set up a target."""
NOTICE_MAIL = os.environ.get("TINGCHAO_NOTICE_MAIL", "")
"""The mail server that notices go by, as an apprise address without recipients."""
REPORTER_TARGET = os.environ.get("TINGCHAO_REPORTER_TARGET", "")
"""A gateway to whoever raised a matter: an apprise address in which {phone} stands for their number."""
NOTICE_PRIVATE_HOSTS = os.environ.get("TINGCHAO_NOTICE_PRIVATE_HOSTS") == "1"
"""Staff may let notices go to addresses inside the network."""
ROBOT_ADDRESSES = ("https://oapi.dingtalk.com", "https://qyapi.weixin.qq.com")
DINGTALK_ADDRESS = os.environ.get("TINGCHAO_DINGTALK_ADDRESS", ROBOT_ADDRESSES[0])
WECOM_ADDRESS = os.environ.get("TINGCHAO_WECOM_ADDRESS", ROBOT_ADDRESSES[1])
"""Where a government's own DingTalk or WeCom stands, with scheme and without a slash at the end."""
PROVINCE_ADDRESS = os.environ.get("TINGCHAO_PROVINCE_ADDRESS") or str(VAR / "province")
"""Where packages of filings go: a folder, sftp://user@host:port/folder, or http(s)://…; see docs/province.md."""
PROVINCE_SECRET = os.environ.get("TINGCHAO_PROVINCE_SECRET", "")
PROVINCE_KEY_FILE = os.environ.get("TINGCHAO_PROVINCE_KEY_FILE", "")
PROVINCE_HOST_KEY = os.environ.get("TINGCHAO_PROVINCE_HOST_KEY", "")
PROVINCE_RECEIPTS = os.environ.get("TINGCHAO_PROVINCE_RECEIPTS") == "1"
PROVINCE_SECONDS = max(1.0, float(os.environ.get("TINGCHAO_PROVINCE_SECONDS", "60")))
PRINTS_DIR = VAR / "prints"
"""Sheets made in long runs, each kept for a week."""
ROSTERS_DIR = VAR / "rosters"
"""Rosters between their dry run and their taking; an hour at most."""


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    # apprise names keys and addresses in its warnings; what went wrong is told in our own words
    "loggers": {"apprise": {"handlers": [], "level": "CRITICAL", "propagate": False}},
    "root": {"handlers": ["console"], "level": os.environ.get("TINGCHAO_LOG_LEVEL", "WARNING")},
}
