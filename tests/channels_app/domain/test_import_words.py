"""Every reason a reader of exports gives is said in the language of the page."""

import ast
from pathlib import Path

from django.utils.translation import override

from channels_app import importing
from channels_app.domain.import_words import in_words

READERS = Path(importing.__file__).parent


def reasons():
    """What is raised or noted as a reason in the code of the readers, with a 7 for each value in it."""
    for path in sorted(READERS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func)
            if called in ("BadValue", "UnreadableFile") or called.endswith("missing.append"):
                yield from texts(node.args[0])


def texts(node):
    if isinstance(node, ast.Constant):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)


def test_every_reason_has_its_sentence_in_german():
    known = set(reasons()) - {"7 7: 7"}
    assert len(known) > 20
    with override("de"):
        assert [reason for reason in sorted(known) if in_words(reason) == reason] == []
        assert in_words("comment 3: created_at is not a date") == "Kommentar 3: created_at ist kein Datum"
        assert in_words("words of somebody else") == "words of somebody else"
    with override("en"):
        assert [reason for reason in sorted(known) if in_words(reason) != reason] == []
