"""Before anything was counted."""


def test_empty_firm_says_what_will_appear(db, client_for, admin):
    text = client_for(admin).get("/insights/").content.decode()

    assert "Nothing to count in these days" in text
    assert "Counting has not begun." in text
