"""Sealed values: what opens them, what does not, and how keys are retired."""

import os

import pytest

from infra.crypto import CryptoError, Keyring, MasterKeyMissing, key_id, pseudonym

PLACE = "client|7|name"


def ring(*names: str) -> Keyring:
    return Keyring([(name, os.urandom(32)) for name in names])


def test_what_is_sealed_opens_in_its_place_only() -> None:
    keys = ring("a")
    key = keys.unwrap(5, keys.new_key()[1])
    sealed = key.seal_text("Мария Иванова", PLACE)
    assert "Мария".encode() not in sealed
    assert key.open_text(sealed, PLACE) == "Мария Иванова"
    assert key_id(sealed) == 5
    for elsewhere in ("client|8|name", "client|7|phone", "lead|7|name"):
        with pytest.raises(CryptoError):
            key.open(sealed, elsewhere)


def test_the_same_text_never_looks_the_same() -> None:
    keys = ring("a")
    key = keys.unwrap(5, keys.new_key()[1])
    assert len({key.seal(b"x", PLACE) for _ in range(50)}) == 50


@pytest.mark.parametrize("at", [0, 3, 8, 9, 20, 21, -1])
def test_a_damaged_byte_is_noticed(at: int) -> None:
    keys = ring("a")
    key = keys.unwrap(5, keys.new_key()[1])
    sealed = bytearray(key.seal(b"text", PLACE))
    sealed[at] ^= 1
    with pytest.raises(CryptoError):
        key.open(bytes(sealed), PLACE)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x02" * 60, b"plain text that was never sealed at all"])
def test_what_is_no_ciphertext_of_ours_is_refused(sealed: bytes) -> None:
    with pytest.raises(CryptoError, match="not a ciphertext of ours"):
        key_id(sealed)


def test_another_persons_key_does_not_open_it() -> None:
    keys = ring("a")
    one, other = keys.unwrap(5, keys.new_key()[1]), keys.unwrap(6, keys.new_key()[1])
    with pytest.raises(CryptoError, match="written under data key 5, not 6"):
        other.open(one.seal(b"x", PLACE), PLACE)


def test_an_old_master_opens_and_the_newest_wraps() -> None:
    old = ("old", os.urandom(32))
    _, wrapped = Keyring([old]).new_key()
    both = Keyring([("new", os.urandom(32)), old])
    sealed = Keyring([old]).unwrap(1, wrapped).seal(b"x", PLACE)
    rewrapped = both.rewrap(1, wrapped)
    assert both.unwrap(1, wrapped).open(sealed, PLACE) == both.unwrap(1, rewrapped).open(sealed, PLACE) == b"x"
    assert rewrapped.startswith(both.newest_prefix)


def test_a_missing_master_is_named_and_a_wrong_one_is_told_apart() -> None:
    _, wrapped = ring("old").new_key()
    with pytest.raises(MasterKeyMissing, match="'old' is not among ENCRYPTION_KEYS"):
        ring("new").unwrap(1, wrapped)
    with pytest.raises(CryptoError, match="does not open under master key 'old'"):
        ring("old").unwrap(1, wrapped)


def test_look_ups_find_by_kind_and_value_without_storing_either() -> None:
    keys = ring("a")
    with pytest.raises(CryptoError):
        keys.lookup("phone", "+79991234567")
    keys.use_lookup(1, keys.new_key()[1])
    found = keys.lookup("phone", "+79991234567")
    assert found == keys.lookup("phone", "+79991234567")
    assert len({found, keys.lookup("email", "+79991234567"), keys.lookup("phone", "+79991234568")}) == 3


def test_a_pseudonym_is_stable_under_its_secret_and_tells_nothing() -> None:
    assert pseudonym(b"s", 42, 7) == pseudonym(b"s", 42, 7)
    assert len({pseudonym(b"s", 42, 7), pseudonym(b"t", 42, 7), pseudonym(b"s", 42, 8), pseudonym(b"s", 427)}) == 4
