"""Languages that articles may be written in: more than our own pages speak."""

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils import translation

OURS = tuple(code for code, _name in settings.LANGUAGES)


class LanguageConverter:
    """A language code in an address: only of languages there are."""

    regex = "[a-z]{2,3}(?:-[a-z]{2,8})?"

    def to_python(self, value: str) -> str:
        if value not in LANG_INFO:
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value


def native_name(code: str) -> str:
    """As its speakers write it, with a capital letter; the code for what we do not know."""
    name = str(LANG_INFO.get(code, {}).get("name_local", code))
    return name[:1].upper() + name[1:]


def spoken(*wanted: str) -> str:
    """The first of these that our own words are translated into."""
    for one in wanted:
        code = one.partition("-")[0]
        if one in OURS or code in OURS:
            return one if one in OURS else code
    return settings.LANGUAGE_CODE


def is_rtl(code: str) -> bool:
    return bool(LANG_INFO.get(code, {}).get("bidi", False))


def speak(*wanted: str) -> translation.override:
    return translation.override(spoken(*wanted))
