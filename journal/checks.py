"""A wiring table that names what does not exist is an error at start, not at the first event."""

from typing import Any

from django.core.checks import Error, register
from django.utils.module_loading import import_string

from journal.wiring import table


@register()
def wiring_check(**_: Any) -> list[Error]:
    errors = []
    for name, paths in table().items():
        for path in paths:
            try:
                import_string(path)
            except ImportError as error:
                hint = "Correct the path in carecenter/wiring.py."
                errors.append(Error(f"{name}: {path} does not import: {error}", hint=hint, id="journal.E001"))
    return errors
