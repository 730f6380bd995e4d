"""What is handed in to become articles, and how."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.access import brands_for
from accounts.models import Brand, User
from accounts.permissions import ARTICLES_PUBLISH
from carecenter.lib import form_words
from knowledge_base.domain.imports.bundles import MAX_ARCHIVE
from knowledge_base.models import Category, Visibility

TAKEN = ".zip,.md,.markdown,.html,.htm,.csv"


class CategoryOfBrand(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.brand}: {obj.name_in(obj.brand.language)}"


class ImportForm(forms.Form):
    """The archive, the brand it is for, and what pages get that say nothing themselves."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A ZIP archive of a folder of Markdown or HTML files with their pictures, one such file, or a CSV table "
            "with the columns question and answer."
        ),
        widget=forms.FileInput(attrs={"accept": TAKEN}),
    )
    brand = forms.ModelChoiceField(label=_("Brand"), queryset=Brand.objects.none(), empty_label=None)
    name = forms.SlugField(
        label=_("Name of the source"),
        max_length=60,
        initial="files",
        help_text=_("Under the same name, the same page changes its article instead of making a second one."),
        error_messages=form_words.SLUG,
    )
    language = forms.ChoiceField(label=_("Language of pages that do not say"), required=False)
    visibility = forms.ChoiceField(label=_("Who may read them"), choices=Visibility)
    category = CategoryOfBrand(
        label=_("Category of pages that have none"), queryset=Category.objects.none(), required=False
    )
    publishes = forms.BooleanField(label=_("Publish at once, not as drafts"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        brands = brands_for(user, ARTICLES_PUBLISH)
        self.fields["brand"].queryset = brands  # type: ignore[attr-defined]
        categories = Category.objects.filter(brand__in=brands.order_by().values("pk")).select_related("brand")
        self.fields["category"].queryset = categories.order_by("brand__name", "position", "pk")  # type: ignore[attr-defined]
        self.fields["category"].empty_label = _("None")  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("The brand's")), *settings.LANGUAGES]  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_ARCHIVE:
            most = MAX_ARCHIVE // 2**20
            raise forms.ValidationError(_now("It is larger than %(most)s MB.") % {"most": most})
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        category, brand = cleaned.get("category"), cleaned.get("brand")
        if category is not None and brand is not None and category.brand_id != brand.pk:
            self.add_error("category", _now("This category belongs to another brand."))
        return cleaned

    def options(self) -> dict[str, Any]:
        """As the verb wants them, without file and brand."""
        values = self.cleaned_data
        return {
            "name": values["name"],
            "language": values["language"] or values["brand"].language,
            "visibility": values["visibility"],
            "category": values["category"],
            "publishes": values["publishes"],
            "file_name": (values["file"].name or "file")[-200:],
        }
