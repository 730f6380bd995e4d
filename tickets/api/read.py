"""What the API reads about tickets: filters and bodies, checked before any verb sees them."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from carecenter.api.fields import MAX_ID, Id, Input, Moment, Text
from carecenter.api.own_fields import OWN_FIELDS, OwnFields, WithFields
from carecenter.api.pagination import PageQuery
from carecenter.lib.html import text_to_html
from carecenter.lib.kinds import Capability, kind_choices, kinds_that
from carecenter.lib.many_files import MOST_FILES
from tickets.by_hand import ByHand
from tickets.domain.changes import MAX_TAG, MAX_TAGS, clean_tag
from tickets.models import Direction, Message, Priority, Status

TEXT_LIMIT = 200_000
PRIORITY_NAMES = {priority.name.lower(): priority.value for priority in Priority}


class IdOrNone(serializers.CharField):
    """A filter: an id, or `none` for tickets that have none."""

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        if text == "none":
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 20 and 0 < int(text) <= MAX_ID):
            raise ValidationError("An id, or none.")
        return int(text)


class TicketQuery(PageQuery):
    status = serializers.ListField(child=serializers.ChoiceField(choices=Status.choices), required=False)
    team = IdOrNone(required=False, help_text="An id, or none.")
    assignee = IdOrNone(required=False, help_text="An id, or none.")
    brand = Id(required=False)
    customer = Id(required=False)
    tag = serializers.ListField(
        child=serializers.CharField(max_length=MAX_TAG), required=False, max_length=10
    )
    number = Id(required=False)
    q = serializers.CharField(
        required=False,
        max_length=400,
        help_text="What the search box takes: words, phrases and operators, like refund status:open. Newest first; "
        "beside it only limit and cursor.",
    )
    updated_since = Moment(
        required=False,
        help_text="Tickets changed since then, the oldest change first: to keep a copy up to date.",
    )


# Kinds in which we may write first.
WRITTEN = kinds_that(Capability.ADDRESSES)


class ContactQuery(PageQuery):
    ticket = Id(required=False)
    customer = Id(required=False)
    kind = serializers.ChoiceField(choices=kind_choices(), required=False)


class WithText(Input):
    """A text, plain or as HTML, one of the two; or none beside files."""

    text = Text(required=False, max_length=TEXT_LIMIT, trim_whitespace=False)
    html = Text(
        required=False,
        max_length=TEXT_LIMIT,
        trim_whitespace=False,
        help_text="Sanitised before it is stored.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("attachments") and not attrs.keys() & {"text", "html"}:
            attrs["html"] = ""
        elif ("text" in attrs) == ("html" in attrs):
            raise ValidationError({"text": ["Send text or html, one of the two."]})
        if "text" in attrs:
            attrs["html"] = text_to_html(attrs.pop("text"))
        return attrs


class TagList(serializers.ListField):
    child = Text(max_length=MAX_TAG)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_TAGS, **kwargs)

    def to_internal_value(self, data: Any) -> list[str]:
        tags = [clean_tag(tag) for tag in super().to_internal_value(data)]
        return list(dict.fromkeys(tag for tag in tags if tag))


class FileList(serializers.ListField):
    """Ids that `uploads/` gave."""

    child = Text(max_length=26)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MOST_FILES, help_text="Ids of your uploads.", **kwargs)


class UploadQuery(Input):
    name = serializers.CharField(max_length=255, help_text="What the file is called.")


class TicketWrite(WithFields, WithText):
    """`email` writes to a customer, `phone` and `visit` log what took place, `internal` opens a case of our own."""

    kind = serializers.ChoiceField(
        choices=[(code, label) for code, label in kind_choices() if code in (*WRITTEN, *ByHand.values)]
    )
    subject = Text(max_length=400)
    brand = Id(required=False, help_text="Needed without an inbox.")
    inbox = Id(required=False, help_text="Needed to write to a customer.")
    customer = Id(required=False, help_text="Needed unless internal.")
    to = Text(required=False, max_length=320, help_text="Which of the customer's addresses; else the first.")
    direction = serializers.ChoiceField(
        choices=Direction.choices, default=Direction.INBOUND, help_text="Who called or came: phone and visit."
    )
    team = Id(required=False, help_text="Else the inbox's team.")
    tags = TagList(required=False)
    fields_ = OwnFields(required=False, help_text=OWN_FIELDS)
    attachments = FileList(required=False)


class TicketChange(WithFields):
    """What shall change; what is missing stays."""

    status = serializers.ChoiceField(choices=Status.choices, required=False)
    priority = serializers.ChoiceField(choices=list(PRIORITY_NAMES), required=False)
    tags = TagList(required=False, help_text="All of them: what is missing is taken off.")
    subject = Text(max_length=400, required=False)
    team = Id(required=False, allow_null=True)
    assignee = Id(required=False, allow_null=True, help_text="null gives it back to the queue.")
    fields_ = OwnFields(required=False, help_text=OWN_FIELDS)
    snoozed_until = Moment(
        required=False,
        allow_null=True,
        help_text="Out of the lists until then, or until the customer writes; null wakes it.",
    )


class TicketMergeWrite(Input):
    into = Id(help_text="The ticket that stays.")


class CopyTo(Input):
    """Who gets a copy of an answer."""

    address = serializers.EmailField(max_length=320)
    name = Text(max_length=200, required=False, default="", allow_blank=True)


class MessageWrite(WithText):
    """A `public` message is an answer and leaves after the time to take it back; an `internal` one is a note."""

    audience = serializers.ChoiceField(choices=Message.Audience.choices, default=Message.Audience.PUBLIC)
    cc = CopyTo(many=True, required=False, help_text="For answers.")
    attachments = FileList(required=False)
    status = serializers.ChoiceField(
        choices=[Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED],
        required=False,
        help_text="For answers: the status the ticket gets with it.",
    )
    signature = serializers.BooleanField(
        default=True, help_text="For answers by mail: does your signature, or the usual one, stand below?"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["audience"] == Message.Audience.INTERNAL and ("cc" in attrs or "status" in attrs):
            raise ValidationError({"audience": ["A note has neither copies nor a status."]})
        if len(attrs.get("cc", ())) > 50:
            raise ValidationError({"cc": ["50 at most."]})
        return super().validate(attrs)
