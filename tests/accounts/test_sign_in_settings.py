import os
import subprocess
import sys


def test_cookies_stay_on_this_host_over_tls():
    """Browsers take names with __Host- only with Secure, Path=/ and no Domain."""
    names = "s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE"
    code = f"from carecenter import settings as s; print({names})"
    env = {**os.environ, "CARECENTER_BASE_URL": "https://desk.example", "CARECENTER_SECRET_KEY": "x"}
    run = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True)

    assert run.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", "True"]
