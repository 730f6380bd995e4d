"""What an administrator says of a field."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.access import scope
from accounts.models import Brand, CustomerPool, User
from accounts.permissions import FIELDS_MANAGE
from customers.models import OwnField, is_key
from tickets.access import whole_pools
from tickets.domain.fields.keeping import MOST_CHOICES, Wanted, may_lead

LANGUAGES = [code for code, _name in settings.LANGUAGES]
BLANK_ROWS = 3


def brands_of(user: User, pool: CustomerPool) -> Any:
    where = scope(user, FIELDS_MANAGE)
    brands = Brand.objects.filter(pool=pool, archived_at__isnull=True)
    return brands if where.everywhere else brands.filter(pk__in=where.brands)


class FieldForm(forms.Form):
    """`kept`: the field there is, of which kind and key stay. Choices and conditions are read from their own inputs."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"}))
    kind = forms.ChoiceField(label=_("What is it?"), choices=OwnField.Kind)
    key = forms.CharField(
        label=_("Key"),
        max_length=40,
        required=False,
        validators=[is_key],
        help_text=_(
            "What programs and searches call it. Made from the name, if empty; it does not change later."
        ),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )
    help = forms.CharField(
        label=_("Help text"), max_length=300, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    brand = forms.ModelChoiceField(
        Brand.objects.none(), label=_("Brand"), required=False, empty_label=_("All brands")
    )
    is_public = forms.BooleanField(
        label=_("Customers see it"),
        required=False,
        help_text=_(
            "The contact form asks for it, and My tickets shows it. Otherwise it is for agents alone."
        ),
    )
    required = forms.ChoiceField(
        label=_("Must it be filled in?"), choices=OwnField.Required, initial=OwnField.Required.NEVER
    )

    def __init__(
        self,
        data: Any = None,
        *,
        user: User,
        pool: CustomerPool,
        kept: OwnField | None = None,
        about: str = OwnField.About.TICKET,
        others: list[OwnField],
    ) -> None:
        super().__init__(data, initial=initial_of(kept))
        self.pool, self.kept, self.others = pool, kept, others
        self.about = kept.about if kept else about
        brands = self.fields["brand"]
        brands.queryset = brands_of(user, pool)  # type: ignore[attr-defined]
        if not whole_pools(user).filter(pk=pool.pk).exists():
            brands.required, brands.empty_label = True, None  # type: ignore[attr-defined]
        if kept is not None:
            del self.fields["kind"], self.fields["key"]
        if self.is_about_customers:
            del self.fields["brand"], self.fields["is_public"], self.fields["required"]
        for code, language in settings.LANGUAGES:
            for name, label, longest in (("name", _("Name in %s"), 80), ("help", _("Help text in %s"), 300)):
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=label % language, max_length=longest, required=False
                )

    @property
    def is_about_customers(self) -> bool:
        """What colleagues know of them: of all brands, shown to no customer and needed nowhere."""
        return self.about == OwnField.About.CUSTOMER

    @property
    def kind_now(self) -> str:
        return self.kept.kind if self.kept else str(self["kind"].value() or OwnField.Kind.TEXT)

    @property
    def translations(self) -> list[Any]:
        return [self[f"{name}_{code}"] for code in LANGUAGES for name in ("name", "help")]

    def choice_rows(self) -> list[dict[str, Any]]:
        """As typed, else as kept; some empty ones to write in."""
        if self.is_bound:
            rows = typed_choices(self.data)
        else:
            rows = [one for one in (self.kept.choices if self.kept else []) if not one.get("gone")]
        said = [
            {**row, "others": [(code, row.get("names", {}).get(code, "")) for code in LANGUAGES]}
            for row in rows
        ]
        blank = {"code": "", "name": "", "others": [(code, "") for code in LANGUAGES]}
        return [*said, *(blank for _number in range(BLANK_ROWS))]

    def leaders(self) -> list[dict[str, Any]]:
        """Fields it may hang on, with the values that are ticked."""
        made = self.kept or OwnField(pool=self.pool, about=self.about, key="", kind=self.kind_now)
        if self.is_bound:
            made.brand_id = int(self.data["brand"]) if self.data.get("brand", "").isdecimal() else None
            ticked = {one["field"]: one["values"] for one in typed_conditions(self.data)}
        else:
            ticked = {one["field"]: one["values"] for one in made.conditions}
        return [
            {
                "field": one,
                "options": [(code, words, code in ticked.get(one.key, ())) for code, words in one.options()],
                "is_used": bool(ticked.get(one.key)),
            }
            for one in may_lead(made, self.others)
        ]

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(
            pool=self.pool,
            about=self.about,
            kind=self.kept.kind if self.kept else data["kind"],
            key=self.kept.key if self.kept else data.get("key", ""),
            name=" ".join(data["name"].split()),
            brand=data.get("brand"),
            names=self.said("name"),
            help=data.get("help", ""),
            helps=self.said("help"),
            choices=tuple(typed_choices(self.data)),
            required=data.get("required", OwnField.Required.NEVER),
            is_public=data.get("is_public", False),
            conditions=tuple(typed_conditions(self.data)),
        )

    def said(self, name: str) -> dict[str, str]:
        words = {code: self.cleaned_data.get(f"{name}_{code}", "") for code in LANGUAGES}
        return {code: text for code, text in words.items() if text}


def initial_of(kept: OwnField | None) -> dict[str, Any]:
    if kept is None:
        return {}
    names = {f"name_{code}": text for code, text in kept.names.items()}
    helps = {f"help_{code}": text for code, text in kept.helps.items()}
    plain = {name: getattr(kept, name) for name in ("name", "help", "is_public", "required")}
    return {**names, **helps, **plain, "brand": kept.brand_id}


def typed_choices(data: Any) -> list[dict[str, Any]]:
    """Rows of choices; an empty name is a row nobody wants."""
    names, codes = data.getlist("choice_name"), data.getlist("choice_code")
    others = {code: data.getlist(f"choice_name_{code}") for code in LANGUAGES}
    rows = []
    for place, name in enumerate(names[: MOST_CHOICES + 1]):
        if not (name := " ".join(name.replace("\x00", "").split())[:80]):
            continue
        said = {
            code: " ".join(texts[place].split())[:80] for code, texts in others.items() if place < len(texts)
        }
        code = codes[place] if place < len(codes) else ""
        rows.append({"code": code, "name": name, "names": {key: text for key, text in said.items() if text}})
    return rows


def typed_conditions(data: Any) -> list[dict[str, Any]]:
    """From checkboxes called when_<key>, a box for each value."""
    found = [name for name in data if name.startswith("when_")]
    return [{"field": name[5:], "values": data.getlist(name)} for name in sorted(found)]
