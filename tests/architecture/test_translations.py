"""German is complete, and says the same variables as English."""

import ast
import re
import subprocess
import sys

import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext

from carecenter.lib import catalogues
from tests.architecture.messages import marked
from tests.architecture.source import ROOT, dotted_name, modules, nodes

GERMAN = ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po"
VARIABLE = re.compile(r"%\(\w+\)[sd]|%%s|</?[a-z][^>]*>")


@pytest.fixture(scope="module")
def entries():
    return {entry.msgid: entry for entry in catalogues.read(GERMAN)}


def test_every_marked_text_is_in_german(entries):
    """Write the missing ones: `django-admin makemessages -l de --no-location --no-wrap --no-obsolete`, then German."""
    missing = {
        text: where for where, text in marked() if text not in entries or not entries[text].is_complete
    }

    assert missing == {}


def test_german_keeps_variables_and_tags(entries):
    def kept(text):
        return sorted(VARIABLE.findall(text))

    wrong = [
        entry.msgid
        for entry in entries.values()
        for index, text in entry.texts.items()
        if entry.msgid and kept(text) != kept(entry.plural if index and entry.plural else entry.msgid)
    ]

    assert wrong == []


def test_german_keeps_spaces_at_the_ends(entries):
    def ends(text):
        return text[:1].isspace(), text[-1:].isspace()

    assert [
        one.msgid for one in entries.values() if one.msgid and ends(one.msgid) != ends(one.texts[0])
    ] == []


def test_no_variable_inside_the_marked_text():
    """gettext(f"…") and gettext("…".format()) are looked up with their values, and so never found."""
    found = [
        f"{module.path}:{node.lineno}"
        for module in modules()
        for node in nodes(module)
        if isinstance(node, ast.Call)
        and dotted_name(node.func) in ("_", "gettext", "gettext_lazy")
        and node.args
        and isinstance(node.args[0], ast.JoinedStr | ast.BinOp | ast.Call)
    ]

    assert found == []


def test_compiled_catalogue_is_what_gettext_reads(tmp_path):
    source = tmp_path / "xx" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "Say \\"ä\\"\\n"\nmsgstr ""\n"Sag "\n"\\"ö\\"\\n"\n\n'
        'msgid "one"\nmsgid_plural "many"\nmsgstr[0] "eins"\nmsgstr[1] "viele"\n\n'
        '#, fuzzy\nmsgid "guess"\nmsgstr "geraten"\n\n#~ msgid "gone"\n#~ msgstr "weg"\n\n'
        'msgctxt "fruit"\nmsgid "date"\nmsgstr "Dattel"\n'
    )
    code = (
        f"import gettext; t = gettext.translation('django', {str(tmp_path)!r}, ['xx']); "
        "print([t.gettext('Say \"ä\"\\n'), t.ngettext('one', 'many', 1), t.ngettext('one', 'many', 2), "
        "t.gettext('guess'), t.gettext('gone'), t.pgettext('fruit', 'date')])"
    )
    compiler = ROOT / "carecenter" / "lib" / "catalogues.py"
    subprocess.run([sys.executable, "-I", compiler, tmp_path], check=True)
    read = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert ast.literal_eval(read) == ['Sag "ö"\n', "eins", "viele", "guess", "gone", "Dattel"]


def test_broken_catalogue_is_named_with_its_line(tmp_path):
    source = tmp_path / "broken.po"
    source.write_text('msgid ""\nmsgstr ""\n\nmsgid "open\nmsgstr "x"\n')

    with pytest.raises(catalogues.CatalogueError, match="line 4"):
        catalogues.read(source)


def test_django_speaks_the_compiled_german():
    with translation.override("de"):
        assert gettext("Sign in") == "Anmelden"
        one = "Too many attempts. Try again in %(minutes)d minute, at %(time)s UTC."
        many = "Too many attempts. Try again in %(minutes)d minutes, at %(time)s UTC."
        assert "Minuten" in ngettext(one, many, 3)
        assert "Minute " in ngettext(one, many, 1)
