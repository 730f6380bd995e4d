"""What strangers sent, shown safely: files as downloads, mail HTML in a frame without scripts."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from accounts.views.guard import StaffRequest
from carecenter.lib.blobs.sniff import INLINE_PICTURES
from carecenter.lib.filenames import clean_name
from carecenter.lib.mail_frame import frame_document, frame_policy
from tickets.access import get_attachment_for, get_message_for
from tickets.domain.scanning import KeptBack, open_file
from tickets.models import Attachment, Message

DOWNLOAD_POLICY = "default-src 'none'; sandbox"


@login_required
@require_GET
def file(request: StaffRequest, token: str) -> HttpResponseBase:
    """A download, never a page: whatever the bytes are, the browser saves them."""
    return serve(request, get_attachment_for(request.user, token), as_attachment=True)


@login_required
@require_GET
def picture(request: StaffRequest, token: str) -> HttpResponseBase:
    """A picture inside a mail. Only what its bytes show to be a picture; anything else is 404."""
    found = get_attachment_for(request.user, token)
    if found.blob.content_type not in INLINE_PICTURES:
        raise Http404
    return serve(request, found, as_attachment=False)


def serve(request: HttpRequest, found: Attachment, *, as_attachment: bool) -> HttpResponseBase:
    try:
        content = open_file(found.blob)
    except FileNotFoundError:
        raise Http404 from None
    except KeptBack as error:
        return kept_back(request, error)
    # An .html attachment shown in place would run in our origin: the type is ours, the name only a name.
    media_type = "application/octet-stream" if as_attachment else found.blob.content_type
    name = clean_name(found.name) or "file"  # of some other way in than those that clean it
    response = FileResponse(content, as_attachment=as_attachment, filename=name, content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = DOWNLOAD_POLICY
    response["Cache-Control"] = "private, max-age=3600"
    return response


def kept_back(request: HttpRequest, error: KeptBack) -> HttpResponse:
    """A page that says why, to staff and customers alike."""
    answer = render(request, "file_kept_back.html", {"finding": error.finding}, status=error.status)
    answer["Cache-Control"] = "no-store, private"
    if not error.finding:
        answer["Retry-After"] = "60"
    return answer


@login_required
@require_GET
@xframe_options_sameorigin
def message_html(request: StaffRequest, pk: int) -> HttpResponse:
    """A mail as its sender formatted it: sanitised, without scripts by policy, pictures of the web only when asked."""
    message = get_message_for(request.user, pk)
    remote = request.GET.get("pictures") == "1"
    document = frame_document(message.html, title=_("Message"), pictures=pictures_of(message), remote=remote)
    response = HttpResponse(document)
    response["Content-Security-Policy"] = frame_policy(remote=remote)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, max-age=600"
    return response


def pictures_of(message: Message) -> dict[str, str]:
    """Addresses of the message's own pictures by content id."""
    files = message.attachments.exclude(content_id="").select_related("blob")
    return {
        found.content_id: reverse("tickets:picture", args=[found.token])
        for found in files
        if found.blob.content_type in INLINE_PICTURES
    }
