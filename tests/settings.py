"""The product's settings for tests: the same everywhere, whatever `.env` says.

Only DATABASE_URL is taken from the environment, to run the suite on PostgreSQL.
"""

import atexit
import os
import shutil
import tempfile

# Each process has a folder of its own. Parallel runs end theirs without `atexit`: see `pytest_unconfigure`.
_folder = tempfile.mkdtemp(prefix="servicedesk-tests-")
os.mkdir(f"{_folder}/static")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

os.environ.update(
    SECRET_KEY="only-for-tests-and-long-enough-to-be-accepted-everywhere",
    DEBUG="True",  # static files without a manifest; the test runner itself turns DEBUG off
    ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
    BASE_URL="http://testserver",
    COMPANY_NAME="Quayside IT",
    VAR_DIR=_folder,
    MEDIA_ROOT=f"{_folder}/media",
    STATIC_ROOT=f"{_folder}/static",
    BROKER_URL="memory://",
    EMAIL_HOST="",
    DEFAULT_FROM_EMAIL="Quayside IT <desk@quayside.example>",
    LOG_LEVEL="WARNING",
)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_folder}/test.sqlite3")

from servicedesk.settings import *  # noqa: E402, F403

# A file, as in life: each thread of the tests with a browser has a connection of its own.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder}/suite.sqlite3"}  # noqa: F405

# Looking for all static files costs each test client 20 ms; the live server finds them without it.
WHITENOISE_USE_FINDERS = False

# No worker and no schedule run here; the tests of the red line turn it on.
HEALTH_ON_PAGES = False

# Argon2 is slow on purpose; its own test asks for it.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
