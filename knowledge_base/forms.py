"""What authors type about articles and categories, as clean values."""

import datetime
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carecenter.lib import form_words
from knowledge_base.domain.articles import Draft
from knowledge_base.domain.listing import authors_of, has_address
from knowledge_base.models import Article, Category, Visibility

WRITTEN = {"dir": "auto", "autocomplete": "off"}
MAX_HTML = 500_000
ICONS = [
    ("", _("No icon")), ("package", _("Parcel")), ("truck-delivery", _("Delivery")), ("receipt", _("Bill")),
    ("credit-card", _("Payment")), ("arrow-back-up", _("Return")), ("user", _("Account")), ("lock", _("Security")),
    ("tool", _("Repair")), ("settings", _("Settings")), ("book", _("Book")), ("help-circle", _("Question")),
    ("coffee", _("Coffee")), ("heart", _("Heart")), ("star", _("Star")), ("building-store", _("Shop")),
    ("message-circle", _("Conversation")), ("device-mobile", _("Device")), ("gift", _("Present")),
    ("world", _("World")),
]  # fmt: skip


def known_languages() -> dict[str, str]:
    """Every language there is a name for, by its code."""
    infos = [get_language_info(code) for code, info in LANG_INFO.items() if "name" in info]
    names = {info["code"]: str(info["name_translated"]) for info in infos}
    return dict(sorted(names.items(), key=lambda one: one[1]))


def language_name(code: str) -> str:
    return known_languages().get(code, code)


class DraftForm(forms.Form):
    """What stands in the editor, and the number of the text it was written on."""

    version = forms.IntegerField(min_value=1)
    title = forms.CharField(required=False, max_length=2_000)
    summary = forms.CharField(required=False, max_length=5_000)
    html = forms.CharField(required=False, max_length=MAX_HTML, strip=False)
    phrases = forms.CharField(required=False, max_length=20_000)

    def draft(self) -> Draft:
        data = self.cleaned_data
        return Draft(data["title"], data["summary"], data["html"], data["phrases"].splitlines())


class PropertiesForm(forms.Form):
    """What is the same in every language."""

    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.none(), required=False, empty_label=_("None")
    )
    visibility = forms.ChoiceField(label=_("Who may read it"), choices=Visibility)
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("Nobody")
    )
    review_on = forms.DateField(
        label=_("Look at it again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    slug = forms.SlugField(
        label=_("Address"),
        max_length=100,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        error_messages=form_words.SLUG,
    )

    def __init__(self, *args: Any, article: Article, **kwargs: Any) -> None:
        names = ("category", "visibility", "owner", "review_on", "slug")
        kwargs.setdefault("initial", {name: getattr(article, name) for name in names})
        super().__init__(*args, **kwargs)
        category, owner, slug = self.fields["category"], self.fields["owner"], self.fields["slug"]
        categories = Category.objects.filter(brand=article.brand_id).select_related("brand", "parent__brand")
        category.queryset = categories  # type: ignore[attr-defined]
        category.label_from_instance = shelf_name  # type: ignore[attr-defined]
        people = authors_of(article.brand)
        if article.owner_id is not None:
            people = people | User.objects.filter(pk=article.owner_id).distinct()
        owner.queryset = people  # type: ignore[attr-defined]
        slug.disabled = has_address(article)


def shelf_name(category: Category) -> str:
    own = category.name_in(category.brand.language)
    return own if category.parent is None else f"{category.parent.name_in(category.brand.language)} › {own}"


class ScheduleForm(forms.Form):
    """Day and time in the zone of who asks."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}))

    def moment(self) -> datetime.datetime:
        plain = datetime.datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])
        return timezone.make_aware(plain)


class CategoryForm(forms.Form):
    """Names and a line about it in each language of the brand's help centre."""

    parent = forms.ModelChoiceField(
        label=_("Stands in"),
        queryset=Category.objects.none(),
        required=False,
        empty_label=_("The help centre"),
    )
    icon = forms.ChoiceField(label=_("Icon"), required=False, choices=ICONS)

    def __init__(self, *args: Any, category: Category, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages
        shelves = Category.objects.filter(brand=category.brand_id, parent=None).select_related("brand")
        parent, icon = self.fields["parent"], self.fields["icon"]
        parent.queryset = shelves.exclude(pk=category.pk or 0)  # type: ignore[attr-defined]
        parent.label_from_instance = shelf_name  # type: ignore[attr-defined]
        parent.initial, icon.initial = category.parent_id, category.icon
        for code in languages:
            is_first = code == category.brand.language
            name = forms.CharField(
                label=_("Name"), max_length=80, required=is_first, widget=forms.TextInput(attrs=WRITTEN)
            )
            about = forms.CharField(
                label=_("A line about it"),
                max_length=200,
                required=False,
                widget=forms.TextInput(attrs=WRITTEN),
            )
            name.initial, about.initial = category.names.get(code, ""), category.abouts.get(code, "")
            self.fields[f"name_{code}"], self.fields[f"about_{code}"] = name, about

    def by_language(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        return [(language_name(code), self[f"name_{code}"], self[f"about_{code}"]) for code in self.languages]

    def values(self) -> dict[str, Any]:
        """As the verb wants it."""
        data = self.cleaned_data
        words = {
            kind: {code: data[f"{one}_{code}"] for code in self.languages if data.get(f"{one}_{code}")}
            for kind, one in (("names", "name"), ("abouts", "about"))
        }
        return {**words, "parent": data["parent"], "icon": data["icon"]}
