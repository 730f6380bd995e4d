"""The look of a help centre, as it is typed."""

import re
from typing import Any

from django import forms
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from accounts.brand_form import own_address
from accounts.models import Brand
from carecenter.lib import form_words
from knowledge_base.domain.help_look import Look
from knowledge_base.domain.pictures import Drawn
from knowledge_base.logo_form import LogoField
from knowledge_base.models import HelpSettings

MOST_LINKS = 6
WRITTEN = {"dir": "auto", "autocomplete": "off"}
LINK = re.compile(r"https?://[^\s<>\"|]{3,300}")
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


class LookForm(forms.Form):
    """With a heading and a greeting for each language that the brand writes in."""

    color = forms.CharField(
        label=gettext_lazy("Colour"),
        help_text=gettext_lazy(
            "Buttons and accents. Words in it are made darker or lighter until they can be read."
        ),
        max_length=7,
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    logo = LogoField(
        label=gettext_lazy("Logo"),
        help_text=gettext_lazy("PNG, JPEG or WebP, at most 2 MB, best without a ground of its own."),
    )
    logo_dark = LogoField(
        label=gettext_lazy("Logo for dark pages"),
        help_text=gettext_lazy("Without it the other one stands on a light patch there."),
    )
    site_url = forms.URLField(
        label=gettext_lazy("Your website"),
        help_text=gettext_lazy("Linked at the foot of every page."),
        required=False,
        assume_scheme="https",
        error_messages=form_words.ADDRESS,
    )
    links = forms.CharField(
        label=gettext_lazy("Links at the foot"),
        help_text=gettext_lazy("One a line, such as: Imprint | https://www.shop.example/imprint"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    public_base_url = forms.URLField(
        label=gettext_lazy("Own address of the help centre"),
        help_text=gettext_lazy(
            "Such as https://help.shop.example, once it leads to this server; the guide for administrators says how."
        ),
        required=False,
        assume_scheme="https",
        error_messages=form_words.ADDRESS,
    )

    mail_links = forms.BooleanField(
        label=gettext_lazy("Answers by mail lead to the customer's page"),
        help_text=gettext_lazy(
            "A small line at their foot says where to read and answer online. The page asks for a code by mail."
        ),
        required=False,
    )

    def __init__(
        self, *args: Any, brand: Brand, saved: HelpSettings, codes: list[str], **kwargs: Any
    ) -> None:
        self.brand, self.codes, self.saved = brand, codes, saved
        super().__init__(*args, **kwargs)
        self.initial = {
            "color": brand.color,
            "public_base_url": brand.public_base_url,
            "site_url": saved.site_url,
            "mail_links": saved.mail_links,
            "links": "\n".join(f"{one['name']} | {one['url']}" for one in saved.links),
        }
        for code in codes:
            name = str(get_language_info(code)["name_translated"]) if len(codes) > 1 else ""
            self.add_words(f"heading_{code}", _("Heading"), name, saved.headings.get(code, ""), 80)
            self.add_words(
                f"greeting_{code}", _("Sentence below it"), name, saved.greetings.get(code, ""), 200
            )

    def add_words(self, field: str, label: str, language: str, initial: str, limit: int) -> None:
        shown = f"{label} ({language})" if language else label
        widget = forms.TextInput(attrs=WRITTEN)
        self.fields[field] = forms.CharField(label=shown, required=False, max_length=limit, widget=widget)
        self.initial[field] = initial

    @property
    def words(self) -> list[forms.BoundField]:
        return [self[f"{kind}_{code}"] for code in self.codes for kind in ("heading", "greeting")]

    def clean_color(self) -> str:
        color: str = self.cleaned_data["color"]
        if not _HEX.fullmatch(color):
            raise forms.ValidationError(_("Choose a colour, or type one like #2f6f4f."))
        return color.lower()

    def clean_logo_dark(self) -> Drawn | None:
        dark: Drawn | None = self.cleaned_data["logo_dark"]
        if dark is not None and not self.cleaned_data.get("logo") and self.saved.logo is None:
            raise forms.ValidationError(_("Choose a logo for light pages too: mails show that one."))
        return dark

    @property
    def logos(self) -> list[tuple[bool, Drawn]]:
        """The new ones: is it for dark grounds, and the picture."""
        found = ((False, self.cleaned_data["logo"]), (True, self.cleaned_data["logo_dark"]))
        return [(is_dark, drawn) for is_dark, drawn in found if drawn is not None]

    def clean_links(self) -> list[dict[str, str]]:
        lines = [line for line in self.cleaned_data["links"].splitlines() if line.strip()]
        found = []
        for line in lines:
            name, _bar, url = (part.strip() for part in line.partition("|"))
            if not name or not LINK.fullmatch(url):
                raise forms.ValidationError(
                    _("Each line needs a name, a bar, and an address: Imprint | https://…")
                )
            found.append({"name": name[:60], "url": url})
        if len(found) > MOST_LINKS:
            raise forms.ValidationError(_("Six links at most."))
        return found

    def clean_public_base_url(self) -> str:
        return own_address(self.cleaned_data["public_base_url"], brand=self.brand)

    def look(self) -> Look:
        data = self.cleaned_data
        return Look(
            color=data["color"],
            public_base_url=data["public_base_url"],
            site_url=data["site_url"],
            links=data["links"],
            mail_links=data["mail_links"],
            headings={code: data[f"heading_{code}"] for code in self.codes},
            greetings={code: data[f"greeting_{code}"] for code in self.codes},
        )
