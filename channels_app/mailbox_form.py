"""What is typed to have a mailbox watched."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from channels_app.models import Mailbox, Security, SignIn

IMPORTS = [
    (0, _("Nothing, only what comes from now on")),
    (7, _("The last 7 days")),
    (30, _("The last 30 days")),
    (90, _("The last 90 days")),
    (365, _("The last year")),
]
# Where a stored secret goes may not be changed without knowing it.
GUARDED = ("host", "port", "security", "username", "sign_in", "token_url", "client_id")


def secret_field(label: Any, help_text: Any = "") -> forms.CharField:
    attrs = {"autocomplete": "new-password", "dir": "ltr"}
    return forms.CharField(
        label=label,
        max_length=4000,
        required=False,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs=attrs),
    )


class MailboxForm(forms.Form):
    """Secrets are never shown again; an empty one keeps what is stored, as long as it goes to the same place."""

    host = forms.CharField(
        label=_("Server"), max_length=253, widget=forms.TextInput(attrs={"placeholder": "imap.example.com"})
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    security = forms.ChoiceField(label=_("Encryption"), choices=Security.choices)
    folder = forms.CharField(label=_("Folder"), max_length=255, initial="INBOX")
    username = forms.CharField(
        label=_("User name"),
        max_length=320,
        help_text=_("Often the whole e-mail address."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    sign_in = forms.ChoiceField(label=_("Sign in by"), choices=SignIn.choices)
    password = secret_field(_("Password"), _("Large providers want an app password made for this."))
    token_url = forms.CharField(label=_("Address of the token service"), max_length=500, required=False)
    client_id = forms.CharField(label=_("Client id"), max_length=300, required=False)
    client_secret = secret_field(_("Client secret"))
    refresh_token = secret_field(_("Refresh token"))
    import_days = forms.TypedChoiceField(
        label=_("Take in what lies there already"),
        choices=IMPORTS,
        coerce=int,
        initial=0,
        help_text=_("As solved tickets with their own dates: nobody is notified and nobody is answered."),
    )
    mark_seen = forms.BooleanField(
        label=_("Mark mails as read in the mailbox once they are stored"),
        required=False,
        help_text=_("Otherwise nothing at all is changed in the mailbox. Mails are never deleted there."),
    )
    is_on = forms.BooleanField(label=_("Watch this mailbox"), required=False)

    def __init__(self, *args: Any, mailbox: Mailbox | None, stored: frozenset[str], **kwargs: Any) -> None:
        """`stored` names the secrets there are."""
        super().__init__(*args, **kwargs)
        self.mailbox, self.stored = mailbox, stored

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("host", "username", "folder", "password", "client_id", "refresh_token", "client_secret"):
            if any(char in "\r\n\0" for char in cleaned.get(name, "")):
                self.add_error(name, _("Write it on one line."))
        host = cleaned.get("host", "")
        if host and (
            not host.isascii() or (any(char in " /@:\\" for char in host.strip("[]")) and not is_ip(host))
        ):
            self.add_error("host", _("Enter the server's name only, such as imap.example.com."))
        if cleaned.get("security") == Security.PLAIN and host and not is_here(host):
            self.add_error("security", _("Without encryption the server must be on this machine."))
        self.check_sign_in(cleaned)
        return cleaned

    def check_sign_in(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("sign_in") == SignIn.PASSWORD:
            self.need_secret(cleaned, "password", "imap_password")
            return
        self.need_secret(cleaned, "refresh_token", "imap_refresh_token")
        if "imap_client_secret" in self.stored:  # else it is one that the service does not ask for
            self.need_secret(cleaned, "client_secret", "imap_client_secret")
        for name in ("token_url", "client_id"):
            if not cleaned.get(name):
                self.add_error(name, _("Enter this too."))
        try:
            parts = urlsplit(cleaned.get("token_url", ""))
            is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_here(parts.hostname or ""))
        except ValueError:
            is_safe = False
        if cleaned.get("token_url") and not is_safe:
            self.add_error("token_url", ValidationError(_("The address begins with https://.")))

    def need_secret(self, cleaned: dict[str, Any], name: str, stored: str) -> None:
        if cleaned.get(name):
            return
        if stored not in self.stored or self.mailbox is None:
            self.add_error(name, _("Enter this too."))
        elif any(cleaned.get(one) != getattr(self.mailbox, one) for one in GUARDED):
            self.add_error(name, _("Enter it again: it would go to another place than before."))

    def secrets(self) -> dict[str, str]:
        given = self.cleaned_data
        return {
            f"imap_{name}": given.get(name, "") for name in ("password", "client_secret", "refresh_token")
        }


def is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_here(host: str) -> bool:
    """This machine, by what is typed; where the name leads is looked at again before each connection."""
    return host.lower() == "localhost" or (is_ip(host) and ipaddress.ip_address(host).is_loopback)
