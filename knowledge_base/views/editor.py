"""One article at the desk: written in each language, its properties, two who write at once."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import ARTICLES_READ, ARTICLES_WRITE
from accounts.views.guard import StaffRequest, needs
from knowledge_base import access
from knowledge_base.domain import articles, versions
from knowledge_base.domain.articles import Draft
from knowledge_base.domain.comparing import compare
from knowledge_base.domain.errors import ArticleError, StaleDraft
from knowledge_base.domain.listing import main_text
from knowledge_base.domain.publishing import is_read
from knowledge_base.forms import DraftForm, PropertiesForm, known_languages
from knowledge_base.models import Text
from knowledge_base.views.responses import bar, bar_context, page_of, tell, text_to_write


@require_safe
@needs(ARTICLES_READ)
def article(request: StaffRequest, pk: int) -> HttpResponse:
    """Leads to the article in the brand's language, or in the one it has."""
    found = main_text(access.get_article_for(request.user, pk))
    if found is None:
        raise Http404
    return redirect("articles:text", pk, found.language)


@require_safe
@needs(ARTICLES_READ)
def text(request: StaffRequest, pk: int, language: str) -> HttpResponse:
    """The editor; for who may only read, the article. `?beside=de` shows that language next to it."""
    current = access.get_text_for(request.user, pk, language)
    context = bar_context(request, current) | beside_context(current, request.GET.get("beside", ""))
    context |= {
        "area": "articles",
        "form": PropertiesForm(article=current.article),
        "is_removable": articles.is_removable(current),
        "votes": votes_of(current),
    }
    page = "editor" if context["may_write"] else "read"
    return render(request, f"knowledge_base/{page}.html", context)


def beside_context(current: Text, beside: str) -> dict[str, Any]:
    texts = list(current.article.texts.select_related("published").order_by("language"))
    texts.sort(key=lambda one: one.language != current.article.brand.language)
    names = known_languages()
    taken = {one.language for one in texts}
    return {
        "texts": texts,
        "others": [one for one in texts if one.pk != current.pk],
        "beside": next((one for one in texts if one.language == beside and one.pk != current.pk), None),
        "further_languages": [(code, name) for code, name in names.items() if code not in taken],
    }


def votes_of(current: Text) -> dict[str, int]:
    votes = list(current.article.votes.values_list("helped", flat=True)[:10_000])
    return {"given": len(votes), "helped": sum(votes)}


@require_POST
@needs(ARTICLES_WRITE)
def draft(request: StaffRequest, pk: int, language: str) -> HttpResponse:
    """Keep what is written. 409 with both texts when a colleague saved meanwhile; `keep` says which one stays."""
    current = text_to_write(request, pk, language)
    form = DraftForm(request.POST)
    if not form.is_valid():
        said = _("This text is too long to be stored.")
        return HttpResponse(said, status=422, content_type="text/plain")
    written, version = form.draft(), form.cleaned_data["version"]
    try:
        if keep := request.POST.get("keep"):
            return settle(request, current, written, version=version, keep=keep)
        saved = articles.save_draft(current, written, version=version, actor=request.user)
    except StaleDraft as error:
        return conflict(request, error.current, written)
    return bar(request, saved) if request.htmx else redirect(page_of(saved))


def settle(request: StaffRequest, current: Text, written: Draft, *, version: int, keep: str) -> HttpResponse:
    """Both were shown and one was chosen; the other one is kept as a version."""
    if keep == "mine":
        versions.replace_draft(current, written, version=version, actor=request.user)
        said = _("Your text is the draft now. The other one is among the versions.")
    else:
        versions.keep_beside(current, written, actor=request.user)
        said = _("The draft stays as it is. What you wrote is among the versions.")
    return bar(request, current, said)


def conflict(request: StaffRequest, current: Text, written: Draft) -> HttpResponse:
    """Both texts, what differs, and the choice between them."""
    mine = Text(language=current.language, **written.values())
    context = {
        "area": "articles",
        "article": current.article,
        "text": current,
        "mine": mine,
        "phrases": "\n".join(mine.phrases),
        "comparison": compare(current, mine),
    }
    page = "_conflict.html" if request.htmx else "conflict.html"
    return render(request, f"knowledge_base/{page}", context, status=409)


@require_POST
@needs(ARTICLES_WRITE)
def properties(request: StaffRequest, pk: int) -> HttpResponse:
    """Category, readers, owner, review date, address: saved as they are chosen."""
    found = access.get_article_for(request.user, pk)
    if not access.can_write(request.user, found.brand_id):
        raise PermissionDenied
    form = PropertiesForm(request.POST, article=found)
    if form.is_valid():
        opens = form.cleaned_data["visibility"] != found.visibility and is_read(found)
        if opens and not access.can_publish(request.user, found.brand_id):
            raise PermissionDenied
        try:
            articles.change_article(found, actor=request.user, **form.cleaned_data)
        except ArticleError as error:
            form.add_error("slug", str(error))
    status = 422 if form.errors else 200
    if not request.htmx:
        return redirect("articles:article", pk)
    response = render(
        request, "knowledge_base/_properties.html", {"article": found, "form": form}, status=status
    )
    return response if form.errors else tell(response, _("Saved."))
