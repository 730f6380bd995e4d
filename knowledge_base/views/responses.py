"""Answers to the authors' requests: the bar above the editor anew, a word about what happened, a way back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from accounts.views.guard import StaffRequest
from knowledge_base import access
from knowledge_base.domain.errors import ArticleError, StaleDraft
from knowledge_base.domain.links import broken_links
from knowledge_base.domain.listing import has_address, state_of
from knowledge_base.models import Article, Text

SHOWN_VERSIONS = 5


def text_to_write(request: StaffRequest, pk: int, language: str) -> Text:
    """404 for who may not see it, 403 for who may not write here."""
    text = access.get_text_for(request.user, pk, language)
    if not access.can_write(request.user, text.article.brand_id):
        raise PermissionDenied
    return text


def text_to_publish(request: StaffRequest, pk: int, language: str) -> Text:
    text = access.get_text_for(request.user, pk, language)
    if not access.can_publish(request.user, text.article.brand_id):
        raise PermissionDenied
    return text


def page_of(text: Text) -> str:
    """The editor of this text."""
    return reverse("articles:text", args=[text.article_id, text.language])


def public_address(text: Text) -> str:
    """Where everybody reads it; empty while nobody does, or where there is no help centre."""
    article = text.article
    if text.published_id is None or article.archived_at is not None:
        return ""
    return public_path(article)


def public_path(article: Article) -> str:
    """Its address in the help centre; empty where there is none."""
    try:
        return reverse("help:article", args=[article.brand.slug, article.slug])
    except NoReverseMatch:
        return ""


def bar_context(request: StaffRequest, text: Text) -> dict[str, Any]:
    """What the bar above the editor and the list of versions beside it show."""
    article = text.article
    return {
        "article": article,
        "text": text,
        "state": state_of(text),
        "is_settled": has_address(article),
        "may_write": access.can_write(request.user, article.brand_id),
        "may_publish": access.can_publish(request.user, article.brand_id),
        "public_address": public_address(text),
        "broken": broken_links(article.brand, text.html, visibility=article.visibility),
        "versions": list(text.versions.select_related("made_by")[: SHOWN_VERSIONS + 1]),
        "shown_versions": SHOWN_VERSIONS,
    }


def bar(
    request: StaffRequest,
    text: Text,
    said: str = "",
    *,
    undo: str = "",
    tone: str = "success",
    status: int = 200,
) -> HttpResponse:
    """The bar as it is now. `undo` is an address that takes back what was `said`, by POST."""
    if not request.htmx:
        if said:
            messages.add_message(request, messages.SUCCESS if tone == "success" else messages.WARNING, said)
        return HttpResponseRedirect(page_of(text))
    context = bar_context(request, access.get_text_for(request.user, text.article_id, text.language))
    response = render(request, "knowledge_base/_bar.html", {**context, "is_fragment": True}, status=status)
    return tell(response, said, tone=tone, undo=undo) if said else response


def tell(response: HttpResponse, said: str, *, tone: str = "success", undo: str = "") -> HttpResponse:
    """Show a toast, with a button that takes it back for a while."""
    action = {"label": _("Undo"), "url": undo} if undo else None
    facts = {"text": said, "tone": tone, "action": action, "seconds": 10 if undo else None}
    return trigger_client_event(response, "toast", facts)


def refused(request: StaffRequest, text: Text, error: ArticleError) -> HttpResponse:
    """A verb said no: its sentence, and the bar as it is now."""
    response = bar(request, text, str(error), tone="warning", status=409)
    if isinstance(error, StaleDraft) and request.htmx:
        trigger_client_event(response, "draft-conflict", {})
    return response


def undone(request: StaffRequest, page: str, said: str) -> HttpResponse:
    """Something was taken back from a toast: the page it belongs to is shown anew."""
    messages.success(request, said)
    if not request.htmx:
        return HttpResponseRedirect(page)
    response = HttpResponse(status=204)
    return trigger_client_event(response, "go-to", {"url": page})
