"""A mail's HTML as a page of its own, for a sandboxed frame. Pure functions.

Three fences, each enough by itself against scripts: the sanitiser, the frame's `sandbox`, and the page's own
policy. The frame keeps our origin only so that the page around it can measure its height.
"""

from collections.abc import Mapping

from carecenter.lib.sanitise import sanitise_mail_html

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:{remote}; font-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
PAGE = """<!doctype html><html lang=""><head><meta charset="utf-8"><title>{title}</title>\
<meta name="referrer" content="no-referrer"><style>
html{{overflow:hidden}}
body{{margin:0;padding:12px;background:#fff;color:#1c1d22;
font:14px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;overflow-wrap:anywhere}}
img{{max-width:100%;height:auto}}table{{max-width:100%}}pre{{white-space:pre-wrap}}
blockquote{{margin:8px 0 8px 2px;padding-inline-start:10px;border-inline-start:2px solid #d4d6dd;color:#565a66}}
</style></head><body dir="auto">{body}</body></html>"""


def frame_document(html: str, *, title: str, pictures: Mapping[str, str], remote: bool) -> str:
    """The page. `pictures` maps content ids to our own addresses; with `remote` pictures of the web are kept.

    `title` must be ours: it is not escaped.
    """
    return PAGE.format(title=title, body=sanitise_mail_html(html, pictures=pictures, remote=remote))


def frame_policy(*, remote: bool) -> str:
    return POLICY.format(remote=" https: http:" if remote else "")
