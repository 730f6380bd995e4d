from __future__ import annotations

import time

import pytest

from carecenter.lib.html import html_to_text, strip_tags, text_to_html

TEXTS = [
    ("<p>One</p><p>two &amp; three</p>", "One\n\ntwo & three"),
    ("<ul><li>a<li>b</ul>", "  * a\n  * b"),
    ("<table><tr><td>1<td>2<tr><td>33<td>4</table>", "1   2\n33  4"),
    ("<style>p{}</style><script>x()</script><title>t</title>shown", "shown"),
    ("plain", "plain"),
    ("", ""),
    ("\0<p>a\0b</p>", "ab"),
    ("<div>" * 900 + "deep", "deep"),
]


@pytest.mark.parametrize(("html", "text"), TEXTS)
def test_html_to_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_strip_tags_keeps_what_is_no_tag() -> None:
    assert strip_tags("a < b <b>c</b><!-- no --><script>no</script><p>d</p>") == "a < b c\nd"


def test_text_to_html_escapes_and_links() -> None:
    shown = text_to_html("1 < 2\nsee https://x.example/?a=1&b=2.\n\n<script>")

    assert shown == (
        '<p>1 &lt; 2<br>see <a href="https://x.example/?a=1&amp;b=2">https://x.example/?a=1&amp;b=2</a>.</p>'
        "<p>&lt;script&gt;</p>"
    )


PIECES = [
    "<a",
    "<!--",
    "<script>",
    "<",
    "<style>",
    "<table>",
    "<tr><td>",
    " ",
    "&",
    "<a><div>",
    "http://",
    "<b><p>",
]


@pytest.mark.parametrize("piece", PIECES)
def test_time_is_linear(piece: str) -> None:
    html = piece * (1_000_000 // len(piece))
    started = time.process_time()
    html_to_text(html)
    text_to_html(html)

    assert time.process_time() - started < 6
