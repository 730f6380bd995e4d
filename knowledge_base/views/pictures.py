"""Pictures of articles: taken from the editor, drawn anew, named by an address of ours."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import ARTICLES_WRITE
from accounts.views.guard import StaffRequest, needs
from knowledge_base import access
from knowledge_base.domain.errors import BadPicture
from knowledge_base.domain.pictures import MAX_BYTES, add_picture


@require_POST
@needs(ARTICLES_WRITE)
def add(request: StaffRequest, pk: int) -> HttpResponse:
    """Its address and size; 422 with a sentence for what is no picture."""
    article = access.get_article_for(request.user, pk)
    if not access.can_write(request.user, article.brand_id):
        raise PermissionDenied
    file = request.FILES.get("file")
    if file is None:
        return refused(_("Choose a picture."))
    if (file.size or 0) > MAX_BYTES:
        return refused(_("The picture is larger than 15 MB."))
    try:
        picture = add_picture(article.brand, file.read(), name=file.name or "", actor=request.user)
    except BadPicture as error:
        return refused(str(error))
    address = reverse("help:picture", args=[article.brand.slug, picture.key])
    return JsonResponse({"src": address, "width": picture.width, "height": picture.height}, status=201)


def refused(said: str) -> HttpResponse:
    return HttpResponse(said, status=422, content_type="text/plain; charset=utf-8")
