"""Django's settings; what may differ from place to place comes from the environment (config/environment.py)."""

from __future__ import annotations

import sys
from pathlib import Path

from headrope.config import environment

HOME = environment.home()
SECRET_KEY = environment.secret_key(HOME)
HTTPS = environment.switch("HEADROPE_HTTPS")
ALLOWED_HOSTS = environment.names("HEADROPE_HOSTS", "127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = environment.names("HEADROPE_TRUSTED_ORIGINS", "")
DEBUG = False
CLOCK_SHIFT = environment.seconds("HEADROPE_CLOCK_SHIFT")

DATABASES = {"default": environment.database(HOME)}
CUBE_FOLDER = HOME / "cube"
STAGING_FOLDER = HOME / "staging"
SEAL_KEY = environment.seal_key()

ADDRESS = environment.address()
MAIL = environment.mail()
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.tls == "starttls", MAIL.tls == "tls"
EMAIL_TIMEOUT = 20  # seconds: a server that does not answer must not keep the tick
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL.sender or "headrope@localhost"
NOTIFY_URLS = environment.words("HEADROPE_NOTIFY_URLS")

INSTALLED_APPS = [
    "headrope.journal",
    "headrope.org",
    "headrope.org.tokens",
    "headrope.ledger",
    "headrope.ledger.book",
    "headrope.followup",
    "headrope.meetings",
    "headrope.landing",
    "headrope.review",
    "headrope.web",
    "headrope.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "headrope.web.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "headrope.web.middleware.SignedIn",
    "headrope.web.middleware.ToThePage",
    "headrope.api.door.Door",
]
ROOT_URLCONF = "headrope.config.urls"
WSGI_APPLICATION = "headrope.config.wsgi.application"

WEB = Path(__file__).parents[1] / "web"
TEMPLATES = [
    {
        "BACKEND": "headrope.web.jinja.Templates",
        "DIRS": [WEB / "templates"],
        "OPTIONS": {
            "environment": "headrope.web.jinja.environment",
            "autoescape": True,
            "auto_reload": False,
            "extensions": ["jinja2.ext.i18n"],
            "context_processors": ["headrope.web.jinja.one_token"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [WEB / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 31_536_000  # addresses carry the file's digest (web/jinja.py)

AUTH_USER_MODEL = "org.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "headrope.web.sign_in.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
PASSWORD_RESET_TIMEOUT = 86_400  # a day, as the mail says
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900  # seconds after which a change of the second factor asks for the password again
# A whole company signs in from one address on the morning of a due day; one account is still tried five times only.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "60/m/ip,5/300s/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0  # whom the proxy in front says that it speaks for
ACCOUNT_FORMS = {"reset_password": "headrope.web.sign_in.forms.Lost"}
# allauth's own writes a row for who has an account, which takes longer than for who has none.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
MFA_ADAPTER = "headrope.web.sign_in.second_factor.Adapter"
MFA_TOTP_ISSUER = "Headrope"
MFA_TOTP_TOLERANCE = 1  # a code of half a minute ago or ahead: clocks of telephones differ
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are entered by administrators
MFA_REQUIRED = environment.choice("HEADROPE_MFA", "optional", "required") == "required"
# Sign-in by OpenID Connect, where a provider is named; accounts are never made by it (web/sign_in/provider.py).
PROVIDER = environment.provider()
SOCIALACCOUNT_ADAPTER = "headrope.web.sign_in.provider.Adapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a posted form may not lead elsewhere (form-action 'self')
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "provider",
                "name": PROVIDER.name,
                "client_id": PROVIDER.client_id,
                "secret": PROVIDER.secret,
                "settings": {"server_url": PROVIDER.url},
            }
        ]
        if PROVIDER
        else [],
    }
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Rate limits of sign-in live in the cache: it has to be one for all processes.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "中文")]
LOCALE_PATHS = [WEB / "locale"]
LANGUAGE_COOKIE_AGE = 31_536_000
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
