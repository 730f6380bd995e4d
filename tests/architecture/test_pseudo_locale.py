"""Every page in a language nobody speaks: what still reads as English was not marked for translation.

The pseudo catalogue is made from the sources for the run: "Sign in" becomes "⟦Šîĝñ îñ⟧".
"""

import re
from html.parser import HTMLParser
from pathlib import Path

import django
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from accounts.domain.links import Kind, token_for
from accounts.permissions import CODES
from carecenter.lib import catalogues
from carecenter.lib.catalogues import Entry
from tests.architecture.addresses import ADDRESSES
from tests.architecture.messages import marked
from tests.architecture.source import ROOT
from tests.architecture.world import MARK, person

LETTERS = str.maketrans("aceginorsuyACEGINORSUYdlz", "áçéĝîñöŕšûýÁÇÉĜÎÑÖŔŠÛÝđļž")
KEPT = re.compile(r"(%\(\w+\)[sd]|%%s|%s|<[^>]*>|&\w+;)")
SHOWN_ATTRIBUTES = {"aria-label", "title", "placeholder", "alt", "value", "data-confirm", "data-label"}
# Words that are the same in every language, or are data of the sample world.
NOT_WORDS = re.compile(
    rf"\S+@\S+|{MARK}[\w.-]*|Role-\d+|Carecenter|UTC|Insider|Another (?:brand|pool)|Kettle|Dana Duarte|Subject \d+"
    r"|Brand \d+|Survey \d+|(?:ticket|user|message)\.\w+|[\w.]+\.handlers\.\w+|https?://\S*|inbox-\d+|imap\.example\.com|\b(?:Esc|Enter|Ctrl|Shift|Alt|Bytes|KB)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"[A-Za-z]{3,}")
SAME_EVERYWHERE = {"English", "German", "Deutsch"}


def pseudo(text):
    """The text in brackets, with accents; variables and tags as they are."""
    parts = [part if KEPT.fullmatch(part) else part.translate(LETTERS) for part in KEPT.split(text)]
    return f"⟦{''.join(parts)}⟧"


def pseudo_entries():
    """A pseudo text for every marked one, and for every one of Django itself."""
    entries = {
        (one.context, one.msgid): one for one in catalogues.read(ROOT / "locale/de/LC_MESSAGES/django.po")
    }
    for package in ("conf", "contrib/auth", "contrib/humanize"):
        source = Path(django.__file__).parent / package / "locale/de/LC_MESSAGES/django.po"
        entries = {(one.context, one.msgid): one for one in catalogues.read(source)} | entries
    for _, text in marked():
        entries.setdefault((None, text), Entry(msgid=text))
    for entry in entries.values():
        if entry.msgid:
            plural = {} if entry.plural is None else {1: pseudo(entry.plural)}
            entry.texts, entry.fuzzy = {0: pseudo(entry.msgid)} | plural, False
    return list(entries.values())


@pytest.fixture(scope="module")
def pseudo_german(tmp_path_factory):
    folder = tmp_path_factory.mktemp("locale") / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(catalogues.to_binary(pseudo_entries()))
    return folder.parent.parent


@pytest.fixture
def speak_pseudo(pseudo_german, settings):
    settings.LOCALE_PATHS = [pseudo_german]
    forget_catalogues()
    yield
    settings.LOCALE_PATHS = [ROOT / "locale"]
    forget_catalogues()


def forget_catalogues():
    trans_real._translations.clear()
    trans_real._default = None
    translation.activate(translation.get_language() or "en")


class Visible(HTMLParser):
    """Texts and attributes that people see or hear."""

    def __init__(self):
        super().__init__()
        self.found, self.silent = [], 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("script", "style", "code", "pre", "option", "bdi", "kbd")
        given = dict(attrs)
        for name, value in attrs:
            if name not in SHOWN_ATTRIBUTES or not value:
                continue
            if name == "value" and (tag != "input" or given.get("type") not in ("submit", "button")):
                continue  # a button element shows its content
            if tag == "time":
                continue
            self.found.append(value)

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style", "code", "pre", "option", "bdi", "kbd")

    def handle_data(self, data):
        if not self.silent and data.strip():
            self.found.append(data.strip())


def unmarked(html):
    """Visible English outside of pseudo brackets. A bracket may span several texts of a page."""
    parser = Visible()
    parser.feed(html)
    text = "\n".join(parser.found)
    while "⟦" in text:
        shorter = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
        if shorter == text:
            break
        text = shorter
    left = NOT_WORDS.sub("", text)
    return [
        line.strip()
        for line in left.splitlines()
        if WORD.search(line) and line.strip() not in SAME_EVERYWHERE
    ]


PAGES = [
    "accounts:people", "accounts:invite", "accounts:person", "accounts:profile", "accounts:parked",
    "tickets:desk", "tickets:new", "tickets:ticket", "tickets:live", "tickets:composer", "tickets:counts",
    "privacy:list", "privacy:report", "privacy:panel", "customers:organisation",
    "customers:list", "customers:detail", "customers:panel", "customers:edit", "customers:merge",
    "channels_app:intake", "channels_app:record", "channels_app:blocked",
    "ticket_imports:list", "ticket_imports:job",
    "inboxes:list", "inboxes:new", "inboxes:edit", "mailboxes:mailbox", "mailboxes:state",
    "surveys:list", "surveys:new", "surveys:edit", "surveys:brand", "surveys:rule_new", "surveys:rule",
    "workforce:hours", "workforce:hours_new", "workforce:hours_edit", "workforce:alerts",
    "tickets:canned", "tickets:canned_new", "tickets:canned_edit",
    "articles:list", "articles:text", "articles:versions", "articles:version", "articles:categories",
    "articles:category", "articles:category_new",
    "tickets:views", "tickets:snooze_own", "tickets:merge", "tickets:split",
    "feedback:results", "feedback:mine", "feedback:answers", "feedback:follow_ups", "feedback:follow_up",
    "feedback:of_ticket", "feedback:of_customer",
    "tickets:bulk_pick", "tickets:bulk_snooze", "tickets:bulk_merge", "chats:page",
    "insights:dashboard", "insights:cases", "insights:definitions", "insights:now", "insights:me", "insights:wall",
    "insights:boards",
    "webhooks:list", "webhooks:new", "webhooks:webhook", "webhooks:edit", "webhooks:delivery",
    "deflection:page", "help_look:page", "broken_links:page", "article_work:gaps",
    "article_work:imports", "article_work:import", "tickets:articles",
    "tickets:find_article", "tickets:article", "tickets:article_tickets",
]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_unmarked_text(name, world, speak_pseudo):
    user = person("Insider", CODES, brand=world.brand, everywhere=True)
    user.language = "de"
    user.save(update_fields=["language"])
    client = Client()
    client.force_login(user)
    address = ADDRESSES[name]
    response = client.get(reverse(name, kwargs=address.values(world)), query_params=address.query(world))

    assert response.status_code == 200
    assert unmarked(response.content.decode()) == []


@pytest.mark.parametrize("name", ["sign_in", "reset", "reset_confirm", "accept_invitation", "link_invalid"])
def test_page_before_the_door_has_no_unmarked_text(name, db, speak_pseudo):
    user = person("Insider", (), brand=None, everywhere=True)
    kinds = {"reset_confirm": Kind.RESET, "accept_invitation": Kind.INVITATION}
    args = [token_for(user, kinds[name])] if name in kinds else ["x"] if name == "link_invalid" else []
    path = reverse(f"accounts:{name.replace('link_invalid', 'reset_confirm')}", args=args)
    client = Client(headers={"accept-language": "de"})
    for response in (client.get(path), client.post(path, {})):
        assert unmarked(response.content.decode()) == []


def test_unmarked_text_is_found():
    page = '<p>⟦Šîĝñ⟧</p><button aria-label="Close it">x</button><p>Plain words</p><code>code</code>'

    assert unmarked(page) == ["Close it", "Plain words"]
