"""The same article in one more language."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import ARTICLES_WRITE
from accounts.views.guard import StaffRequest, needs
from knowledge_base import access
from knowledge_base.domain.articles import Draft, add_language
from knowledge_base.forms import known_languages
from knowledge_base.models import Article


@require_POST
@needs(ARTICLES_WRITE)
def add(request: StaffRequest, pk: int) -> HttpResponse:
    """Begins with a copy of the language one came from, or empty, and shows that one beside."""
    article = access.get_article_for(request.user, pk)
    if not access.can_write(request.user, article.brand_id):
        raise PermissionDenied
    language = request.POST.get("language", "")
    if language not in known_languages():
        messages.warning(request, _("Choose a language from the list."))
        return redirect("articles:article", pk)
    origin = request.POST.get("from", "")
    draft = copied(article, origin) if request.POST.get("copy") else None
    add_language(article, language, actor=request.user, draft=draft)
    page = reverse("articles:text", args=[pk, language])
    return redirect(f"{page}?beside={origin}" if origin in known_languages() else page)


def copied(article: Article, language: str) -> Draft | None:
    text = article.texts.filter(language=language).first()
    return Draft(text.title, text.summary, text.html, text.phrases) if text is not None else None
