"""At a brand's own host the brand's help stands at the root."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.hosts import addresses_at, brand_of, is_elsewhere
from portal.views.lost import not_found

Handler = Callable[[HttpRequest], HttpResponse]


class BrandHostMiddleware:
    """The last before the views: what stands around them is the same at every host."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        slug = brand_of(request)
        if not slug:
            return self.get_response(request)
        request.urlconf = addresses_at(slug)
        request.brand_host = slug  # type: ignore[attr-defined]
        if is_elsewhere(request.path_info, slug):
            return not_found(request)
        return self.get_response(request)
