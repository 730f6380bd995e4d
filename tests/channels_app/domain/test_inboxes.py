import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from accounts.models import Brand, CustomerPool, Team
from channels_app.domain.errors import AddressInUse, NoAddress
from channels_app.domain.inboxes import NewInbox, open_mail_inbox
from channels_app.models import InboxAddress


def test_inbox_brings_what_it_needs(db: None) -> None:
    inbox = open_mail_inbox(NewInbox(brand="Harbour", address="Help@Harbour.example", team="First line"))
    assert inbox.key == "help-at-harbour-example"
    assert InboxAddress.objects.get().address == "help@harbour.example"
    assert (CustomerPool.objects.get().name, Brand.objects.get().slug) == ("Harbour", "harbour")
    assert inbox.default_team == Team.objects.get()


def test_second_inbox_of_a_brand_shares_its_pool(brand: Brand) -> None:
    inbox = open_mail_inbox(NewInbox(brand=brand.name, address="billing@nordlicht.example", pool="Another"))
    assert inbox.brand == brand
    assert CustomerPool.objects.count() == 1


def test_address_belongs_to_one_inbox(db: None) -> None:
    open_mail_inbox(NewInbox(brand="Harbour", address="help@harbour.example"))
    with pytest.raises(AddressInUse):
        open_mail_inbox(NewInbox(brand="Other", address="HELP+x@harbour.example"))
    assert not Brand.objects.filter(name="Other").exists()


@pytest.mark.parametrize("address", ["", "help", "help@", "a b@x.example", "help@x.example\nBcc: y@z"])
def test_what_is_no_address_is_refused(address: str, db: None) -> None:
    with pytest.raises(NoAddress):
        open_mail_inbox(NewInbox(brand="Harbour", address=address))


def test_unknown_zone_is_refused(db: None) -> None:
    with pytest.raises(ValidationError):
        open_mail_inbox(NewInbox(brand="Harbour", address="help@harbour.example", zone="Mars/Base"))


def test_command_says_what_is_wrong(db: None) -> None:
    with pytest.raises(CommandError, match="not an e-mail address"):
        call_command("create_inbox", "nonsense", brand="Harbour")
