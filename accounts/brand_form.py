"""A brand, as it is typed."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.domain.brand_keeping import WantedBrand
from accounts.forms import zone_choices
from accounts.models import Brand, CustomerPool, User
from carecenter.lib import form_words

HEX = re.compile(r"#[0-9a-fA-F]{6}")
PLAIN = {"spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}


def own_address(url: str, *, brand: Brand | None) -> str:
    """A host of the brand's own, without a path: two brands at one address would hide each other.

    Raises ValidationError, for the person who typed it.
    """
    url = url.rstrip("/")
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.path or parts.query or parts.fragment or parts.scheme not in ("http", "https"):
        raise forms.ValidationError(_("Only the host: https://help.shop.example"))
    if parts.hostname == urlsplit(settings.PUBLIC_BASE_URL).hostname:
        raise forms.ValidationError(_("This is the address of the desk."))
    others = Brand.objects.exclude(public_base_url="")
    others = others.exclude(pk=brand.pk) if brand else others
    if parts.hostname in {urlsplit(one).hostname for one in others.values_list("public_base_url", flat=True)}:
        raise forms.ValidationError(_("Another brand has this address."))
    return url


class BrandForm(forms.Form):
    """Slug and pool are chosen once: addresses lead there, and people belong to the pool."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("What customers know you by.")
    )
    slug = forms.SlugField(
        label=gettext_lazy("Short name in addresses"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("As in /help/shop/. Empty: made of the name. It stays as it is."),
        error_messages=form_words.SLUG,
        widget=forms.TextInput(attrs=PLAIN),
    )
    pool = forms.ModelChoiceField(
        label=gettext_lazy("Customers"),
        queryset=CustomerPool.objects.none(),
        required=False,
        help_text=gettext_lazy(
            "Brands of one firm share their customers; clients of yours never do. It stays so."
        ),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("Customers are written to in it when nothing else is known of them."),
    )
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    color = forms.CharField(
        label=gettext_lazy("Colour"), max_length=7, widget=forms.TextInput(attrs={"type": "color"})
    )
    public_base_url = forms.URLField(
        label=gettext_lazy("Own address of the help centre"),
        required=False,
        assume_scheme="https",
        error_messages=form_words.ADDRESS,
        help_text=gettext_lazy(
            "Such as https://help.shop.example, once it leads to this server; the guide for administrators says how."
        ),
    )

    def __init__(self, *args: Any, brand: Brand | None, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brand = brand
        self.fields["zone"].choices = zone_choices("", brand.zone if brand else actor.zone)[1:]  # type: ignore[attr-defined]
        if brand is not None:
            del self.fields["slug"], self.fields["pool"]
            names = ("name", "language", "zone", "color", "public_base_url")
            self.initial = {name: getattr(brand, name) for name in names}
            return
        pool = self.fields["pool"]
        pool.queryset = CustomerPool.objects.order_by("name")  # type: ignore[attr-defined]
        pool.empty_label = _("Its own")  # type: ignore[attr-defined]
        if not CustomerPool.objects.exists():  # nothing to choose yet
            pool.widget = forms.HiddenInput()
        color = Brand._meta.get_field("color").get_default()
        self.initial.update(color=color, zone=actor.zone or "UTC", language=get_language())
        if not actor.zone:  # the browser knows better than we do
            self.fields["zone"].widget.attrs["data-own-zone"] = ""

    def clean_color(self) -> str:
        color: str = self.cleaned_data["color"]
        if not HEX.fullmatch(color):
            raise forms.ValidationError(_("Choose a colour, or type one like #2f6f4f."))
        return color.lower()

    def clean_public_base_url(self) -> str:
        return own_address(self.cleaned_data["public_base_url"], brand=self.brand)

    def wanted(self) -> WantedBrand:
        return WantedBrand(**self.cleaned_data)
