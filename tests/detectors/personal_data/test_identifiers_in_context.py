"""Identifiers that are known by what stands beside them, and the ordinary numbers that have the same form."""

from __future__ import annotations

import pytest

from detectors.personal_data import Vocabulary
from tests.detectors.personal_data.test_identifiers import kinds

FOUND = {
    "court_case_reference": [
        "97/1626/008395Q",
        "97/1626/8395Q",
        "court case reference 12/2732/000030H",
    ],
    "passport": [
        "Passport: 123456789",
        "passport no. 987654321",
        "British passport number is AA1234567",
        "passport A123456",
        "P<GBR 9250764733GBR8809117F2007162<<<<<<<<<<<<<<08",
    ],
    "bank_account": [
        "sort code 20-00-00 account number 55779911",
        "Sort code: 200000, account no 55779911",
        "IBAN GB29 NWBK 6016 1331 9268 19",
        "GB29NWBK60161331926819",
        "DE89370400440532013000",
    ],
    "prison_number": ["NOMIS A1234BC", "prison number: A1234BC", "prisoner no A1234BC", "offender A1234BC"],
    "probation_number": ["CRN X123456", "Delius: X123456", "probation CRN is X123456"],
    "custody_number": ["custody record 36BG/1234/22", "Custody no: 37BS/123/21", "custody number NW/00123/2022"],
    "incident_number": [
        "CAD 1234/08DEC18",
        "1234/8Dec18",
        "CAD 1234 of 8 December 2018",
        "incident number AB-01012022-123",
        "Storm log 0123 of 01/02/2022",
        "incident ref 20220101-0123",
    ],
    "vehicle_registration": [
        "AU21 ABC",
        "driving AU71ABC away",
        "index A123 BCD",
        "vehicle reg ABC 123D",
        "registration number AIZ 1234",
        "reg: au21 abc",
    ],
    "collar": ["PC 1234 attended", "PCSO 7123", "collar number 1234", "warrant no. 123456", "DS 4567AB"],
    "crime_reference": [
        "37/12345/21",
        "crime ref 36/9/22",
        "CR/012345/22",
        "CRI/06AA/0012345/22",
        "NP-20220101-0001",
        "NC-01012022-123",
        "occurrence number 47220012345",
        "crime number 20220012345",
        "20/123456/22",
        "CRIS 0132134/16",
        "Athena ref 42/1234/22",
    ],
    "urn": ["URN 01ZD0303908", "01ZD0303908", "PTI-URN: 36AB 12345 19"],
    "cro": ["CRO 123456/07L", "CRO SF39/1234D"],
    "nhs_number": ["CHI 0101000014"],
    "driving_licence": [
        "licence JONES 710238 HA9ZZ",
        "SMITH 901015 J99AB",
        "DVLA driver number 12345678",
        "Harriet Jones, JONES710238HAA12",
    ],
    "nino": ["NI no. JG 12 34 56", "NINO: jg123456d", "JG-12-34-56-A", "National Insurance JG123456 "],
}

