import pytest

from accounts.models import CustomerPool, User
from customers.domain.errors import CustomerError, StaleVersion
from customers.domain.merge import merge
from customers.domain.profile import Profile, add_note, change_profile, delete_note, organisation_named
from customers.models import Customer, CustomerNote
from journal.models import Event
from tests.factories.customers import CustomerFactory, OrganisationFactory


def test_change_records_what_changed_only(dana: Customer, alice: User) -> None:
    changed = change_profile(dana, Profile(name="Dana Duarte", tier=" Gold "), actor=alice)
    change_profile(dana, Profile(tier="Gold"), actor=alice)

    assert (changed.tier, changed.version) == ("Gold", 2)
    event = Event.objects.get(name="customer.updated")
    assert (event.actor, event.data) == (f"user:{alice.pk}", {"fields": ["tier"]})


def test_change_refuses_a_stale_version(dana: Customer, alice: User) -> None:
    change_profile(dana, Profile(tier="Gold"), actor=alice, version=1)
    with pytest.raises(StaleVersion):
        change_profile(dana, Profile(tier="Silver"), actor=alice, version=1)


def test_change_clears_with_an_empty_text(dana: Customer, alice: User) -> None:
    change_profile(dana, Profile(organisation="Acme"), actor=alice)
    assert change_profile(dana, Profile(organisation=""), actor=alice).organisation is None


def test_organisation_is_made_once_in_a_pool(pool: CustomerPool, other_pool: CustomerPool) -> None:
    acme = OrganisationFactory(pool=pool, name="Acme")
    assert organisation_named(pool, " ACME ") == acme
    assert organisation_named(other_pool, "Acme") != acme
    assert organisation_named(pool, " ") is None


def test_notes_go_to_the_living_and_away_for_good(pool: CustomerPool, dana: Customer, alice: User) -> None:
    kept = CustomerFactory(pool=pool)
    merge(kept, dana, actor=alice)
    dana.refresh_from_db()
    note = add_note(dana, " Calls in the evening ", actor=alice)
    assert (note.customer, note.text) == (kept, "Calls in the evening")

    delete_note(note, actor=alice)
    delete_note(note, actor=alice)
    assert CustomerNote.objects.count() == 0
    assert Event.objects.filter(name="customer.note_deleted").count() == 1
    with pytest.raises(CustomerError):
        add_note(dana, "  ", actor=alice)
