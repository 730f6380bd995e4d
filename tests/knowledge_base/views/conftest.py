"""An article that Lena wrote, and how her page sends it."""

import pytest

from knowledge_base.domain.articles import Draft, create_article


@pytest.fixture
def text(brand, lead):
    draft = Draft("Send it back", "In 14 days", "<p>Put it into a box.</p>", ["how do I return it"])
    return create_article(actor=lead, brand=brand, language="en", draft=draft).texts.get()


@pytest.fixture
def page(client_for, lead):
    return client_for(lead)


@pytest.fixture
def send(page, text):
    """`send("publish", note="x")`: as the editor does it, for this text."""

    def post(act, client=page, query="", **fields):
        path = f"/desk/articles/{text.article_id}/en/{act}/{query}"
        return client.post(path, fields, headers={"hx-request": "true"})

    return post
