"""/desk/articles/broken-links/: links of published articles that visitors cannot follow."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import brands_for
from accounts.permissions import ARTICLES_READ
from accounts.views.guard import StaffRequest, needs
from knowledge_base.domain.links import all_broken


@require_safe
@needs(ARTICLES_READ)
def page(request: StaffRequest) -> HttpResponse:
    """Looked for anew each time: an article that comes back mends the links to it."""
    brands = brands_for(request.user, ARTICLES_READ).order_by("name")
    found = [entry for brand in brands for entry in all_broken(brand)]
    context = {"area": "articles", "articles_tab": "broken", "found": found}
    return render(request, "knowledge_base/broken.html", context)
