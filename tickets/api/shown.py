"""What the API shows of tickets, contacts, messages and inboxes. Names and order are a promise."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from carecenter.api.fields import Moment
from carecenter.api.own_fields import renamed
from carecenter.lib.kinds import kind_choices
from carecenter.lib.sanitise import sanitise_mail_html
from tickets.models import (
    Attachment,
    Contact,
    Delivery,
    Direction,
    Inbox,
    Message,
    Participant,
    Priority,
    Status,
    Ticket,
    Upload,
)

PRIORITIES = {priority.value: priority.name.lower() for priority in Priority}


class PriorityShown(serializers.ChoiceField):
    """The number in the database as a word."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=list(PRIORITIES.values()), **kwargs)

    def to_representation(self, value: Any) -> str:
        return PRIORITIES[value]


class TicketShown(serializers.Serializer[Ticket]):
    """All of it changes only together with `version`, so that the ETag can be the version."""

    id = serializers.IntegerField()
    number = serializers.IntegerField(help_text="What people say aloud.")
    brand = serializers.IntegerField(source="brand_id")
    inbox = serializers.IntegerField(source="inbox_id", allow_null=True)
    customer = serializers.IntegerField(source="customer_id", allow_null=True)
    subject = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    priority = PriorityShown()
    team = serializers.IntegerField(source="team_id", allow_null=True)
    assignee = serializers.IntegerField(source="assignee_id", allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    fields_ = serializers.DictField(help_text="The firm's own fields.")
    kind = serializers.ChoiceField(
        source="last_kind", choices=kind_choices(), help_text="Of the last message."
    )
    preview = serializers.CharField(help_text="The start of the last message.")
    message_count = serializers.IntegerField()
    merged_into = serializers.IntegerField(source="merged_into_id", allow_null=True)
    version = serializers.IntegerField()
    created_at = Moment()
    updated_at = Moment()
    last_message_at = Moment()
    waiting_since = Moment(
        allow_null=True, help_text="When the oldest unanswered message of the customer came."
    )
    first_replied_at = Moment(allow_null=True)
    solved_at = Moment(allow_null=True)
    snoozed_until = Moment(allow_null=True, help_text="Out of the lists until then.")

    def get_fields(self) -> dict[str, Any]:
        return renamed(super().get_fields())


class ContactShown(serializers.Serializer[Contact]):
    id = serializers.IntegerField()
    ticket = serializers.IntegerField(source="ticket_id")
    inbox = serializers.IntegerField(source="inbox_id", allow_null=True)
    customer = serializers.IntegerField(source="customer_id", allow_null=True)
    kind = serializers.ChoiceField(choices=kind_choices())
    direction = serializers.ChoiceField(choices=Direction.choices)
    holder = serializers.ChoiceField(choices=Contact.Holder.choices)
    agent = serializers.IntegerField(source="agent_id", allow_null=True)
    opened_at = Moment()
    queued_at = Moment(allow_null=True)
    offered_at = Moment(allow_null=True)
    answered_at = Moment(allow_null=True)
    ended_at = Moment(allow_null=True)
    end_reason = serializers.CharField(help_text="Empty while it is open.")


class AddressShown(serializers.Serializer[dict[str, str]]):
    name = serializers.CharField()
    address = serializers.CharField()


class AttachmentShown(serializers.Serializer[Attachment]):
    name = serializers.CharField()
    size = serializers.IntegerField(source="blob.size", help_text="Bytes.")
    content_type = serializers.CharField(help_text="As the sender says; the download does not trust it.")
    url = serializers.SerializerMethodField(help_text="Needs the token, like everything here.")

    def get_url(self, attachment: Attachment) -> str:
        address = reverse("api:attachment", args=[attachment.token])
        url: str = self.context["request"].build_absolute_uri(address)
        return url


class MessageShown(serializers.Serializer[Message]):
    id = serializers.IntegerField()
    ticket = serializers.IntegerField(source="ticket_id")
    contact = serializers.IntegerField(source="contact_id", allow_null=True)
    direction = serializers.ChoiceField(choices=Direction.choices)
    audience = serializers.ChoiceField(choices=Message.Audience.choices)
    kind = serializers.ChoiceField(choices=kind_choices())
    from_ = serializers.CharField(source="from_address")
    from_name = serializers.CharField()
    to = AddressShown(many=True)
    cc = AddressShown(many=True)
    subject = serializers.CharField()
    text = serializers.CharField()
    html = serializers.SerializerMethodField(
        help_text="Sanitised: no scripts, no forms, no pictures from elsewhere."
    )
    reply_text = serializers.CharField(help_text="The text without the quoted history.")
    attachments = AttachmentShown(many=True)
    message_id = serializers.CharField(
        source="external_id", help_text="Message-ID without the angle brackets."
    )
    in_reply_to = serializers.CharField()
    is_auto = serializers.BooleanField(help_text="A machine wrote it: out of office, a newsletter.")
    is_bounce = serializers.BooleanField(help_text="A mail of ours came back.")
    delivery = serializers.ChoiceField(choices=Delivery.choices)
    created_at = Moment()

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of Python's own.
        return {("from" if name == "from_" else name): field for name, field in super().get_fields().items()}

    def get_html(self, message: Message) -> str:
        return sanitise_mail_html(message.html) if message.html else ""


class ParticipantShown(serializers.Serializer[Participant]):
    id = serializers.IntegerField()
    address = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=Participant.Role.choices)
    customer = serializers.IntegerField(source="customer_id", allow_null=True)


class InboxShown(serializers.Serializer[Inbox]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=kind_choices())
    brand = serializers.IntegerField(source="brand_id")
    default_team = serializers.IntegerField(source="default_team_id", allow_null=True)
    is_active = serializers.BooleanField()


class UploadShown(serializers.Serializer[Upload]):
    id = serializers.CharField(source="token", help_text="To name in `attachments`, once.")
    name = serializers.CharField(help_text="Made safe: without folders and control characters.")
    size = serializers.IntegerField(source="blob.size")
    content_type = serializers.CharField(source="blob.content_type", help_text="What the bytes are.")
    expires_at = Moment(help_text="Forgotten then, unless a message has named it.")
