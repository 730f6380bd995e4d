import zoneinfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

from accounts.middleware import PersonalSettingsMiddleware
from accounts.models import User


def seen_by(user, **headers):
    seen = {}

    def view(request):
        seen.update(language=translation.get_language(), zone=timezone.get_current_timezone_name())
        return HttpResponse()

    request = RequestFactory().get("/", headers=headers)
    request.user = user
    response = PersonalSettingsMiddleware(view)(request)
    return seen, response


def test_page_speaks_the_users_language_in_the_users_zone():
    seen, response = seen_by(User(language="de", zone="Europe/Berlin"), accept_language="en")

    assert seen == {"language": "de", "zone": "Europe/Berlin"}
    assert response["Content-Language"] == "de"


@pytest.mark.parametrize(
    ("accept", "language"), [("de-AT,de;q=0.9", "de"), ("fr,de;q=0.5", "de"), ("fr", "en")]
)
def test_stranger_gets_the_browsers_language(accept, language):
    seen, response = seen_by(AnonymousUser(), accept_language=accept)

    assert seen == {"language": language, "zone": "UTC"}
    assert response["Vary"] == "Accept-Language, Cookie"


@pytest.mark.parametrize("zone", ["Moon/Base", "../etc/passwd", ""])
def test_unknown_zone_falls_back_to_the_server(zone):
    assert seen_by(User(zone=zone))[0]["zone"] == "UTC"


def test_settings_end_with_the_request():
    seen_by(User(language="de", zone="Europe/Berlin"))

    assert translation.get_language() == "en"
    assert timezone.get_current_timezone() == zoneinfo.ZoneInfo("UTC")
