"""Answers that were given to a POST with an `Idempotency-Key`, kept so that a repeat gets the same one."""

from django.db import models

from carecenter.lib.time import now


class StoredAnswer(models.Model):
    """The answer to one key of one token. Written in the transaction of what the request did: both or neither."""

    token_id = models.BigIntegerField()  # whose key it is: another token's same key is another key
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)  # sha256 of method, address and body
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_id", "key"], name="api_answer_once")]
        indexes = [models.Index(fields=["created_at"], name="api_answer_age")]

    def __str__(self) -> str:
        return f"answer {self.pk}"
