"""The same article in one more language, or in one fewer."""

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
from knowledge_base.domain.articles import Draft, add_language, remove_language
from knowledge_base.domain.errors import NotAllowed
from knowledge_base.forms import known_languages
from knowledge_base.models import Article
from knowledge_base.views.responses import text_to_write


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


@require_POST
@needs(ARTICLES_WRITE)
def remove(request: StaffRequest, pk: int, language: str) -> HttpResponse:
    """Back to the language that is left."""
    current = text_to_write(request, pk, language)
    try:
        remove_language(current, actor=request.user)
    except NotAllowed as error:
        messages.warning(request, str(error))
        return redirect("articles:text", pk, language)
    messages.success(request, _("The %(language)s draft is gone.") % {"language": name_of(language)})
    return redirect("articles:article", pk)


def name_of(language: str) -> str:
    return str(known_languages().get(language, language))


def copied(article: Article, language: str) -> Draft | None:
    text = article.texts.filter(language=language).first()
    return Draft(text.title, text.summary, text.html, text.phrases) if text is not None else None
