"""`field__ilike="text"`: the text anywhere, capitals aside, in the form a trigram index answers.

Django's own `icontains` compares upper-cased columns, which an index on the column cannot serve.
"""

from typing import Any

from django.db.models import CharField, Lookup, TextField


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
