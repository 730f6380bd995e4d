"""Pictures of articles: shown to whoever may read an article that shows them."""

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.access import has
from accounts.models import User
from accounts.permissions import ARTICLES_READ
from carecenter.lib.blobs.storage import open_blob
from knowledge_base.domain.logos import find_logo
from knowledge_base.domain.reading import Reader
from knowledge_base.domain.showing import is_shown
from knowledge_base.models import Picture, Visibility
from portal.pages import help_page

TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")


@require_safe
@help_page
def picture(request: HttpRequest, reader: Reader, key: str) -> HttpResponseBase:
    """One that stands in no published article is for authors alone, who see it while they write."""
    found = Picture.objects.select_related("blob").filter(brand=reader.brand, key=key).first()
    if found is None or found.blob.content_type not in TYPES:
        raise Http404
    is_public = is_shown(found, (Visibility.PUBLIC,))
    if not is_public and not is_shown(found, reader.visibilities) and not writes_here(request, reader):
        raise Http404
    try:
        response = FileResponse(open_blob(found.blob), content_type=found.blob.content_type)
    except FileNotFoundError:
        raise Http404 from None
    response["Cache-Control"] = "public, max-age=3600" if is_public else "private, no-cache"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "cross-origin" if is_public else "same-origin"
    return response


@require_safe
@help_page
def logo(request: HttpRequest, reader: Reader, key: str) -> HttpResponseBase:
    """For everybody, for ever: another logo has another address."""
    found = find_logo(reader.brand, key)
    if found is None or found.blob.content_type not in TYPES:
        raise Http404
    try:
        response = FileResponse(open_blob(found.blob), content_type=found.blob.content_type)
    except FileNotFoundError:
        raise Http404 from None
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # it stands in mails
    return response


def writes_here(request: HttpRequest, reader: Reader) -> bool:
    user = request.user
    return isinstance(user, User) and has(user, ARTICLES_READ, brand_id=reader.brand.pk)
