"""`field__ilike="text"`: the text anywhere, capitals aside, in the form a trigram index answers.

Django's own `icontains` compares upper-cased columns, which an index on the column cannot serve.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, JSONField, Lookup, TextField


@CharField.register_lookup
@TextField.register_lookup
class ILike(Lookup):
    lookup_name = "ilike"

    def get_prep_lookup(self) -> str:
        text = str(self.rhs).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"%{text}%"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, column_params = self.process_lhs(compiler, connection)
        value, value_params = self.process_rhs(compiler, connection)
        return f"{column} ILIKE {value}", (*column_params, *value_params)


@JSONField.register_lookup
class Says(Lookup):
    """`fields__says=["K-17", "k-17"]`: one of these texts, or numbers, under any key. A GIN index answers."""

    lookup_name = "says"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, column_params = self.process_lhs(compiler, connection)
        return f"{column} @? %s::jsonpath", (*column_params, path_to(self.rhs))


def path_to(texts: Iterable[str]) -> str:
    said = {json.dumps(text) for text in texts}
    said |= {text for text in texts if text.isascii() and text.isdecimal() and len(text) < 16}
    return "$.* ? ({})".format(" || ".join(f"@ == {one}" for one in sorted(said)))
