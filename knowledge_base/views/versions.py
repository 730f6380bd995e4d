"""What an article said before: looked at, compared, brought back."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import ARTICLES_PUBLISH, ARTICLES_READ, ARTICLES_WRITE
from accounts.views.guard import StaffRequest, needs
from knowledge_base import access
from knowledge_base.domain import publishing
from knowledge_base.domain import versions as verbs
from knowledge_base.domain.comparing import compare
from knowledge_base.domain.errors import ArticleError
from knowledge_base.models import Text, Version
from knowledge_base.views.responses import (
    bar,
    page_of,
    refused,
    text_to_publish,
    text_to_write,
    undone,
)

SHOWN = 100


@require_safe
@needs(ARTICLES_READ)
def history(request: StaffRequest, pk: int, language: str) -> HttpResponse:
    """The draft against what is published, or against the last version."""
    text = access.get_text_for(request.user, pk, language)
    return shown(request, text, None)


@require_safe
@needs(ARTICLES_READ)
def version(request: StaffRequest, pk: int, language: str, number: int) -> HttpResponse:
    """One version against the one before it, or against `?with=` a number, or `?with=draft`."""
    found = access.get_version_for(request.user, pk, language, number)
    return shown(request, found.text, found)


def shown(request: StaffRequest, text: Text, chosen: Version | None) -> HttpResponse:
    versions = list(text.versions.select_related("made_by")[:SHOWN])
    new: Text | Version = chosen or text
    old = other(text, chosen, versions, request.GET.get("with", ""))
    context = {
        "area": "articles",
        "article": text.article,
        "text": text,
        "versions": versions,
        "chosen": chosen,
        "new": new,
        "old": old,
        "comparison": compare(old, new) if old is not None else None,
        "may_write": access.can_write(request.user, text.article.brand_id),
        "may_publish": access.can_publish(request.user, text.article.brand_id),
    }
    return render(request, "knowledge_base/versions.html", context)


def other(text: Text, chosen: Version | None, versions: list[Version], asked: str) -> Text | Version | None:
    """What it is compared with; None when there is nothing before it."""
    if asked == "draft" and chosen is not None:
        return text
    wanted = next((one for one in versions if str(one.number) == asked), None)
    if wanted is not None:
        return wanted
    if chosen is None:
        return text.published or (versions[0] if versions else None)
    return next((one for one in versions if one.number < chosen.number), None)


@require_POST
@needs(ARTICLES_WRITE)
def keep(request: StaffRequest, pk: int, language: str) -> HttpResponse:
    text = text_to_write(request, pk, language)
    kept = verbs.keep(text, actor=request.user, note=request.POST.get("note", "").strip())
    return bar(request, text, _("Kept as version %(number)s.") % {"number": kept.number})


@require_POST
@needs(ARTICLES_WRITE)
def restore(request: StaffRequest, pk: int, language: str, number: int) -> HttpResponse:
    """The draft says this again; what it said is kept, and Undo brings that back."""
    text_to_write(request, pk, language)
    found = access.get_version_for(request.user, pk, language, number)
    text, kept = verbs.restore_version(found, actor=request.user)
    if request.GET.get("undo"):
        return undone(request, page_of(text), _("Taken back."))
    undo = reverse("articles:version_restore", args=[pk, language, kept.number])
    said = _("The draft says what version %(number)s says.") % {"number": number}
    return bar(request, text, said, undo=f"{undo}?undo=1")


@require_POST
@needs(ARTICLES_PUBLISH)
def publish(request: StaffRequest, pk: int, language: str, number: int) -> HttpResponse:
    """The public reads this version again; the draft stays."""
    text = text_to_publish(request, pk, language)
    found = access.get_version_for(request.user, pk, language, number)
    try:
        publishing.publish_version(found, actor=request.user)
    except ArticleError as error:
        return refused(request, text, error)
    if request.GET.get("undo"):
        return undone(request, page_of(text), _("Taken back."))
    return bar(request, text, _("Version %(number)s is published.") % {"number": number})
