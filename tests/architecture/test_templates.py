"""House rules on templates."""

import re

import pytest

from tests.architecture.source import ROOT, templates

# The pages of trees that are built for mails need their style inside; nothing else does.
RULES = {
    "marked safe": r"\|\s*safe\b|\bautoescape\s+off\b",
    "inline script": r"<script(?![^>]*\bsrc=)[^>]*>",
    "inline style element": r"<style\b",
    "event attribute": r"\s(?:on[a-z]+|hx-on[:\w-]*)\s*=",
    "javascript address": r"""=\s*["']\s*javascript:""",
    "evaluated by htmx": r"""hx-(?:vals|headers)\s*=\s*["']\s*js:""",
    # Tailwind's form of it has a whole page's style worked out again with every change in it.
    "group-has or peer-has": r"(?:group|peer)-has-",
    "address of another site": r"""(?:src|href)\s*=\s*["'](?:https?:)?//""",
}


@pytest.mark.parametrize("rule", RULES)
def test_templates_have_nothing(rule):
    """Text mails switch escaping off: they are no HTML."""
    pattern = re.compile(RULES[rule])
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in templates()
        if path.suffix == ".html"
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if pattern.search(line)
    ]

    assert found == []


def test_forms_that_post_carry_the_token():
    """A form without the token fails for everybody; htmx sends it in a header of its own."""
    found = []
    for path in templates():
        for form in re.findall(r"<form\b.*?</form>", path.read_text(), re.DOTALL):
            posts = re.search(r"""method=["']post["']""", form) and "hx-post" not in form
            if posts and "csrf_token" not in form:
                found.append(str(path.relative_to(ROOT)))

    assert found == []


# Buttons written out where a component would hide what htmx needs. Shrinks: never add one.
BARE_BUTTONS = {
    "templates/tickets/_composer.html": 2,
    "templates/tickets/_conversation.html": 1,
    "templates/tickets/_delivery.html": 2,
    "templates/tickets/_head.html": 4,
    "templates/tickets/_list.html": 1,
    "templates/tickets/desk.html": 1,
}


def test_kit_markup_stays_in_the_kit():
    """A page never carries the kit's own classes for buttons: it uses <c-button> and its like."""
    pattern = re.compile(r"""<(?:button|a)\b[^>]*class=["'](?:[^"']*\s)?btn[\s"']""")
    counts = {
        path.relative_to(ROOT).as_posix(): sum(
            1 for line in path.read_text().splitlines() if pattern.search(line)
        )
        for path in templates()
        if "cotton" not in path.parts
    }

    assert {path: count for path, count in counts.items() if count} == BARE_BUTTONS
