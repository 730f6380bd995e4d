"""Turn a script's line into what this person writes: choices made, slots filled, greeting and farewell around it."""

import random
import re
from collections.abc import Mapping

from carecenter.demo.names import words

CHOICE = re.compile(r"\{([^{}]*)\}")
SLOT = re.compile(r"\[([a-z_]+)\]")

HELLO = {
    "en": ("Hi,", "Hello,", "Hello [brand] team,", "Dear [brand],", "Hi there,", "Good [daytime],", ""),
    "de": (
        "Hallo,",
        "Guten Tag,",
        "Liebes [brand]-Team,",
        "Sehr geehrte Damen und Herren,",
        "Guten [daytime],",
        "",
    ),
}
BYE = {
    "en": (
        "Thanks,\n[first]", "Kind regards,\n[name]", "Best,\n[first]", "Many thanks\n[name]", "Regards\n[name]",
        "Cheers, [first]", "[first]\n\nSent from my phone", "Thank you\n[name]\n[city]",
    ),
    "de": (
        "Viele Grüße\n[name]", "Mit freundlichen Grüßen\n[name]", "Danke und Gruß\n[first]", "Beste Grüße\n[name]",
        "Freundliche Grüße aus [city]\n[name]", "LG [first]", "[name]\n\nVon meinem Smartphone gesendet",
    ),
}  # fmt: skip
DEAR = {
    "en": ("Hi [first],", "Hello [first],", "Dear [first],"),
    "de": ("Hallo [name],", "Guten Tag [name],"),
}
SIGN = {
    "en": "{Best wishes|Kind regards|All the best|Warm regards},\n[agent]\n[brand] customer care",
    "de": "{Viele Grüße|Freundliche Grüße|Beste Grüße|Herzliche Grüße}\n[agent]\n[brand] Kundenservice",
}
THANKS = {
    "en": ("", "", "Thank you for {getting in touch|your message|letting us know}."),
    "de": ("", "", "{vielen Dank|danke} für Ihre {Nachricht|Mail}."),
}
DAYTIME = {"en": ("morning", "afternoon", "evening"), "de": ("Morgen", "Tag", "Abend")}
MONTHS = {
    "en": words("January February March April May June July August September October November December"),
    "de": words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
}
WEEKDAYS = {
    "en": words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    "de": words("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
}
SIGNS = {"GBP": "£", "EUR": "€"}


def choose(text: str, rng: random.Random) -> str:
    """Settle every `{a|b}`, the innermost first."""
    while CHOICE.search(text):
        text = CHOICE.sub(lambda found: rng.choice(found[1].split("|")), text)
    return text


def fill(text: str, slots: Mapping[str, str]) -> str:
    """Put the values in. KeyError for a slot that nobody knows."""
    return SLOT.sub(lambda found: slots[found[1]], text)


def say(text: str, slots: Mapping[str, str], rng: random.Random) -> str:
    """One line of a script as this ticket has it. Slots may hold choices and slots of their own."""
    return fill(choose(fill(choose(text, rng), slots), rng), slots).strip()


def join(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def money(minor: int, currency: str, language: str) -> str:
    amount = f"{minor / 100:,.2f}"
    if language == "de":
        return f"{amount.translate(str.maketrans(',.', '.,'))} {SIGNS[currency]}"
    return f"{SIGNS[currency]}{amount}"
