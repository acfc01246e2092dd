"""Each kind of identifier in running text: what it is, and the many things that only look like it."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from detectors.model import IDENTIFIER_KINDS
from detectors.personal_data import Vocabulary
from detectors.personal_data.identifiers import asn, cro, declare_identifiers, nhs_number, nino, pnc_id
from detectors.personal_data.identifiers.check_letter import LETTERS, check_letter
from detectors.personal_data.normal import normalise

FOUND = [
    ("pnc_id", "PNC 99/123456X was charged"),
    ("pnc_id", "see 1999/1234567B."),
    ("pnc_id", "PNC ID: 20/9N"),
    ("pnc_id", "record_1999/1234567B_final"),
    ("asn", "ASN 11/01ZD/01/448754K"),
    ("asn", "1101ZD0100000448754K"),
    ("nino", "NI number AB123456C."),
    ("nino", "ab123456c"),
    ("nino", "AB 12 34 56 C"),
    ("nino", "AB\u00a012\u00a034\u00a056\u00a0C"),
    ("nino", "AB12\u00ad34\u200b56C"),
    ("nino", "scan_AB123456C.pdf"),
    ("nino", "\u0410\u0412123456\u0421"),
    ("nino", "National Insurance number: AB123456"),
    ("nhs_number", "943 476 5919"),
    ("nhs_number", "NHS no. 9434765919"),
    ("nhs_number", "NHS number 943-476-5919"),
    ("nhs_number", "NHS \uff19\uff14\uff13 \uff14\uff17\uff16 \uff15\uff19\uff11\uff19"),
    ("driving_licence", "MORGA753116SM9IJ"),
    ("driving_licence", "MORGA 657054 SM9IJ"),
    ("crime_reference", "36/67827/19"),
    ("crime_reference", "crime reference 36/12/19"),
    ("urn", "URN 36AB1234519"),
    ("phone", "call 07700 900123"),
    ("phone", "07812 345670"),
    ("phone", "+44 7700 900123"),
    ("phone", "(01603) 276543"),
    ("phone", "020 7946 0958"),
    ("phone", "mobile 7700900123"),
    ("email", "write to jane.doe@example.co.uk."),
    ("postcode", "Norwich NR1 4AB"),
    ("date_of_birth", "DOB 12/03/1985"),
    ("date_of_birth", "d.o.b.: 3rd May 1985"),
    ("date_of_birth", "Date of birth is 1985-05-03"),
    ("date_of_birth", "born on 3 May 1985"),
]

NOT_FOUND = [
    ("pnc_id", "99/123456Y"),
    ("pnc_id", "199/123456X"),
    ("pnc_id", "99/123456X1"),
    ("pnc_id", "Flat 20/9N"),
    ("pnc_id", "offence class 105/28A"),
    ("pnc_id", "12/1999/1234567B"),
    ("pnc_id", "2019/20"),
    ("cro", "Flat 12/34A, Mill Road"),
    ("cro", "123456/07Q"),
    ("cro", "1/07Z and 2/07A"),
    ("asn", "1101ZD0100000448754L"),
    ("asn", "00000000000000000000Z"),
    ("asn", "e96d207276f835ba9a8a7a70cbe9a1792545f83aa49124034b6995c3405964f1"),
    ("nino", "DA123456A"),
    ("nino", "AO123456A"),
    ("nino", "GB123456A"),
    ("nino", "ZZ123456A"),
    ("nino", "AB123456E"),
    ("nino", "grid TG123456"),
    ("nino", "stock AB123456"),
    ("nino", "AB1234567C"),
    ("nino", "XAB123456C"),
    ("nino", "LSOA E01026789"),
    ("nhs_number", "9434765918"),
    ("nhs_number", "943 476 5918"),
    ("nhs_number", "cost centre 9434765919"),
    ("nhs_number", "000 000 0000"),
    ("nhs_number", "NHS 0000000000"),
    ("nhs_number", "NHS 1111111111"),
    ("nhs_number", "NHS 500 000 0003"),
    ("nhs_number", "12 943 476 5919"),
    ("nhs_number", "943 476 5919 17"),
    ("nhs_number", "£943 476 5919"),
    ("nhs_number", "UPRN 100091234567"),
    ("driving_licence", "MORGA763116SM9IJ"),
    ("driving_licence", "MORGA751341SM9IJ"),
    ("driving_licence", "M9RGA753116SM9IJ"),
    ("crime_reference", "01/12/19"),
    ("crime_reference", "31/12/2019"),
    ("crime_reference", "09/12345/19"),
    ("crime_reference", "FOI 951/18"),
    ("crime_reference", "136/67827/19"),
    ("urn", "36A11234519"),
    ("urn", "URN 09AB1234519"),
    ("urn", "LSOA E01026789"),
    ("phone", "0300 123 1212"),
    ("phone", "0800 555 111"),
    ("phone", "101"),
    ("phone", "1234567890"),
    ("phone", "7700900123"),
    ("phone", "01 02 2019"),
    ("phone", "00000000000"),
    ("email", "@norfolkpolice"),
    ("email", "a@b"),
    ("email", "5 @ 3.50"),
    ("postcode", "sector NR3 1"),
    ("postcode", "QX1 1AA"),
    ("postcode", "is 21 3ab"),
    ("postcode", "NR1 4AC"),
    ("postcode", "M25 junction"),
    ("date_of_birth", "12/03/1985"),
    ("date_of_birth", "reported on 12/03/2019"),
    ("date_of_birth", "born on or after 1 April 1980"),
    ("date_of_birth", "DOB 31/02/1985"),
    ("date_of_birth", "DOB recorded since 12/03/2001"),
]


def kinds(vocabulary: Vocabulary, text: str) -> set[str]:
    """The kinds that count in a text."""

    return {hit.identifier.kind for hit in vocabulary.search.find(normalise(text)) if hit.counts}


@pytest.mark.parametrize(("kind", "text"), FOUND)
def test_what_identifies_a_person_is_found(vocabulary: Vocabulary, kind: str, text: str) -> None:
    """However it is spaced, written or broken up."""
    assert kind in kinds(vocabulary, text)


@pytest.mark.parametrize(("kind", "text"), NOT_FOUND)
def test_what_only_looks_like_it_is_not(vocabulary: Vocabulary, kind: str, text: str) -> None:
    """A gateway that cries wolf is switched off."""
    assert kind not in kinds(vocabulary, text)


@given(year=st.integers(1950, 2030), serial=st.integers(10_000, 9_999_999))
def test_every_pnc_id_with_its_letter_is_valid(year: int, serial: int) -> None:
    """The letter is over the two-digit year and the padded serial, however the year is written."""
    letter = check_letter(f"{year % 100:02}{serial:07}")
    assert pnc_id.check(f"{year}/{serial}{letter}")
    assert pnc_id.check(f"{year % 100:02}/{serial:07}{letter}")


@given(serial=st.integers(10_000, 999_999), year=st.integers(0, 99), other=st.sampled_from(LETTERS))
def test_a_cro_with_another_letter_is_not_valid(serial: int, year: int, other: str) -> None:
    """There is one letter for a number."""
    letter = check_letter(f"{year:02}{serial:06}")
    assert cro.check(f"{serial}/{year:02}{letter}")
    assert cro.check(f"{serial}/{year:02}{other}") == (other == letter)


@given(serial=st.integers(1, 10**11 - 1), unit=st.text("ABCDEFGHJK0123456789", min_size=2, max_size=2))
def test_every_asn_is_valid_with_and_without_slashes(serial: int, unit: str) -> None:
    """Both spellings are of one number."""
    letter = check_letter(f"360119{serial:011}")
    assert asn.check(f"19/36{unit}/01/{serial}{letter}")
    assert asn.check(f"1936{unit}01{serial:011}{letter}")


@given(serial=st.integers(400_000_000, 499_999_999), place=st.integers(0, 9), digit=st.integers(0, 9))
def test_an_nhs_number_with_one_digit_changed_is_not_valid(serial: int, place: int, digit: int) -> None:
    """Modulo 11 finds every single slip."""
    check = next((c for c in range(10) if nhs_number.check(f"{serial}{c}")), None)
    assume(check is not None)
    number = f"{serial}{check}"
    changed = f"{number[:place]}{digit}{number[place + 1 :]}"
    assume(changed != number)
    assert not nhs_number.check(changed)


@given(letters=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2), digits=st.integers(0, 999_999))
def test_a_nino_has_a_prefix_that_is_allocated(letters: str, digits: int) -> None:
    """HMRC never uses D, F, I, Q, U, V, nor O in second place."""
    if nino.check(f"{letters}{digits:06}A"):
        assert not set(letters) & set("DFIQUV")
        assert letters[1] != "O"


def test_the_published_asn_and_licence_are_valid() -> None:
    """Vectors of other people."""
    assert asn.check("1101ZD0100000448754K")
    assert cro.check(f"SF39/1234{check_letter('391234')}")
    assert not cro.check(f"SF38/1234{check_letter('381234')}")


def test_every_kind_is_one_that_a_policy_may_name() -> None:
    """Policies are checked by the gateway, which knows the kinds and not their detectors."""
    assert sorted(identifier.kind for identifier in declare_identifiers(())) == sorted(IDENTIFIER_KINDS)
