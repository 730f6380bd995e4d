"""A webhook, as it is typed."""

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import brands_for, scope
from accounts.models import Brand, User
from accounts.permissions import WEBHOOKS_MANAGE
from tickets.event_words import WORDS
from webhooks.domain.subscribing import Wanted, known_events
from webhooks.models import Webhook

# What most systems want to hear of stands first.
FIRST = ("ticket", "message", "contact", "customer", "survey", "follow_up")


def rank(name: str) -> tuple[int, str]:
    about = name.partition(".")[0]
    return (FIRST.index(about) if about in FIRST else len(FIRST), name)


def event_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """All there are, by what they are about."""
    names = sorted(known_events(), key=rank)
    return [
        (about, [(name, str(WORDS.get(name, name))) for name in group])
        for about, group in groupby(names, key=lambda name: name.partition(".")[0])
    ]


class WebhookForm(forms.Form):
    """Every event, or those that are ticked."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("Who listens: Shop, data warehouse."),
    )
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("Begins with https://. It answers with 200 within 15 seconds."),
        widget=forms.TextInput(
            attrs={"inputmode": "url", "spellcheck": "false", "autocapitalize": "none", "dir": "ltr"}
        ),
    )
    brand = forms.ModelChoiceField(
        label=gettext_lazy("Of which brand"), queryset=Brand.objects.none(), required=False
    )
    which = forms.ChoiceField(
        label=gettext_lazy("Which events"),
        choices=[("all", gettext_lazy("All of them")), ("some", gettext_lazy("Only these"))],
        widget=forms.RadioSelect,
        initial="all",
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, user: User, webhook: Webhook | None, **kwargs: Any) -> None:
        if webhook is not None:
            kwargs["initial"] = {
                "name": webhook.name,
                "url": webhook.url,
                "brand": webhook.brand_id,
                "which": "some" if webhook.events else "all",
                "events": webhook.events,
            }
        super().__init__(*args, **kwargs)
        everywhere = scope(user, WEBHOOKS_MANAGE).everywhere
        brand: Any = self.fields["brand"]
        brand.queryset = brands_for(user, WEBHOOKS_MANAGE).order_by("name")
        brand.empty_label = _("All brands, and what belongs to none") if everywhere else None
        brand.required = not everywhere
        events: Any = self.fields["events"]
        events.choices = event_choices()

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        if clean.get("which") == "some" and not clean.get("events") and "events" not in self.errors:
            self.add_error("events", _("Tick at least one."))
        return clean

    def wanted(self) -> Wanted:
        clean = self.cleaned_data
        events = clean["events"] if clean["which"] == "some" else ()
        return Wanted(clean["name"], clean["url"].strip(), clean["brand"], tuple(events))

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, str, bool]], bool]]:
        """For the page: (about, [(name, words, ticked)], whether one of them is)."""
        ticked = set(self["events"].value() or ())
        return [
            (
                about,
                [(name, words, name in ticked) for name, words in rows],
                any(n in ticked for n, _ in rows),
            )
            for about, rows in event_choices()
        ]
