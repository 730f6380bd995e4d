"""/desk/articles/look/: how a brand's help centre looks and greets."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import brands_for
from accounts.permissions import ARTICLES_PUBLISH
from accounts.views.guard import StaffRequest, needs
from journal.actors import user_actor
from knowledge_base.access import get_brand_for
from knowledge_base.domain.help_look import save_look
from knowledge_base.domain.help_settings import settings_of
from knowledge_base.domain.reading import languages_of
from knowledge_base.look_form import LookForm


@require_safe
@needs(ARTICLES_PUBLISH)
def first(request: StaffRequest) -> HttpResponse:
    """Of the first brand whose help centre the person arranges."""
    brand = brands_for(request.user, ARTICLES_PUBLISH).order_by("name").first()
    if brand is None:
        raise Http404
    return redirect("help_look:page", brand.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(ARTICLES_PUBLISH)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    brand = get_brand_for(request.user, pk, ARTICLES_PUBLISH)
    form = LookForm(request.POST or None, brand=brand, saved=settings_of(brand), codes=languages_of(brand))
    if request.method == "POST" and form.is_valid():
        save_look(brand, form.look(), actor=user_actor(request.user.pk))
        messages.success(request, _("Saved. It looks so from now on."))
        return redirect("help_look:page", brand.pk)
    context = {
        "area": "articles",
        "articles_tab": "look",
        "brand": brand,
        "brands": brands_for(request.user, ARTICLES_PUBLISH).order_by("name"),
        "form": form,
    }
    return render(request, "knowledge_base/look.html", context, status=422 if form.errors else 200)
