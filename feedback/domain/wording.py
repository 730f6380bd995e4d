"""What a survey says in a language: the brand's own words, else the product's."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Brand
from carecenter.lib.languages import speak
from customers.models import Customer
from feedback.models.surveys import Measure, Survey


def language_for(customer: Customer | None, brand: Brand) -> str:
    """The customer's, when we speak it, else the brand's."""
    return speak(customer.language if customer else "", brand.language)


def own(survey: Survey, name: str) -> str:
    """The brand's own words for "question", "comment" or "thanks" in the language of the moment; empty for none."""
    words = survey.words.get(get_language() or "", {})
    return str(words.get(name, "")).strip() if isinstance(words, dict) else ""


def question(survey: Survey) -> str:
    brand = {"brand": survey.brand.name}
    usual = {
        Measure.CSAT: _("How was the help you got from %(brand)s?"),
        Measure.NPS: _("How likely are you to recommend %(brand)s to friends or colleagues?"),
        Measure.CES_1: _("How much effort was it for you to get this settled?"),
        Measure.CES_2: _("%(brand)s made it easy for me to get this settled."),
        Measure.SETTLED: _("Is everything settled now?"),
    }
    return own(survey, "question") or usual[Measure(survey.measure)] % brand


def comment(survey: Survey) -> str:
    return own(survey, "comment") or _("What should we know about it?")


def thanks(survey: Survey) -> str:
    return own(survey, "thanks") or _("We read every answer, and it helps us to do better.")


def further(survey: Survey) -> list[dict[str, object]]:
    """The survey's own questions in the language of the moment: key, type, text, options as (key, text)."""
    found: list[dict[str, object]] = []
    for one in survey.questions:
        options = [(option["key"], said(option["words"], survey)) for option in one.get("options", ())]
        text = said(one["words"], survey)
        if text:
            found.append({"key": one["key"], "type": one["type"], "text": text, "options": options})
    return found


def said(words: dict[str, str], survey: Survey) -> str:
    """In the language of the moment, else in the brand's, else in any."""
    for language in (get_language() or "", survey.brand.language):
        if words.get(language):
            return words[language]
    return next((text for text in words.values() if text), "")
