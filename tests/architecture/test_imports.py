"""Imports point one way: the contracts of .importlinter, and what it cannot say."""

import subprocess
import sys

import pytest

from tests.architecture.source import ROOT, imported, modules

# Verbs know neither requests, nor forms, nor templates, nor how work is enqueued.
NOT_IN_DOMAIN = (
    "django.http",
    "django.forms",
    "django.template",
    "django.shortcuts",
    "django.views",
    "celery",
)
# Large, and needed seldom: imported where they are used, so that no process holds them while nothing happens.
SELDOM = ("holidays", "numpy", "opentelemetry.sdk.trace", "reportlab", "xlsxwriter")
# A kind's settings are typed into a form: its edge, beside the adapter that knows none of this.
FORMS = ("forms.py", "settings_form.py")


def test_import_contracts_are_kept():
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as go; go()",
        "--no-cache",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("place", ["domain", "kinds"])
def test_domain_imports_no_web(place):
    wrong = [
        f"{module.path}:{line} {name}"
        for module in modules()
        if place in module.parts and module.parts[-1] not in FORMS
        for line, name in imported(module)
        if name.startswith(NOT_IN_DOMAIN)
    ]

    assert wrong == []


def test_handlers_are_imported_by_the_wiring_only():
    wrong = [
        f"{module.path}:{line} {name}"
        for module in modules()
        for line, name in imported(module)
        if ".handlers" in name
    ]

    assert wrong == []


def test_migrations_import_none_of_our_code():
    """Rows change while the code moves on. The defaults of fields name functions of the library: they stay."""
    allowed = ("carecenter.lib.time", "carecenter.lib.ids", "carecenter.lib.zones")
    ours = (
    "carecenter", "accounts", "journal", "customers", "workforce", "knowledge_base", "tickets", "channels_app",
    "feedback", "portal", "insights", "webhooks",
)  # fmt: skip
    wrong = [
        f"{module.path}:{line} {name}"
        for module in modules()
        if module.is_migration
        for line, name in imported(module)
        if name.split(".")[0] in ours and not name.startswith(allowed)
    ]

    assert wrong == []


def test_idle_processes_hold_nothing_that_is_seldom_needed():
    script = (
        "import sys, django; django.setup()\n"
        "import carecenter.asgi, carecenter.urls, carecenter.celery as jobs\n"
        "jobs.app.loader.import_default_modules()\n"
        f"print(*[name for name in {SELDOM!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.split() == []
