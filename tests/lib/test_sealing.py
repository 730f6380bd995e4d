import pytest

from carecenter.lib.sealing import Unreadable, seal, unseal


def test_secrets_come_back_and_tell_nothing() -> None:
    sealed = seal({"password": "correct horse"})
    assert unseal(sealed) == {"password": "correct horse"}
    assert "horse" not in sealed
    assert seal({"password": "correct horse"}) != sealed


def test_nothing_is_sealed_as_nothing() -> None:
    assert (seal({}), unseal("")) == ("", {})


def test_other_secret_key_opens_nothing(settings: object) -> None:
    sealed = seal({"password": "correct horse"})
    settings.SECRET_KEY = "another"
    with pytest.raises(Unreadable):
        unseal(sealed)


def test_old_secret_key_opens_as_a_fallback(settings: object) -> None:
    sealed, old = seal({"a": 1}), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [old]
    assert unseal(sealed) == {"a": 1}


@pytest.mark.parametrize("broken", ["x", "gAAAA", "é"])
def test_what_was_never_sealed_is_unreadable(broken: str) -> None:
    with pytest.raises(Unreadable):
        unseal(broken)
