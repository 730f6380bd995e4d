"""Publish, schedule, take back, archive: each with a way back."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import ARTICLES_PUBLISH
from accounts.views.guard import StaffRequest, needs
from knowledge_base import access
from knowledge_base.domain import publishing as verbs
from knowledge_base.domain.articles import unchanged_since
from knowledge_base.domain.errors import ArticleError
from knowledge_base.domain.listing import main_text
from knowledge_base.forms import ScheduleForm
from knowledge_base.models import Article, Text
from knowledge_base.views.responses import bar, page_of, refused, text_to_publish, undone


def version_seen(request: StaffRequest) -> int | None:
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else None


@require_POST
@needs(ARTICLES_PUBLISH)
def publish(request: StaffRequest, pk: int, language: str) -> HttpResponse:
    """Only what the author has seen: 409 when a colleague saved since."""
    text = text_to_publish(request, pk, language)
    before = text.published
    try:
        unchanged_since(text, version_seen(request))
        verbs.publish(text, actor=request.user, note=request.POST.get("note", "").strip())
    except ArticleError as error:
        return refused(request, text, error)
    if before is None:
        undo = reverse("articles:unpublish", args=[pk, language])
    else:
        undo = reverse("articles:version_publish", args=[pk, language, before.number])
    return bar(request, text, _("Published."), undo=f"{undo}?undo=1")


@require_POST
@needs(ARTICLES_PUBLISH)
def schedule(request: StaffRequest, pk: int, language: str) -> HttpResponse:
    text = text_to_publish(request, pk, language)
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return bar(request, text, _("Choose a day and a time."), tone="warning", status=422)
    try:
        unchanged_since(text, version_seen(request))
        verbs.schedule(text, form.moment(), actor=request.user)
    except ArticleError as error:
        return refused(request, text, error)
    undo = reverse("articles:unschedule", args=[pk, language])
    return bar(request, text, _("It will be published by itself."), undo=f"{undo}?undo=1")


@require_POST
@needs(ARTICLES_PUBLISH)
def unschedule(request: StaffRequest, pk: int, language: str) -> HttpResponse:
    text = verbs.unschedule(text_to_publish(request, pk, language), actor=request.user)
    return told(request, text, _("It will not be published by itself."))


@require_POST
@needs(ARTICLES_PUBLISH)
def unpublish(request: StaffRequest, pk: int, language: str) -> HttpResponse:
    text = text_to_publish(request, pk, language)
    version = verbs.unpublish(text, actor=request.user)
    if version is None:
        return told(request, text, _("Nobody reads it any more."))
    undo = reverse("articles:version_publish", args=[pk, language, version.number])
    return told(request, text, _("Nobody reads it any more."), undo=f"{undo}?undo=1")


def told(request: StaffRequest, text: Text, said: str, *, undo: str = "") -> HttpResponse:
    """Pressed in a toast, the whole page is shown anew; pressed in the bar, the bar."""
    if request.GET.get("undo"):
        return undone(request, page_of(text), _("Taken back."))
    return bar(request, text, said, undo=undo)


def article_to_publish(request: StaffRequest, pk: int) -> Article:
    article = access.get_article_for(request.user, pk)
    if not access.can_publish(request.user, article.brand_id):
        raise PermissionDenied
    return article


@require_POST
@needs(ARTICLES_PUBLISH)
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    article = verbs.archive(article_to_publish(request, pk), actor=request.user)
    return moved(request, article, _("The article is in the archive."), "articles:restore")


@require_POST
@needs(ARTICLES_PUBLISH)
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    article = verbs.restore(article_to_publish(request, pk), actor=request.user)
    return moved(request, article, _("The article is back, as it was."), "articles:archive")


def moved(request: StaffRequest, article: Article, said: str, back: str) -> HttpResponse:
    """The language that the page shows is told by `language`; else the article's main one."""
    text = article.texts.filter(language=request.POST.get("language", "")).first() or main_text(article)
    if text is None or request.GET.get("undo"):
        return undone(request, reverse("articles:article", args=[article.pk]), _("Taken back."))
    return bar(request, text, said, undo=f"{reverse(back, args=[article.pk])}?undo=1")
