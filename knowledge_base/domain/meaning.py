"""What texts mean, as vectors: worked out behind the verbs, kept with the entries, compared in memory.

Each process keeps the vectors of a brand and language as one matrix, made of the rows when it is first asked and again
when the stamp has gone up. It is a copy: nothing is lost with it.
"""

import math
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from carecenter.lib.html import html_to_text
from knowledge_base.domain.embedders import Embedder, EmbeddingFailed, EmbeddingRefused, embedder
from knowledge_base.domain.indexing import locked_stamp, raise_stamp
from knowledge_base.models import Entry, Stamp, Version

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float32]

LONGEST_QUESTION: Final = 300  # letters: a model takes as long as the text is
LONGEST_PIECE: Final = 500
MOST_PIECES: Final = 1  # of the answer
MOST_ASKED: Final = 9  # ways to ask, the title among them
QUESTIONS_KEPT: Final = 500
MATRICES_KEPT: Final = 24
LARGE: Final = 1_000  # entries; so many are not read anew more often than
PAUSE_SECONDS: Final = 5.0  # after the last time
BEST: Final = 40
OF_ANSWER: Final = 0.5  # the rest is of the ways to ask
FEW: Final = 10
NEAR_SPREAD: Final = 0.03  # of cosines as a model gives them
MIDDLING: Final = 3.1  # what chance does among a hundred entries or so
FAR_SPREAD: Final = 0.12  # seen from the middle of the entries
WORK_LOCK: Final = 7_210_040  # advisory lock: one worker at a time works vectors out
HEAD: Final = 4  # bytes before the vectors: how many are ways to ask, and how long each is

_questions: "OrderedDict[tuple[str, str], Vector]" = OrderedDict()
_matrices: "OrderedDict[tuple[int, str], Matrix]" = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Matrix:
    """The vectors of one stamp, in rows. Those of an entry lie beside each other: first the ways to ask, then pieces
    of the answer. `begins` and `pieces_begin` say where, for each entry."""

    number: int
    made_at: float
    text_ids: Any
    articles: Any
    visibilities: Any
    begins: Any
    pieces_begin: Any
    middle: Any  # of all rows, nearer to nought the fewer there are
    rows: Any  # seen from there

    def __len__(self) -> int:
        return len(self.text_ids)


@dataclass(frozen=True)
class Alike:
    """How alike in meaning one question is to the entries of a stamp, in units of how much they usually differ."""

    best: list[int] = field(default_factory=list)  # texts the asker may see, the most alike first
    matrix: Matrix | None = None
    scores: Any = None  # of each entry

    def of(self, text_id: int) -> float | None:
        """None for a text whose vectors are not there, or that the asker may not see."""
        if self.matrix is None:
            return None
        place = int(self.matrix.text_ids.searchsorted(text_id))
        if place == len(self.matrix) or self.matrix.text_ids[place] != text_id:
            return None
        score = float(self.scores[place])
        return score if math.isfinite(score) else None


def alike(stamp: Stamp, plain: str, visibilities: Sequence[str], limit: int = BEST) -> Alike:
    """Nothing where meaning is off, not worked out yet, or the server of vectors is away."""
    matrix = matrix_of(stamp) if plain else None
    question = vector_of(plain) if matrix else None  # without vectors no model is loaded
    if question is None or matrix is None or matrix.rows.shape[1] != len(question):
        return Alike()
    import numpy as np

    cosines = cosines_of(matrix, question)
    scores = (cosines - cosines.mean()) / usual_spread(cosines) * (MIDDLING / chance(len(matrix)))
    scores[~np.isin(matrix.visibilities, [str(one) for one in visibilities])] = -np.inf
    order = np.argsort(-scores)[:limit]
    return Alike([int(matrix.text_ids[at]) for at in order if np.isfinite(scores[at])], matrix, scores)


def cosines_of(matrix: Matrix, question: "Vector") -> Any:
    """Of each entry: the closest of its ways to ask, and the closest piece of its answer, half and half.

    Both ends are looked at from the middle of the entries: all texts of a model lie on one side, close to each other.
    """
    import numpy as np

    seen = question - matrix.middle
    by_row = matrix.rows @ (seen / max(float(np.linalg.norm(seen)), 1e-6))
    both = np.maximum.reduceat(by_row, np.stack([matrix.begins, matrix.pieces_begin], axis=1).ravel())
    return (1 - OF_ANSWER) * both[0::2] + OF_ANSWER * both[1::2]


def chance(count: int) -> float:
    """How far above the others the first of so many stands by chance alone, in units of their spread."""
    return math.sqrt(2 * math.log(max(count, 3)))


def usual_spread(cosines: Any) -> float:
    """How far the entries lie apart. A few say little of that: what is usual counts as a few more."""
    share = len(cosines) / (len(cosines) + FEW)
    usual = NEAR_SPREAD + share * (FAR_SPREAD - NEAR_SPREAD)
    return max(share * float(cosines.std()) + (1 - share) * usual, 1e-3)


def parts_of(version: Version) -> tuple[list[str], list[str]]:
    """What vectors are made of: the ways to ask, the title first, and the beginning of the answer."""
    asked = [one for one in (version.title, *version.phrases) if one.strip()][:MOST_ASKED]
    text = " ".join(f"{version.summary} {html_to_text(version.html)}".split())
    return asked, [f"{version.title} {piece}" for piece in pieces_of(text)]


