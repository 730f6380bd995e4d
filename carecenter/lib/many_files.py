"""A form's field for several files at once."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

MOST_FILES = 10


def limits() -> str:
    """How much may be sent, in words."""
    size = filesizeformat(settings.UPLOAD_SIZE_LIMIT)
    return _("At most %(count)s files, %(size)s together.") % {"count": MOST_FILES, "size": size}


class ManyFiles(forms.FileField):
    """Several files of one field, limited together."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [super(ManyFiles, self).clean(one, initial) for one in data or [] if one]
        if len(files) > MOST_FILES:
            raise ValidationError(_("Send at most %(count)s files.") % {"count": MOST_FILES})
        if sum(file.size for file in files) > settings.UPLOAD_SIZE_LIMIT:
            size = filesizeformat(settings.UPLOAD_SIZE_LIMIT)
            raise ValidationError(_("The files may have %(size)s together.") % {"size": size})
        return files


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        found: list[Any] = files.getlist(name) if hasattr(files, "getlist") else []
        return found
