"""A logo, as it is uploaded."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from knowledge_base.domain.errors import BadPicture
from knowledge_base.domain.logos import MAX_BYTES, draw_logo
from knowledge_base.domain.pictures import Drawn


class LogoField(forms.FileField):
    """Its clean value is the picture, drawn anew; None where none was chosen."""

    def __init__(self, **kwargs: Any) -> None:
        accept = {"accept": "image/png,image/jpeg,image/webp", "data-logo": ""}
        super().__init__(required=False, widget=forms.FileInput(attrs=accept), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Drawn | None:
        file = super().clean(data, initial)
        if not file:
            return None
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("A logo has at most 2 MB."))
        try:
            return draw_logo(file.read())
        except BadPicture as error:
            raise forms.ValidationError(str(error)) from error
