"""Many people at once, as a table: what its lines say, and what would come of each."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import may_give
from accounts.domain.errors import GrantMismatch, OutOfScope
from accounts.domain.people import Wanted
from accounts.forms import InviteForm
from accounts.models import Grant, User, as_stored
from accounts.refusals import said

MOST_ROWS: Final = 200  # invited within one request
MOST_BYTES: Final = 100_000
NAMES: Final = {
    "name": "name", "person": "name",
    "email": "email", "e-mail": "email", "mail": "email", "address": "email", "adresse": "email",
    "role": "role", "rolle": "role",
    "brand": "brand", "marke": "brand",
    "team": "team",
    "language": "language", "sprache": "language",
}  # fmt: skip


class BadTable(Exception):
    """Its text says what is wrong with the whole."""


@dataclass
class Line:
    """One person of the table. Without a `problem` they can be invited with what is `wanted`."""

    number: int
    values: dict[str, str]
    wanted: Wanted | None = None
    problem: str = ""

    @property
    def language(self) -> str:
        """One we speak, or none."""
        said = self.values.get("language", "").lower()[:2]
        return said if said in dict(settings.LANGUAGES) else ""


class PeopleTableForm(forms.Form):
    """A file, or the same as text: what was looked at comes back as text."""

    file = forms.FileField(label=gettext_lazy("File"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Or the lines themselves"),
        required=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea,
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        if file := data.get("file"):
            if file.size > MOST_BYTES:
                raise forms.ValidationError(_("The file is too large: 100 KB at most."))
            data["text"] = decoded(file.read())
        if not data.get("text", "").strip() and not self.errors:
            raise forms.ValidationError(_("Choose a file, or put lines in."))
        return data


def decoded(content: bytes) -> str:
    """As UTF-8 or, by its mark, UTF-16; else as Windows writes Western Europe."""
    names = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for name in names:
        try:
            return content.decode(name).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1").replace("\x00", "")


def lines_of(text: str) -> Iterator[Line]:
    """Comma, semicolon or tab between; the first line names the columns. Raises BadTable."""
    head = text.lstrip("\ufeff\r\n ").partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff\r\n "), newline=""), delimiter=delimiter)
    try:
        columns = [NAMES.get(name.strip().lower(), "") for name in next(rows, [])]
        if not {"name", "email", "role"} <= set(columns):
            raise BadTable(_("The first line has to name the columns: name, email and role at least."))
        for number, row in enumerate(rows, start=2):
            if not any(cell.strip() for cell in row):
                continue
            if number > MOST_ROWS + 1:
                raise BadTable(_("A table can have %(most)s lines at most.") % {"most": MOST_ROWS})
            values = {name: cell.strip() for name, cell in zip(columns, row, strict=False) if name}
            yield Line(number, values)
    except csv.Error as error:
        raise BadTable(_("It cannot be read as a table.")) from error


def planned(text: str, *, actor: User) -> list[Line]:
    """Every line with what would come of it: the same checks as for one person. Raises BadTable."""
    lines = list(lines_of(text))
    if not lines:
        raise BadTable(_("There is nobody in it: the first line only names the columns."))
    addresses = [as_stored(line.values.get("email", "")) for line in lines]
    there = set(User.objects.filter(email__in=addresses).values_list("email", flat=True))
    offered = Offered(actor)
    for line, address in zip(lines, addresses, strict=True):
        if address in there:
            line.problem = _("There is a person with this address already.")
        else:
            offered.check(line, actor)
        there.add(address)
    return lines


class Offered:
    """The roles, brands and teams the actor may name, by how people write them."""

    def __init__(self, actor: User) -> None:
        fields: Any = InviteForm(actor=actor).fields
        self.roles = {name: role for role in fields["role"].queryset for name in (role.name, role.title)}
        self.brands = {name: brand for brand in fields["brand"].queryset for name in (brand.slug, brand.name)}
        self.teams = {team.name: team for team in fields["team"].queryset}

    def check(self, line: Line, actor: User) -> None:
        found, values = {}, line.values
        for name, known in (("role", self.roles), ("brand", self.brands), ("team", self.teams)):
            typed = values.get(name, "").casefold()
            found[name] = next((row for word, row in known.items() if word.casefold() == typed), None)
            if typed and found[name] is None:
                line.problem = _("“%(word)s” is not known here.") % {"word": values[name]}
                return
        person = PersonForm({"name": values.get("name", ""), "email": values.get("email", "")})
        if not person.is_valid():
            line.problem = " ".join(str(text) for errors in person.errors.values() for text in errors)
        elif found["role"] is None:
            line.problem = _("The role is missing.")
        elif not may_give(actor, Grant(role=found["role"], brand=found["brand"], team=found["team"])):
            line.problem = said(OutOfScope())
        elif found["brand"] and found["team"] and found["brand"].pool_id != found["team"].pool_id:
            line.problem = said(GrantMismatch())
        else:
            line.wanted = Wanted(found["role"], found["brand"], found["team"])


class PersonForm(forms.Form):
    """Name and address as for one person."""

    name = InviteForm.base_fields["name"]
    email = InviteForm.base_fields["email"]
