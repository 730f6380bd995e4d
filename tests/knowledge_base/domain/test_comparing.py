import time

from knowledge_base.domain.comparing import Block, compare, html_blocks
from knowledge_base.models import Text


def text(html="", title="Title", summary="", phrases=()):
    return Text(title=title, summary=summary, html=html, phrases=list(phrases))


def rows(old, new):
    return [(row.state, row.kind, *row.pieces) for row in compare(text(old), text(new)).rows[1:]]


def test_changed_words_stand_in_their_sentence():
    assert rows("<p>You have 14 days for it.</p>", "<p>You have 30 days for it.</p>") == [
        ("changed", "p", ("same", "You have "), ("removed", "14"), ("added", "30"), ("same", " days for it."))
    ]


def test_paragraphs_that_came_and_went_are_whole():
    old = "<p>Stays here.</p><p>Goes away entirely.</p>"
    new = "<h2>Fresh</h2><p>Stays here.</p>"

    assert rows(old, new) == [
        ("added", "h2", ("added", "Fresh")),
        ("same", "p", ("same", "Stays here.")),
        ("removed", "p", ("removed", "Goes away entirely.")),
    ]


def test_same_texts_are_the_same():
    one = text("<ul><li>a</li></ul>", phrases=["q"])

    assert compare(one, one).is_same
    assert not compare(one, text("<ul><li>a</li></ul>", phrases=["p"])).is_same


def test_long_runs_that_stayed_are_counted():
    same = "".join(f"<p>Paragraph number {n}.</p>" for n in range(9))
    found = compare(text(f"{same}<p>old end</p>"), text(f"{same}<p>new end</p>")).rows

    assert [(row.state, row.count) for row in found] == [("skipped", 9), ("same", 0), ("changed", 0)]


def test_words_are_counted():
    found = compare(text("<p>one two three</p>"), text("<p>one 2 three four</p>"))

    assert (found.added, found.removed) == (2, 1)


def test_every_kind_of_paragraph_is_told():
    html = (
        "<h2>H</h2><p>a <strong>b</strong><br>c</p><ol><li>x</li></ol>"
        "<table><tbody><tr><th>A</th><td>B</td></tr></tbody></table>"
        '<pre><code>d\n  e</code></pre><aside class="tip"><p>f</p></aside><p><img src="/x/abc" alt="Box"></p>'
        '<p><a href="https://x.test">g</a></p>'
    )

    assert html_blocks(html) == [
        Block("h2", "H"), Block("p", "a b\nc"), Block("li", "x"), Block("row", "A | B"), Block("code", "d\n  e"),
        Block("p", "f"), Block("p", "[Box]"), Block("p", "g (https://x.test)"),
    ]  # fmt: skip


def test_address_of_a_link_is_a_change():
    old = '<p>Look <a href="https://a.test">here</a> for it.</p>'
    (row,) = compare(text(old), text(old.replace("a.test", "b.test"))).rows[1:]

    assert (row.state, [words for state, words in row.pieces if state == "added"]) == ("changed", ["b"])


def test_large_texts_are_compared_in_time():
    old = "".join(f"<p>alpha {n} beta {n * 7}</p>" for n in range(2000))
    new = "".join(f"<p>gamma {n} delta {n * 3}</p>" for n in range(2000))
    began = time.perf_counter()
    compare(text(old + "<p>" + "a b " * 5000 + "</p>"), text(new + "<p>" + "b a " * 5000 + "</p>"))

    assert time.perf_counter() - began < 20