NOT_FOUND = {
    "court_case_reference": [
        "97/1626/008395R",
        "97/1626/000000Z",
        "12/2732/30",
        "case 12/2732/000030",
        "page 97/1626/8395QQ",
        "2022/1626/008395Q",
    ],
    "passport": [
        "123456789",
        "company number 123456789",
        "population 123456789",
        "AA1234567",
        "passport 111111111",
        "passport 12345678",
        "passport office, telephone 0300222000",
        "9250764734GBR8809117F2007162",
        "VAT GB123456789",
    ],
    "bank_account": [
        "12345678",
        "invoice 12345678",
        "20-00-00",
        "20-00-00 55779911",
        "01-02-20",
        "GB28NWBK60161331926819",
        "DE88370400440532013000",
        "dates 01-02-20 and 02-03-20",
        "bank account 00000000",
        "sort code",
    ],
    "prison_number": [
        "A1234BC",
        "room A1234BC",
        "in prison A123BC",
        "NOMIS 1234ABC",
        "prison A12345C",
        "offenders 2019 AB12 CDE",
    ],
    "probation_number": ["X123456", "E0102678", "LSOA E01026789", "CRN X12345", "CRN 1234567", "grid TG123456"],
    "custody_number": [
        "36BG/1234/22",
        "custody suite 36BG",
        "custody 36BG/0000/22",
        "custody sergeant, section 36/4/22",
        "custody record 36BG/1234/45",
        "in custody on 12/03/22",
    ],
    "incident_number": [
        "1234 incidents of 8 December 2018",
        "incident 2018",
        "CAD drawings 12",
        "event on 8 December 2018",
        "log 12",
        "1234/08ABC18",
        "Storm Eunice 2022",
        "serial number 2019",
    ],
    "vehicle_registration": [
        "was 21 a",
        "box 12 x",
        "AU21 AND",
        "AU99 ABC",
        "AI21 ABC",
        "AQ21 ABC",
        "A1 ROAD",
        "B12 3CD",
        "NR1 1AA",
        "M25 JUN",
        "room A12 BCD",
        "ABC 123",
        "TH68001",
        "In 20 men",
        "au21 abc",
    ],
    "collar": [
        "PC 2019",
        "a pc 1234 cost less",
        "DS",
        "PC",
        "SC 12",
        "123456",
        "PCs 1234",
        "DC comics 52",
        "badge of honour",
        "dc 1234",
    ],
    "crime_reference": [
        "36/12/19",
        "12/36/2019",
        "1/2/20",
        "2019/20",
        "2020/21/22",
        "47220012345",
        "FOI/012345/22",
        "FOI 0132134/16",
        "INV-20220101-0001",
        "NC-99999999-123",
        "36/12345/55",
        "s.36/47 of the Act",
        "CR/01/22",
        "36/12345/2",
        "136/12345/22",
        "36/0/22",
    ],
    "urn": ["09ZD0303908", "01ZD03", "URN 1234", "01ZD03039", "product 0112345678", "36AB12345"],
    "cro": ["12/34A", "123456/07M", "CRO 000000/07", "0/07L", "section 5/12A", "SF96/1234L"],
    "nhs_number": ["CHI 3201000012", "CHI 0113000010", "943 476 5918", "NHS 943476591", "0101000014"],
    "driving_licence": [
        "JONES 713238 HA9ZZ",
        "JONES 763238 HA9ZZ",
        "JONES 710328 HA9ZZ",
        "J9NES 710238 HA9ZZ",
        "JONES 710238 9A9ZZ",
        "12345678",
        "licence 11111111",
        "licence plate 12345678",
        "Harriet Brown, JONES710238HAA12",
        "JONES710238HAA12",
    ],
    "nino": [
        "JG12345A",
        "JG1234567",
        "FG123456A",
        "JO123456A",
        "TN123456A",
        "NT123456A",
        "KN123456A",
        "BG123456A",
        "JG123456",
        "part JG123456A9",
    ],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in FOUND.items() for text in texts])
def test_what_its_neighbours_name_is_found(vocabulary: Vocabulary, kind: str, text: str) -> None:
    """By a label before it, or by check digits that leave no doubt."""
    assert kind in kinds(vocabulary, text)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in NOT_FOUND.items() for text in texts])
def test_the_same_form_elsewhere_is_not(vocabulary: Vocabulary, kind: str, text: str) -> None:
    """Dates, sums, product numbers, roads, and words that happen to be labels of something else."""
    assert kind not in kinds(vocabulary, text)


@pytest.mark.parametrize("kind", FOUND)
def test_more_is_asked_not_to_be_found_than_to_be(kind: str) -> None:
    """A gateway that cries wolf is switched off."""
    assert len(NOT_FOUND[kind]) >= len(FOUND[kind])
