"""What a password must not be made of, besides what Django's own validators refuse."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Brand, CustomerPool, User

PRODUCT = frozenset({"carecenter", "care center", "helpdesk", "support", "kundenservice", "contact center"})
SHORTEST_WORD = 4
LEAST_LETTERS = 6  # of its own, besides our words


class NotOurWords:
    """The program's name, and those of the brands and of the firms behind them, with little else around."""

    def validate(self, password: str, user: User | None = None) -> None:
        typed = password.casefold()
        left = typed
        for word in sorted(our_words(), key=len, reverse=True):
            left = left.replace(word, "")
        if left != typed and len(re.sub(r"[\W\d_]", "", left)) < LEAST_LETTERS:
            raise ValidationError(_("This password is little more than a name everybody here knows."))

    def get_help_text(self) -> str:
        return _("Your password must be more than the name of a brand.")


def our_words() -> set[str]:
    """Whole names and their longer words, in small letters."""
    names = [
        *Brand.objects.values_list("name", flat=True),
        *CustomerPool.objects.values_list("name", flat=True),
    ]
    words = {word for name in names for word in re.findall(r"\w+", name.casefold())}
    whole = {name.casefold() for name in names}
    return {word for word in (*PRODUCT, *words, *whole) if len(word) >= SHORTEST_WORD}
