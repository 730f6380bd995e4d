"""Two versions side by side in words: which paragraphs came, went or changed, and which words in them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from knowledge_base.models import Text, Version

BLOCKS = {
    "p",
    "h2",
    "h3",
    "h4",
    "li",
    "tr",
    "pre",
    "blockquote",
    "figcaption",
    "div",
    "aside",
    "td",
    "th",
    "caption",
}
MAX_BLOCKS = 2_000
MAX_WORDS = 1_500  # of a paragraph; longer ones are shown as a whole
CONTEXT = 1  # paragraphs that stay, shown beside those that changed
NEAR = 20  # paragraphs among which one is looked for that changed
ALIKE = 0.35  # less in common, and they are one that went and one that came
WORD = re.compile(r"\s+|[\w'’-]+|[^\w\s]", re.UNICODE)


@dataclass(frozen=True)
class Block:
    """A paragraph of a text: what it is (`p`, `h2`, `li`, `code` …) and its words."""

    kind: str
    text: str


@dataclass(frozen=True)
class Row:
    """`state`: same, added, removed, changed, or skipped (`count` paragraphs that stayed). `pieces`: (state, words)."""

    state: str
    kind: str = "p"
    pieces: tuple[tuple[str, str], ...] = ()
    count: int = 0


@dataclass(frozen=True)
class Comparison:
    rows: list[Row] = field(default_factory=list)
    added: int = 0  # words
    removed: int = 0

    @property
    def is_same(self) -> bool:
        return not any(row.state in ("added", "removed", "changed") for row in self.rows)


def compare(old: Text | Version, new: Text | Version) -> Comparison:
    """What changed from one to the other, whole."""
    before, after = blocks_of(old), blocks_of(new)
    rows = list(rows_between(before, after))
    words = {"added": 0, "removed": 0}
    for row in rows:
        for state, text in row.pieces:
            if state in words:
                words[state] += len(re.findall(r"\w+", text))
    return Comparison(shortened(rows), words["added"], words["removed"])


def blocks_of(source: Text | Version) -> list[Block]:
    head = [Block("title", source.title), Block("summary", source.summary)]
    tail = [Block("phrase", phrase) for phrase in source.phrases]
    return [block for block in (*head, *html_blocks(source.html), *tail) if block.text]


def html_blocks(html: str) -> list[Block]:
    """The paragraphs of an article in their order; pictures and addresses of links as words of them."""
    if not html.strip():
        return []
    # Imported where it is used: only who compares needs it.
    from lxml import etree
    from lxml import html as trees

    try:
        root = trees.fragment_fromstring(html, create_parent="div")
    except (etree.ParserError, ValueError):
        return [Block("p", html)]
    collector = Collector()
    collector.walk(root, "p")
    collector.end("p")
    return collector.blocks[:MAX_BLOCKS]


class Collector:
    """Walks a tree and ends a paragraph wherever a block begins or ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.words: list[str] = []

    def walk(self, node, kind: str) -> None:  # type: ignore[no-untyped-def]  # lxml has no types
        tag = node.tag if isinstance(node.tag, str) else ""
        mine = "code" if tag == "pre" else tag if tag in BLOCKS else kind
        is_block = tag in BLOCKS and tag not in ("td", "th")
        if is_block:
            self.end(kind)
        self.take(tag, node)
        self.say(node.text, mine)
        for child in node:
            self.walk(child, mine)
            self.say(child.tail, mine)
        if tag == "a" and node.get("href"):
            self.words.append(f" ({node.get('href')})")
        if tag in ("td", "th") and node.getnext() is not None:
            self.words.append(" | ")
        if is_block:
            self.end(mine)

    def take(self, tag: str, node) -> None:  # type: ignore[no-untyped-def]
        if tag == "br":
            self.words.append("\n")
        elif tag == "img":
            self.words.append(
                f" [{node.get('alt') or node.get('src', '').rstrip('/').rpartition('/')[2][:8]}] "
            )

    def say(self, text: str | None, kind: str) -> None:
        if text:
            self.words.append(text if kind == "code" else re.sub(r"\s+", " ", text))

    def end(self, kind: str) -> None:
        text = "".join(self.words)
        self.words = []
        text = text.strip("\n") if kind == "code" else re.sub(r" {2,}", " ", text).strip()
        if text.strip():
            name = {"tr": "row", "td": "row", "th": "row", "div": "p"}.get(kind, kind)
            self.blocks.append(Block(name, text))


def rows_between(before: list[Block], after: list[Block]) -> Iterator[Row]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for state, a, b, c, d in matcher.get_opcodes():
        if state == "equal":
            yield from (Row("same", block.kind, (("same", block.text),)) for block in after[c:d])
        else:
            yield from paired(before[a:b], after[c:d])


def paired(gone: list[Block], came: list[Block]) -> Iterator[Row]:
    """Paragraphs in one place: those alike are one that changed, in order; the rest went or came."""
    waiting = list(came)
    for block in gone:
        near = next(
            (one for one in waiting[:NEAR] if one.kind == block.kind and alike(block.text, one.text)), None
        )
        if near is None:
            yield Row("removed", block.kind, (("removed", block.text),))
            continue
        while waiting[0] is not near:
            other = waiting.pop(0)
            yield Row("added", other.kind, (("added", other.text),))
        waiting.pop(0)
        yield Row("changed", near.kind, tuple(words_between(block.text, near.text)))
    yield from (Row("added", block.kind, (("added", block.text),)) for block in waiting)


def alike(old: str, new: str) -> bool:
    matcher = SequenceMatcher(None, old.split()[:300], new.split()[:300], autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def words_between(old: str, new: str) -> Iterator[tuple[str, str]]:
    before, after = WORD.findall(old), WORD.findall(new)
    if max(len(before), len(after)) > MAX_WORDS:
        yield from (("removed", old), ("added", new))
        return
    for state, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if state == "equal":
            yield "same", "".join(after[c:d])
            continue
        if a < b:
            yield "removed", "".join(before[a:b])
        if c < d:
            yield "added", "".join(after[c:d])


def shortened(rows: Iterable[Row]) -> list[Row]:
    """Of long runs that stayed only what stands beside a change."""
    found: list[Row] = []
    run: list[Row] = []

    def close(is_end: bool) -> None:
        lead = 0 if not found else CONTEXT
        tail = 0 if is_end else CONTEXT
        if len(run) <= lead + tail + 1:
            found.extend(run)
        else:
            found.extend(run[:lead])
            found.append(Row("skipped", count=len(run) - lead - tail))
            found.extend(run[len(run) - tail :] if tail else [])
        run.clear()

    for row in rows:
        if row.state == "same":
            run.append(row)
        else:
            close(is_end=False)
            found.append(row)
    close(is_end=True)
    return found
