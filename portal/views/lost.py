"""What is shown where there is nothing: in a brand's look on its pages, else as everywhere."""

import re

from django.http import HttpRequest, HttpResponse
from django.urls import set_urlconf
from django.views.defaults import page_not_found

from accounts.models import Brand
from portal.frame import AWAY
from portal.languages import speak
from portal.pages import lost, reader_of

_HELP = re.compile(r"/help/([-\w]{1,60})/")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Of a page of a brand that does not exist, the page of everywhere."""
    slug = getattr(request, "brand_host", "") or slug_in(request.path_info)
    try:
        brand = Brand.objects.filter(slug=slug).first() if slug else None
        if brand is not None:
            set_urlconf(getattr(request, "urlconf", None))
            reader = reader_of(request, brand)
            with speak(brand.language):
                return lost(request, reader)
    except AWAY:
        pass
    return page_not_found(request, exception or Exception())


def slug_in(path: str) -> str:
    found = _HELP.match(path)
    return found[1] if found else ""
