"""What forms say where Django's own words help nobody: pass them as `error_messages`."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

SLUG: Final[dict[str, Any]] = {"invalid": _("Only letters without accents, digits, - and _.")}
ADDRESS: Final[dict[str, Any]] = {"invalid": _("Write the whole address, as in https://www.example.com")}