def pieces_of(text: str) -> list[str]:
    """The first pieces of a text, each of whole sentences where it has any."""
    found: list[str] = []
    for sentence in re.split(r"(?<=[.!?。])\s+", text):
        for at in range(0, len(sentence), LONGEST_PIECE):
            part = sentence[at : at + LONGEST_PIECE]
            if found and len(found[-1]) + len(part) < LONGEST_PIECE:
                found[-1] += f" {part}"
            elif len(found) == MOST_PIECES:
                return found
            else:
                found.append(part)
    return [one for one in found if one.strip()]


def work_out(limit: int = 50, seconds: float = 5.0) -> int:
    """Vectors for entries that have none, or those of another model. Returns how many were done.

    One worker at a time; each entry is stored as it is done, so that a worker that dies loses one.
    """
    model = embedder()
    if model is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [WORK_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    try:
        return _work_out(model, limit, time.monotonic() + seconds)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [WORK_LOCK])


def _work_out(model: Embedder, limit: int, until: float) -> int:
    waiting = Entry.objects.exclude(meaning_model=model.name).order_by("updated_at", "pk")
    done = 0
    for pk, version_id in list(waiting.values_list("pk", "version_id")[:limit]):
        try:
            store(pk, version_id, vectors_for(version_id, model), model.name)
        except EmbeddingFailed:
            break
        done += 1
        if time.monotonic() > until:
            break
    return done


def vectors_for(version_id: int, model: Embedder) -> bytes | None:
    """As an entry keeps them; None for a text that the model refuses, or that is gone: nobody tries it again."""
    import numpy as np

    version = Version.objects.filter(pk=version_id).first()
    if version is None:
        return None
    asked, pieces = parts_of(version)
    try:
        vectors = model.passages([*asked, *pieces]).astype(np.float16)
    except EmbeddingRefused:
        return None
    return len(asked).to_bytes(2, "little") + vectors.shape[1].to_bytes(2, "little") + vectors.tobytes()


def store(pk: int, version_id: int, vectors: bytes | None, name: str) -> None:
    """Keep them, if the entry is still made of that version."""
    with transaction.atomic():
        entry = Entry.objects.filter(pk=pk).first()
        if entry is None:
            return
        stamp = locked_stamp(entry.brand_id, entry.language)
        same = Entry.objects.filter(pk=pk, version_id=version_id)
        if same.update(meaning=vectors, meaning_model=name):
            raise_stamp(stamp)


def vector_of(words: str) -> "Vector | None":
    """Of a question; None where meaning is off or does not answer."""
    model = embedder()
    if model is None or not words.strip():
        return None
    key = (model.name, words[:LONGEST_QUESTION])
    with _lock:
        if key in _questions:
            _questions.move_to_end(key)
            return _questions[key]
    try:
        vector: Vector = model.questions([key[1]])[0]
    except EmbeddingFailed:
        return None
    with _lock:
        _questions[key] = vector
        while len(_questions) > QUESTIONS_KEPT:
            _questions.popitem(last=False)
    return vector


def matrix_of(stamp: Stamp) -> Matrix | None:
    """The vectors of a brand and language, as the rows say them now or, for many, said them seconds ago."""
    model = embedder()
    if model is None:
        return None
    key = (stamp.pk, model.name)
    with _lock:
        kept = _matrices.get(key)
    if kept is not None:
        is_young = len(kept) >= LARGE and time.monotonic() - kept.made_at < PAUSE_SECONDS
        if kept.number == stamp.number or is_young:
            return kept
    made = read_matrix(stamp, model.name)
    with _lock:
        _matrices[key] = made
        _matrices.move_to_end(key)
        while len(_matrices) > MATRICES_KEPT:
            _matrices.popitem(last=False)
    return made


def forget() -> None:
    """Let go of everything this process keeps."""
    with _lock:
        _matrices.clear()
        _questions.clear()


def read_matrix(stamp: Stamp, model: str) -> Matrix:
    import numpy as np

    entries = Entry.objects.filter(
        brand=stamp.brand_id, language=stamp.language, meaning_model=model, meaning__isnull=False
    )
    columns = ("pk", "article_id", "visibility", "meaning")
    found = [(*row[:3], bytes(row[3])) for row in entries.order_by("pk").values_list(*columns)]
    width = int.from_bytes(found[0][3][2:HEAD], "little") if found else 1
    found = [row for row in found if int.from_bytes(row[3][2:HEAD], "little") == width]
    counts = [(len(row[3]) - HEAD) // 2 // width for row in found]
    asked = [int.from_bytes(row[3][:2], "little") for row in found]
    begins = np.cumsum([0, *counts[:-1]])[: len(found)].astype(np.int64)
    pieces = np.minimum(np.array(asked, dtype=np.int64), np.array(counts, dtype=np.int64) - 1)
    packed = np.frombuffer(b"".join(row[3][HEAD:] for row in found), dtype=np.float16)
    rows = packed.reshape(-1, width).astype(np.float32)
    middle = rows.sum(axis=0) / max(len(rows), 1) * (len(found) / (len(found) + FEW))
    rows -= middle
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return Matrix(
        number=stamp.number,
        made_at=time.monotonic(),
        text_ids=np.array([row[0] for row in found], dtype=np.int64),
        articles=np.array([row[1] for row in found], dtype=np.int64),
        visibilities=np.array([str(row[2]) for row in found]),
        begins=begins,
        pieces_begin=begins + pieces,
        middle=middle,
        rows=rows,
    )
