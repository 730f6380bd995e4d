import os
import subprocess
import sys


def test_cookies_stay_on_this_host_over_tls():
    """Browsers take names with __Host- only with Secure, Path=/ and no Domain."""
    names = "s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE"
    others = "storage.__name__, of_host('my'), of_path('k'), storage.cookie_name"
    hsts = "s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS"
    code = f"""
import django; django.setup()
from carecenter import settings as s
from carecenter.lib.cookies import of_host, of_path
from django.utils.module_loading import import_string
storage = import_string(s.MESSAGE_STORAGE).storage_classes[0]
print({names}, {others}, {hsts})
"""
    env = {**os.environ, "CARECENTER_BASE_URL": "https://desk.example", "CARECENTER_SECRET_KEY": "x"}
    env["DJANGO_SETTINGS_MODULE"] = "carecenter.settings"
    run = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True)

    assert run.stdout.split() == [
        "__Host-sessionid", "__Host-csrftoken", "True", "HostCookies", "__Host-my", "__Secure-k", "__Host-messages",
        "31536000", "True",
    ]  # fmt: skip
