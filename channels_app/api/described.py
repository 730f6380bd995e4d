"""The body of a signed message and its answer, for the API's description. Reading it is the kind's business."""

from typing import Any

from rest_framework import serializers

from carecenter.api.fields import Moment, Text


class InboxSenderWrite(serializers.Serializer[Any]):
    name = Text(required=False, max_length=200)
    email = Text(required=False, max_length=320)
    phone = Text(required=False, max_length=40, help_text="Best in E.164, like +4930901820.")
    external_id = Text(required=False, max_length=200, help_text="Your own number of this customer.")


class InboxFileWrite(serializers.Serializer[Any]):
    name = Text(max_length=400)
    content_type = Text(required=False, max_length=127)
    content = Text(help_text="The bytes in base64.")


class InboxMessageWrite(serializers.Serializer[Any]):
    """One of `text`, `html` and `attachments` is needed."""

    id = Text(max_length=200, help_text="Your id of the message: the same id again is the same message.")
    type = Text(required=False, max_length=100, help_text='"message", and it may be left out.')
    conversation = Text(
        required=False,
        max_length=200,
        help_text="Your id of the thread; a message without one begins its own.",
    )
    subject = Text(required=False, max_length=400)
    text = Text(required=False, max_length=200_000)
    html = Text(required=False, max_length=1_000_000)
    attachments = InboxFileWrite(many=True, required=False, help_text="At most 20.")
    in_reply_to = Text(required=False, max_length=400, help_text="The id of an answer of ours.")
    sent_at = Moment(required=False)

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python."""
        return {**super().get_fields(), "from": InboxSenderWrite(required=False)}


class InboxAccepted(serializers.Serializer[Any]):
    record = serializers.IntegerField(help_text="Our id of what was stored.")
