"""An article's HTML made ready to be read."""

import pytest

from knowledge_base.domain.prose import Words, lay_out, plain

WORDS = Words(table="Table", code="Code")


def laid(html, link=lambda href: href):
    return lay_out(html, link=link, words=WORDS)


HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\tscript:alert(1)">x</a>',
    "<svg><script>alert(1)</script></svg>",
    '<iframe src="https://evil.example"></iframe>',
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    '<p style="position:fixed;inset:0">x</p>',
    '<form action="https://evil.example"><input name="password"></form>',
    '<img src="https://evil.example/pixel.png">',
    '<img src="/accounts/sign-out/">',
    '<a href="/desk/">x</a>',
    '<h2 id="main" class="top" onclick="alert(1)">x</h2>',
    '<base href="https://evil.example"><meta http-equiv="refresh" content="0">',
]


@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_html_that_got_into_the_table_does_nothing(html):
    shown = str(laid(f"<p>before</p>{html}<p>after</p>").html)

    lowered = shown.lower()
    assert "before" in shown
    for forbidden in (
        "<script",
        "onerror",
        "onclick",
        "javascript",
        "<iframe",
        "<svg",
        "<form",
        "<input",
        "<base",
    ):
        assert forbidden not in lowered
    for forbidden in ("evil.example", "style=", "/desk/", "/accounts/", "<meta", 'id="main"'):
        assert forbidden not in lowered


def test_headings_have_addresses_once():
    found = laid("<h2>Send it</h2><h2>Send it</h2><h3>Ümlaut &amp; more</h3><h2></h2>")

    html = str(found.html)
    assert [part in html for part in ('id="send-it"', 'id="send-it-2"', 'id="uemlaut-more"')] == [True] * 3
    assert found.headings == ()  # too short for a table of contents


def test_long_article_has_a_table_of_contents():
    found = laid("".join(f"<h2>Part {n}</h2><p>{'word ' * 250}</p>" for n in range(3)) + "<h3>Deeper</h3>")

    assert [(one.anchor, one.words, one.is_deeper) for one in found.headings] == [
        ("part-0", "Part 0", False),
        ("part-1", "Part 1", False),
        ("part-2", "Part 2", False),
        ("deeper", "Deeper", True),
    ]


def test_link_that_leads_nowhere_leaves_its_words():
    html = '<p>See <a href="/help/x/articles/gone/">the <b>old</b> page</a> or <a href="#part">below</a>.</p>'

    shown = str(laid(html, link=lambda _href: None).html)

    assert shown == '<p>See the <b>old</b> page or <a href="#part">below</a>.</p>'


def test_tables_and_code_scroll_by_keyboard():
    shown = str(laid("<table><tr><td>1</td></tr></table>tail<pre><code>x &lt; y</code></pre>").html)

    assert shown.startswith('<div class="wide" tabindex="0" role="region" aria-label="Table"><table>')
    assert "</table></div>tail<pre" in shown
    assert "x &lt; y" in shown


def test_pictures_after_the_first_load_late_and_have_an_alt():
    address = "/help/x/pictures/" + "a" * 26
    found = laid(f'<p><img src="{address}"></p><p><img src="{address}" alt="Tent"></p>')

    html = str(found.html)
    assert (html.count('loading="lazy"'), html.count('alt=""'), html.count('alt="Tent"')) == (1, 1, 1)
    assert found.first_picture == address


def test_text_before_the_first_element_stays_escaped():
    assert str(laid("a &lt;b&gt; <b>c</b> d").html) == "a &lt;b&gt; <b>c</b> d"


def test_nothing_is_nothing():
    assert (str(laid("").html), str(laid("  ").html)) == ("", "")


def test_plain_beginning_ends_between_words():
    assert plain(f"<p>{'abcde ' * 60}</p>", 20) == "abcde abcde abcde…"
