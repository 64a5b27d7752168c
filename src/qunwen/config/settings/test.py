"""Settings of the test run: fast hashing, plain static names, everything else as in production."""

import atexit
import os
import shutil
import tempfile

# Every test process has a home of its own, so that parallel workers never share files.
if "QUNWEN_HOME" not in os.environ or "PYTEST_VERSION" in os.environ or "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["QUNWEN_HOME"] = tempfile.mkdtemp(prefix="qunwen-test-")
    atexit.register(shutil.rmtree, os.environ["QUNWEN_HOME"], ignore_errors=True)

from qunwen.config.settings.base import *  # noqa: F403
from qunwen.config.settings.base import DATABASES, INSTALLED_APPS  # noqa: F401

SECRET_KEY = "tests-only-not-a-secret-" + "x" * 40
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
ALLOWED_HOSTS = ["*"]
QUNWEN_PAGE_SECONDS = 0

STATIC_ROOT.mkdir(parents=True, exist_ok=True)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A real file, so that several threads and processes may race on it as in production.
    DATABASES["default"]["TEST"] = {"NAME": str(QUNWEN_HOME / "test.sqlite3")}
