"""What is typed to have mail leave by a server of one's own."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from carecenter.lib.outgoing.models import Encryption, MailServer
from channels_app.mailbox_form import is_here, is_ip, secret_field

# Where a stored password goes may not be changed without knowing it.
GUARDED = ("host", "port", "encryption", "username")


class OutgoingForm(forms.Form):
    """The password is never shown again; an empty one keeps what is stored, as long as it goes to the same place."""

    host = forms.CharField(
        label=_("Server"), max_length=253, widget=forms.TextInput(attrs={"placeholder": "smtp.example.com"})
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    encryption = forms.ChoiceField(
        label=_("Encryption"), choices=Encryption.choices, initial=Encryption.STARTTLS
    )
    is_plain = forms.BooleanField(
        label=_("Without encryption: everybody on the way can read the mails"),
        help_text=_(
            "Only for a relay within your own network. To another machine no password is sent that way."
        ),
        required=False,
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=320,
        required=False,
        help_text=_("Often the whole e-mail address. Empty for a relay that wants no sign-in."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = secret_field(_("Password"), _("Large providers want an app password made for this."))
    sender_name = forms.CharField(label=_("Name of the sender"), max_length=120, required=False)
    sender_address = forms.EmailField(
        label=_("Address of the sender"),
        max_length=254,
        help_text=_(
            "Of invitations and resets. The address of one of your inboxes: then what comes back is noticed."
        ),
    )

    def __init__(self, *args: Any, saved: MailServer | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.saved = saved
        if settings.MAIL_FROM:  # set at the start
            del self.fields["sender_name"], self.fields["sender_address"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("host", "username", "password", "sender_name", "sender_address"):
            value = cleaned.get(name) or ""
            if any(char in "\r\n\0" for char in value):
                self.add_error(name, _("Write it on one line."))
            elif name != "sender_name" and not value.isascii():
                self.add_error(
                    name, _("The way to mail servers knows unaccented letters, digits and signs only.")
                )
        self.check_host(cleaned.get("host", ""))
        self.check_plain(cleaned)
        self.check_password(cleaned)
        return cleaned

    def check_host(self, host: str) -> None:
        if any(char in " /@:\\" for char in host.strip("[]")) and not is_ip(host):
            self.add_error("host", _("Enter the server's name only, such as smtp.example.com."))

    def check_plain(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("encryption") != Encryption.NONE or is_here(cleaned.get("host", "")):
            return
        if not cleaned.get("is_plain"):
            self.add_error("is_plain", _("Tick this, or choose an encryption."))
        if cleaned.get("username"):
            self.add_error(
                "username",
                _("Without encryption a password is sent to this machine only. Choose STARTTLS or TLS."),
            )

    def check_password(self, cleaned: dict[str, Any]) -> None:
        has_name, given = bool(cleaned.get("username")), bool(cleaned.get("password"))
        if given and not has_name:
            self.add_error("username", _("Enter this too."))
        if given or not has_name:
            return
        if self.saved is None or not self.saved.sealed:
            self.add_error("password", _("Enter this too."))
        elif any(cleaned.get(one) != getattr(self.saved, one) for one in GUARDED):
            self.add_error("password", _("Enter it again: it would go to another place than before."))
