"""What a file becomes: its words, and what its front matter, its head and its path say."""

import csv

import pytest

from knowledge_base.domain.imports.bundles import BadFile
from knowledge_base.domain.imports.front import split
from knowledge_base.domain.imports.pages import page_of, source_of
from knowledge_base.domain.imports.sheets import pages_of

MARKDOWN = b"""---
title: "How do I return it?"   # asked often
slug: /help/returns/
category: Orders & returns
language: de-AT
visibility: internal
summary: 30 days, free.
phrases: [send it back, "money back"]
draft: true
---
# Another heading

Text with **bold** and a table.

| a | b |
|---|---|
| 1 | 2 |
"""
HTML = b"""<!doctype html><html lang="de"><head><title>Site - Returns</title>
<meta name="description" content="30 Tage"><meta name="article:category" content="Orders"></head>
<body><nav>Menu</nav><main><header>Logo</header><h1>Returns</h1><p>Pack it.</p><script>x()</script></main>
<footer>Imprint</footer></body></html>"""


def test_front_matter_says_it_all():
    page = page_of("guides/x.md", MARKDOWN, "markdown")

    assert page.title == "How do I return it?"
    assert (page.slug, page.category, page.language) == ("returns", "Orders & returns", "de")
    assert (page.visibility, page.summary, page.is_draft) == ("internal", "30 days, free.", True)
    assert page.phrases == ["send it back", "money back"]
    assert "<strong>bold</strong>" in page.html
    assert "<table>" in page.html
    assert "Another heading" not in page.html


def test_without_front_matter_heading_and_path_say_it():
    page = page_of("03-getting-started/de/01_first-steps.md", b"Your first day\n===\n\nHi", "markdown")

    assert (page.title, page.category, page.language) == ("Your first day", "Getting started", "de")
    assert page.key == "03-getting-started/01_first-steps"
    assert page_of("03-getting-started/01_first-steps.de.md", b"x", "markdown").key == page.key
    assert page_of("01_first-steps.md", b"x", "markdown").title == "First steps"


def test_an_html_page_is_its_main_part():
    page = page_of("returns.html", HTML, "html")

    assert (page.title, page.language) == ("Returns", "de")
    assert (page.summary, page.category) == ("30 Tage", "Orders")
    assert page.html.strip() == "<p>Pack it.</p>"


@pytest.mark.parametrize(
    "front",
    ["---\nlanguage: klingon!\n---\n# A", "---\nvisibility: secret\n---\n# A"],
)
def test_what_nobody_knows_is_refused(front):
    with pytest.raises(BadFile):
        page_of("a.md", front.encode(), "markdown")


def test_texts_of_other_programs_are_read():
    assert page_of("a.md", "# Größe".encode("cp1252"), "markdown").title == "Größe"
    assert page_of("a.md", "# Größe".encode("utf-16"), "markdown").title == "Größe"
    with pytest.raises(BadFile):
        page_of("a.md", b"\x00\x01\x02", "markdown")


@pytest.mark.parametrize("text", ["---\nno end", "---\n" * 500, "", "---", "a: b"])
def test_front_matter_that_is_none_is_text(text):
    assert split(text) in (({}, text), ({}, "\n".join(text.split("\n")[2:])))


def test_a_table_gives_a_page_for_each_line():
    table = (
        'Frage;Antwort;Sprache;id\nWo ist es?;Im <b>Lager</b>.;de;7\n;leer;;\nWann?;"Bald.\n\nSehr bald.";;\n'
    )
    found = list(pages_of("faq.csv", table.encode("utf-8-sig")))

    first, bad, last = found
    assert (first.title, first.html, first.language) == ("Wo ist es?", "Im <b>Lager</b>.", "de")
    assert (first.path, first.key) == ("faq.csv:2", "faq:7")
    assert bad[0] == "faq.csv:3"
    assert last.html == "<p>Bald.</p><p>Sehr bald.</p>"
    again = [one.key for one in pages_of("faq.csv", table.encode()) if not isinstance(one, tuple)]
    assert again == [first.key, last.key]


@pytest.mark.parametrize("table", [b"", b"a,b\n1,2", b"\x00\x00", b"question\nx"])
def test_a_table_without_its_columns_is_refused(table):
    with pytest.raises(BadFile):
        list(pages_of("faq.csv", table))


@pytest.mark.parametrize("limit", [131_072, 20_000_000], ids=["usual", "raised_by_another_import"])
def test_a_cell_too_large_for_the_reader_does_not_end_the_table(limit):
    before = csv.field_size_limit(limit)
    table = f'question,answer\nA,"{"x" * 200_000}"\nB,Yes\n'
    try:
        found = list(pages_of("faq.csv", table.encode()))
    finally:
        csv.field_size_limit(before)
    assert [one.title for one in found if not isinstance(one, tuple)] == ["B"]


def test_a_source_fits_its_column_and_stays_the_same():
    long = "a/" * 300
    assert len(source_of("files", long)) <= 200
    assert source_of("files", long) == source_of("files", long) != source_of("files", long + "b")
