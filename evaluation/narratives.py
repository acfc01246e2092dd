"""Running text about crimes as officers, control rooms and letters write it, with the people who are in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detectors.model import Role
from detectors.personal_data.normal import compact
from evaluation import accounts
from evaluation.case import Case, Form, Lettering, Truth
from evaluation.people import Incident, Person, World
from evaluation.texts import read_people, read_texts


@dataclass(frozen=True, slots=True)
class Scene:
    """What a text is about. The letters are those of the templates."""

    v: Person
    s: Person
    w: Person
    r: Person
    o: Person
    i: Incident


ROLES = {
    "v": Role.VICTIM,
    "s": Role.SUSPECT,
    "w": Role.WITNESS,
    "r": Role.REPORTING_PERSON,
    "o": Role.OFFICER,
}

TEXTS: dict[str, str] = {
    "crime report": (
        "Crime reference {i.reference}. On {i.day:%d/%m/%Y} at approximately 2215 hours the victim, {v.plain} (DOB {v.birth:%d/%m/%Y}), was walking "
        "along {v.street}, {v.town} when a male approached and punched {v.title} {v.surname} to the face causing a cut to the lip. The suspect has been "
        "identified as {s.plain}, born {s.birth:%d/%m/%Y}, of {s.address}. {w.plain}, of {w.address}, {w.postcode}, witnessed the assault and called police."
    ),
    "crime report, names alone": (
        "Offence: {i.offence}. {v.plain} was assaulted outside the Red Lion public house in {v.town} by her ex-partner {s.plain}, who pushed her to the ground "
        "and threatened to kill her. Officers attended and {s.plain} was arrested on suspicion of common assault. {v.plain} declined to provide a statement."
    ),
    "role lines": (
        "CRIME NO: {i.reference}\nOFFENCE: {i.offence}\nAGGRIEVED: {v.listed} (DOB {v.birth:%d/%m/%Y}) {v.address} {v.postcode}\n"
        "SUSPECT: {s.listed} (DOB {s.birth:%d/%m/%Y})\nWITNESS: {w.listed} TEL {w.phone}\nMO: {i.method}."
    ),
    "role lines, plain": (
        "Victim: {v.plain}\nDate of birth: {v.birth:%d/%m/%Y}\nTelephone: {v.phone}\n\nSuspect 1: {s.plain}\nDate of birth: {s.birth:%d/%m/%Y}\n\n"
        "Witness: {w.title} {w.plain}\nAddress: {w.address}, {w.postcode}\n\nSummary\n{i.method}."
    ),
    "letter to a victim": (
        "{v.title} {v.plain}\n{v.address}\n{v.postcode}\n\nDear {v.title} {v.surname},\n\nCrime reference {i.reference}\n\nThank you for reporting the burglary at "
        "your home on {i.day:%d %B %Y}. I am sorry that you have been a victim of crime. We have arrested {s.plain} (date of birth {s.birth:%d/%m/%Y}), "
        "who was released on bail.\n\nYours sincerely,\nVictim and Witness Care"
    ),
    "control room log": (
        "{i.day:%d/%m/%Y} 21:14 CALL RECEIVED. INFT {r.surname}, {r.forename} TEL {r.phone} STATES NEIGHBOUR {s.plain} IS KICKING HER DOOR. "
        "21:16 UNIT ASSIGNED. 21:31 ON SCENE. VICTIM {v.plain} DOB {v.birth:%d/%m/%Y} HAS INJURY TO HEAD, AMBULANCE CALLED. 21:52 ONE IN CUSTODY, "
        "{s.plain} {s.birth:%d/%m/%Y}."
    ),
    "witness statement": (
        "WITNESS STATEMENT\nStatement of: {w.plain}\nAge if under 18: Over 18\nOccupation: Shop assistant\n\nThis statement is true to the best of my knowledge "
        "and belief. I am the above named person and live at {w.address}. On {i.day:%A %d %B %Y} I was at work in {w.town} when I saw {s.plain}, who I have "
        "known since school, take two bottles of spirits and leave without paying. My colleague {v.plain} tried to stop him and was pushed over."
    ),
    "custody record": (
        "DP: {s.listed} b. {s.birth:%d/%m/%Y}, PNC ID {s.pnc_id}, NFA address, arrested for {i.offence}. Grounds: named by the IP {v.plain}, "
        "{v.phone}, who picked him out. Appropriate adult {w.plain} attended."
    ),
    "risk assessment": (
        "DASH risk assessment: high. {v.plain} reports that her former husband {s.plain} (dob {s.birth:%d/%m/%Y}) has been following her from work, waits "
        "outside her home at {v.address} and has sent over 200 messages. {v.forename} fears that he will harm the children. MARAC referral made."
    ),
    "e-mail between officers": (
        "Hi Sarge,\n\nI have spoken with {v.title} {v.plain} on {v.phone} about the theft of his van. He says that {s.plain} from the garage had the keys. "
        "I will take a statement from {w.title} {w.surname} ({w.email}) tomorrow. Ref {i.reference}.\n\nThanks"
    ),
    "complaint": (
        "I am writing on behalf of {v.title} {v.plain}, date of birth {v.birth:%d %B %Y}, of {v.address} {v.postcode}. {v.title} {v.surname} was sexually "
        "assaulted by {s.title} {s.plain} at the premises in {s.town}. The case was closed without {w.title} {w.plain}, who saw it, being interviewed."
    ),
    "briefing": (
        "Suspect {s.plain} ({s.birth:%d/%m/%Y}) is wanted for {i.offence}. He was last seen with {w.plain} in a grey Ford Focus. Victim {v.plain} lives at "
        "{v.address}."
    ),
}  # fmt: skip

IDENTIFIED: dict[str, str] = {
    "crime report": "vsw",
    "crime report, names alone": "vs",
    "role lines": "vsw",
    "role lines, plain": "vsw",
    "letter to a victim": "vs",
    "control room log": "vsr",
    "witness statement": "wsv",
    "custody record": "svw",
    "risk assessment": "vs",
    "e-mail between officers": "vsw",
    "complaint": "vsw",
    "briefing": "svw",
}
"""Who is in which text; some by a name beside the part they had in a crime."""

KINDS = {
    ".birth:": "date_of_birth", ".phone}": "phone", ".postcode}": "postcode", ".email}": "email", ".pnc_id}": "pnc_id", "i.reference}": "crime_reference",
}  # fmt: skip


FURTHER, UNSEEN = "further: ", "unseen: "
"""Before the layouts of `accounts.py` and `texts/`."""

SEEN_TEXTS = TEXTS | {
    FURTHER + layout: text for layout, text in (accounts.ACCOUNTS | read_texts("accounts.txt")).items()
}
"""Those that detection was tuned on."""

ALL_TEXTS = SEEN_TEXTS | {
    UNSEEN + layout: text for layout, text in (accounts.UNSEEN | read_texts("accounts_unseen.txt")).items()
}
ALL_IDENTIFIED = (
    IDENTIFIED
    | {FURTHER + layout: people for layout, people in (accounts.IDENTIFIED | read_people("accounts.txt")).items()}
    | {
        UNSEEN + layout: people
        for layout, people in (accounts.UNSEEN_IDENTIFIED | read_people("accounts_unseen.txt")).items()
    }
)


def find_kinds(template: str) -> tuple[str, ...]:
    """The kinds of the identifiers that a text holds."""
    return tuple(kind for mark, kind in KINDS.items() for _ in range(template.count(mark)))


def make_text(world: World, layout: str, origin: str, lettering: Lettering) -> Case:
    """A text about a new crime, all its people of one origin."""
    v, s, w, r, o = (world.person(origin) for _ in range(5))
    scene = Scene(v=v, s=s, w=w, r=r, o=o, i=world.incident())
    template = ALL_TEXTS[layout]
    people = {letter: getattr(scene, letter) for letter in ALL_IDENTIFIED[layout]}
    return Case(
        name=f"{layout}, {origin}, {lettering}",
        layout=layout,
        form=Form.PROSE,
        held=True,
        text=lettering.write(template.format(v=scene.v, s=scene.s, w=scene.w, r=scene.r, o=scene.o, i=scene.i)),
        people=tuple(
            Truth(
                person.surname,
                person.forename,
                ROLES[letter],
                origin,
                (compact(person.pnc_id),) if f"{letter}.pnc_id" in template else (),
            )
            for letter, person in people.items()
        ),
        identifiers=find_kinds(template),
        origin=origin,
        lettering=lettering,
    )


def make_texts(world: World, origin: str) -> Iterator[Case]:
    """Every text once in every lettering."""
    for layout in ALL_TEXTS:
        for lettering in Lettering:
            yield make_text(world, layout, origin, lettering)


def make_fitted(world: World, origin: str) -> Iterator[Case]:
    """The texts that the weights of words are fitted to."""
    for layout in SEEN_TEXTS:
        yield make_text(world, layout, origin, Lettering.MIXED)
