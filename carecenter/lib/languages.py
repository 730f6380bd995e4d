"""In which of our languages we speak to somebody."""

from django.conf import settings


def speak(wanted: str, otherwise: str) -> str:
    """The first of the wanted ones, as browsers list them, that we have words in; else the other."""
    for one in wanted.split(",")[:8]:
        code = one.split(";")[0].strip().lower().partition("-")[0]
        if code in dict(settings.LANGUAGES):
            return code
    return otherwise
