"""What a text said before: kept when it is published, scheduled or by hand, compared and brought back."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from knowledge_base.domain.articles import FIELDS, Draft, lock_text, save_draft, tell
from knowledge_base.models import Text, Version


def latest(text: Text) -> Version | None:
    return text.versions.order_by("-number").first()


def says_the_same(text: Text, version: Version | None) -> bool:
    """Is the draft word for word what this version says?"""
    return version is not None and all(getattr(text, name) == getattr(version, name) for name in FIELDS)


def draft_of(version: Version) -> Draft:
    return Draft(version.title, version.summary, version.html, version.phrases)


def make_version(text: Text, *, actor: User | None, note: str = "") -> Version:
    """The draft of a locked text as a version; the latest one again when it says the same and no note is given."""
    last = latest(text)
    if last is not None and not note and says_the_same(text, last):
        return last
    return add_version(text, {name: getattr(text, name) for name in FIELDS}, actor=actor, note=note)


def add_version(text: Text, values: dict[str, Any], *, actor: User | None, note: str) -> Version:
    """Under the next number of a locked text."""
    number = (text.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    return Version.objects.create(text=text, number=number, made_by=actor, note=note[:200], **values)


def keep(text: Text, *, actor: User | None, note: str = "") -> Version:
    """Keep the draft as it is now, under a number, without anybody else reading it."""
    with transaction.atomic():
        current = lock_text(text.pk)
        version = make_version(current, actor=actor, note=note)
        tell("article.changed", current.article, actor, text=text.pk, version=version.pk, fields=["kept"])
    return version


def replace_draft(text: Text, draft: Draft, *, version: int, actor: User | None) -> Text:
    """Save over what a colleague saved meanwhile, as `version` was seen; theirs is kept as a version first."""
    with transaction.atomic():
        current = lock_text(text.pk)
        make_version(current, actor=current.edited_by, note=_("Before it was replaced"))
        return save_draft(current, draft, version=version, actor=actor)


def keep_beside(text: Text, draft: Draft, *, actor: User | None) -> Version:
    """Keep words that are not the draft and do not become it, among the versions."""
    with transaction.atomic():
        current = lock_text(text.pk)
        note = _("Written at the same time, not used")
        version = add_version(current, draft.values(), actor=actor, note=note)
        tell("article.changed", current.article, actor, text=text.pk, version=version.pk, fields=["kept"])
    return version


def restore_version(version: Version, *, actor: User | None) -> tuple[Text, Version]:
    """Make the draft say what this version says. What the draft said is kept first, and returned with the text.

    What the public reads stays as it is.
    """
    with transaction.atomic():
        current = lock_text(version.text_id)
        note = _("Before version %(number)s was brought back") % {"number": version.number}
        last = latest(current)
        kept = last if says_the_same(current, last) else make_version(current, actor=actor, note=note)
        assert kept is not None  # noqa: S101  the same as the last one, or just made
        text = save_draft(current, draft_of(version), version=current.version, actor=actor)
        tell("article.changed", current.article, actor, text=text.pk, version=version.pk, fields=["restored"])
    return text, kept
