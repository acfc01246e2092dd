"""What replies mostly hold and nobody may be found in: statistics of many shapes, letters, business, law."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from evaluation.case import Case, Form
from evaluation.names import Pool

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PLACES = (
    "Norwich", "Breckland", "King's Lynn and West Norfolk", "Great Yarmouth", "North Norfolk", "South Norfolk", "West Suffolk", "Bury St Edmunds",
    "Babergh", "East Suffolk", "Martlesham Heath", "St Margaret's", "Thorpe Hamlet", "Nelson", "Wensum", "Bowthorpe", "Lakenham", "Sewell", "Eaton",
)  # fmt: skip
OFFENCES = (
    "Burglary - residential", "Violence with injury", "Rape", "Theft from the person", "Robbery of personal property", "Domestic abuse", "Stalking",
    "Possession of weapons", "Shoplifting", "Arson endangering life", "Racially or religiously aggravated harassment", "Bicycle theft",
)  # fmt: skip
RANKS = ("Constable", "Sergeant", "Inspector", "Chief Inspector", "Superintendent", "PCSO", "Police Staff")
NATIONALITIES = (
    "British",
    "Polish",
    "Jordan",
    "Chad",
    "Georgia",
    "Irish",
    "Portuguese",
    "Romanian",
    "Lithuanian",
    "Kenya",
)
BREEDS = (
    "Staffordshire Bull Terrier",
    "Jack Russell",
    "German Shepherd",
    "Border Collie",
    "King Charles Spaniel",
    "Doberman",
)
MAKES = (
    "Ford Focus",
    "Vauxhall Astra",
    "BMW X5",
    "Mercedes Sprinter",
    "Peugeot Expert",
    "Land Rover Defender",
    "Aston Martin",
)
SUPPLIERS = (
    "Johnson Controls Ltd",
    "Arthur Price plc",
    "Ernest Doe & Sons",
    "Morgan Sindall Group",
    "Marks & Spencer",
    "Rolls Royce plc",
)
SCHOOLS = (
    "St John Fisher Catholic High School",
    "Thomas Clarkson Academy",
    "Alderman Peel High School",
    "Sir Isaac Newton Sixth Form",
    "Jane Austen College",
)
ROADS = (
    "On or near Nelson Close",
    "On or near Rosemary Road",
    "On or near Chaucer Close",
    "On or near Supermarket",
    "On or near Margaret Paston Avenue",
)
OUTCOMES = (
    "Investigation complete; no suspect identified",
    "Charged",
    "Victim declines to support",
    "Caution",
    "Community resolution",
)
Rows = list[list[str]]


class Figures:
    """Draws numbers and dates."""

    def __init__(self, seed: str) -> None:
        self.chance = random.Random(seed)

    def count(self, most: int = 500) -> str:
        """A count."""
        return str(self.chance.randrange(most))

    def percent(self) -> str:
        """A percentage."""
        return f"{self.chance.random():.1%}"

    def day(self, first: int = 2017, last: int = 2023) -> str:
        """A date."""
        return (
            f"{self.chance.randrange(1, 29):02}/{self.chance.randrange(1, 13):02}/{self.chance.randrange(first, last)}"
        )

    def code(self, digits: int) -> str:
        """A number of some digits."""
        return str(self.chance.randrange(10 ** (digits - 1), 10**digits))

    def key(self) -> str:
        """What a published record has instead of a crime reference."""
        return f"{self.chance.getrandbits(256):064x}"


STATISTICS: dict[str, Callable[[Figures], Rows]] = {
    "long counts": lambda f: [
        ["Year", "Month", "District", "Offence", "Count"],
        *([str(y), m, p, o, f.count()] for y in (2019, 2020) for m in MONTHS for p in PLACES for o in OFFENCES[:4]),
    ],
    "months across": lambda f: [
        ["Burglary offences by district"], ["District", *(f"{m}-{y}" for y in (16, 17) for m in MONTHS), "Total"],
        *([p, *(f.count() for _ in range(25))] for p in PLACES), ["Total", *(f.count() for _ in range(25))],
    ],
    "without headings": lambda f: [[p, o, f.count(), f.count(), f.percent()] for p in PLACES for o in OFFENCES],
    "one column of places": lambda _: [[p] for p in PLACES],
    "places under Name": lambda f: [["Name", "Code", "Population"], *([p, f"E0700{f.code(4)}", f.code(5)] for p in PLACES)],
    "counts a day": lambda f: [["Date", "District", "Offence", "Number of offences"], *([f.day(), f.chance.choice(PLACES), f.chance.choice(OFFENCES), f.count(9)] for _ in range(300))],
    "victims by age": lambda f: [["Age", "Gender", "Victims", "Suspects"], *([str(a), g, f.count(), f.count()] for a in range(10, 90) for g in ("Male", "Female"))],
    "victims by birth year": lambda f: [["Victim year of birth", "Victims"], *([str(y), f.count()] for y in range(1930, 2015))],
    "roles by year": lambda f: [["Role", "2018", "2019"], *([r, f.count(), f.count()] for r in ("Victim", "Witness", "Suspect", "Offender"))],
    "roles across": lambda f: [["Offence", "Victim", "Suspect", "Witness"], *([o, f.count(), f.count(), f.count()] for o in OFFENCES)],
    "victim and offender gender": lambda f: [["Victim gender", "Suspect gender", "Relationship", "Count"], *([a, b, c, f.count()] for a in ("Male", "Female") for b in ("Male", "Female") for c in ("Partner", "Stranger"))],
    "nationalities": lambda f: [["Nationality", "Arrests 2019", "Charged"], *([n, f.count(), f.count()] for n in NATIONALITIES)],
    "dog breeds": lambda f: [["Breed", "Seized", "Destroyed"], *([b, f.count(30), f.count(9)] for b in BREEDS)],
    "dog names": lambda f: [["Dog name", "Breed", "Date of birth", "Date retired"], *([n, f.chance.choice(BREEDS), f.day(2008, 2014), f.day(2018, 2022)] for n in ("Max", "Bella", "Rex", "Jake", "Daisy", "Oscar", "Buddy"))],
    "vehicles": lambda f: [["Make and model", "Registered", "Mileage", "Cost"], *([m, f.day(2010, 2020), f.code(5), f"£{f.code(5)}.00"] for m in MAKES * 4)],
    "suppliers": lambda f: [["Supplier", "Invoice number", "Date", "Amount"], *([f.chance.choice(SUPPLIERS), f.code(10), f.day(), f"{f.chance.random() * 9999:.2f}"] for _ in range(150))],
    "account codes": lambda f: [["Cost centre", "Account code", "Description", "Budget"], *([f.code(10), f.code(10), "Overtime", f"£{int(f.code(6)):,}"] for _ in range(300))],
    "workforce": lambda f: [["Rank", "Male", "Female", "Headcount", "FTE"], *([r, f.count(), f.count(), f.count(), f"{f.chance.random() * 900:.2f}"] for r in RANKS)],
    "schools": lambda f: [["School name", "Incidents", "Year"], *([s, f.count(40), y] for s in SCHOOLS for y in ("2018", "2019"))],
    "published street level": lambda f: [
        ["Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name", "Crime type", "Last outcome category", "Context"],
        *([f.key(), "2019-02", "Norfolk Constabulary", "Norfolk Constabulary", "1.29", f"52.{f.code(6)}", f.chance.choice(ROADS), f"E0102{f.code(4)}", "Norwich 001A", f.chance.choice(OFFENCES), f.chance.choice(OUTCOMES), ""] for _ in range(200)),
    ],
    "published stop and search": lambda f: [
        ["Type", "Date", "Part of a policing operation", "Latitude", "Longitude", "Gender", "Age range", "Self-defined ethnicity", "Officer-defined ethnicity", "Legislation", "Object of search", "Outcome"],
        *(["Person search", f"2023-01-{f.chance.randrange(1, 29):02}T12:0{f.count(10)}:00+00:00", "", f"52.{f.code(6)}", "1.29", f.chance.choice(("Male", "Female")), f.chance.choice(("18-24", "25-34", "over 34", "10-17")), f.chance.choice(("White - English/Welsh/Scottish/Northern Irish/British", "Asian/Asian British - Indian", "Black/African/Caribbean/Black British - African", "Other ethnic group - Not stated")), f.chance.choice(("White", "Black", "Asian")), "Misuse of Drugs Act 1971 (section 23)", "Controlled drugs", f.chance.choice(("A no further action disposal", "Arrest", "Community resolution"))] for _ in range(150)),
    ],
    "incidents without people": lambda f: [["Date", "Time", "Ward", "Offence", "Outcome"], *([f.day(), f"{f.chance.randrange(24):02}:15", f.chance.choice(PLACES), f.chance.choice(OFFENCES), f.chance.choice(OUTCOMES)] for _ in range(200))],
    "victims without names": lambda f: [["Offence date", "Offence", "Victim age", "Victim gender", "Suspect age", "Outcome"], *([f.day(), f.chance.choice(OFFENCES), str(f.chance.randrange(16, 90)), f.chance.choice(("Male", "Female")), str(f.chance.randrange(16, 70)), f.chance.choice(OUTCOMES)] for _ in range(120))],
    "withheld names": lambda f: [["Offence", "Victim name", "Victim DOB", "Outcome"], *([f.chance.choice(OFFENCES), "Redacted", "[Section 40(2)]", f.chance.choice(OUTCOMES)] for _ in range(40))],
    "grid references": lambda f: [["Site", "Grid ref", "UPRN", "Activations"], *([f"A{f.code(2)} {p}", f"TG{f.code(6)}", f.code(11), f.count()] for p in PLACES)],
    "home office codes": lambda f: [["HO code", "Description", "2019", "2020"], *([f"{n}/{n % 4}", o, f.count(), f.count()] for n, o in enumerate(OFFENCES * 3, 3))],
    "rates": lambda f: [["LSOA code", "LSOA name", "Crimes", "Rate per 1000"], *([f"E0102{f.code(4)}", f"{p} 001A", f.count(), f"{f.chance.random() * 90:.1f}"] for p in PLACES)],
    "response times": lambda f: [["Month", "Grade A median (mm:ss)", "Calls"], *([f"{m}-19", f"{f.chance.randrange(5, 15)}:{f.chance.randrange(60):02}", f.code(4)] for m in MONTHS)],
    "questions": lambda f: [["No.", "Question", "Answer"], *([str(n), "How many burglaries were recorded in the period?", f.count()] for n in range(1, 30))],
    "policies": lambda f: [["Policy", "Version", "Owner", "Review date"], *([f"{o} policy", f"{n}.0", "Head of Professional Standards", f.day(2024, 2027)] for n, o in enumerate(OFFENCES, 1))],
    "transposed counts": lambda f: [["Year", *map(str, range(2015, 2022))], *([label, *(f.count(9999) for _ in range(7))] for label in ("Victims", "Suspects", "Arrests", "Charged"))],
    "labels and values": lambda f: [["Number of victims", f.count()], ["Number of suspects", f.count()], ["Date", f.day()], ["Total", f.count()]],
    "stations and phones": lambda _: [["Station name", "Address", "Postcode", "Telephone"], *([f"{p} Police Station", f"{n} Station Road, {p}", f"NR{n} 1AB", "01953 424242"] for n, p in enumerate(PLACES[:9], 1))],
    "courses": lambda f: [["Course", "Date", "Attendees", "Cost"], *([c, f.day(), f.count(30), f"£{f.code(4)}"] for c in ("Domestic Abuse Matters", "Taser", "Public Order Level 2", "Officer Safety") for _ in range(9))],
    "serial dates": lambda f: [["Date", "Beat", "Crimes"], *([str(f.chance.randrange(43_000, 45_000)), f.chance.choice(PLACES), f.count(30)] for _ in range(90))],
    "old serial dates": lambda f: [["Date opened", "Station name", "Floor area"], *([str(f.chance.randrange(15_000, 40_000)), f"{p} Police Station", f.code(3)] for p in PLACES)],
    "listed buildings": lambda f: [["Building", "Built", "Grade", "Postcode"], *([f"{s} House", f.day(1890, 1990), "II", f"NR{n} 2CD"] for n, s in enumerate(("Nelson", "Jubilee", "Falconers", "Margaret Thatcher", "Elizabeth Fry", "Edith Cavell"), 1))],
}  # fmt: skip
"""Shape → rows; many have words that are names too."""

PROSE: dict[str, str] = {
    "reply": "Freedom of Information Request Reference No: FOI 003055/17\n\nI write in connection with your request for information received by the Norfolk Constabulary on the 23rd August 2017 in which you sought access to the following information:\n\n1. How many burglaries were recorded in each of the last five years?\n2. How many victims were aged under 18?\n\nResponse to your Request\n\nThe response provided below is correct as of 11 September 2017. Norfolk Constabulary has located the following information as relevant to your request. There were {n} victims and {m} suspects. No victims were identified in {k} cases.\n\nShould you have any further queries concerning this request, please contact {plain}, FOI Decision Maker, quoting the reference number shown above.",
    "reply with exemptions": "Section 40(2) - Personal Information. This is an absolute exemption as the disclosure would contravene the Data Protection principles. Section 30(1)(a) Investigations. The public interest lies in withholding the names of victims, witnesses and suspects. Section 17 of the Freedom of Information Act 2000 requires the Constabulary, when refusing to provide information, to state the exemption.",
    "request": "Dear Norfolk Constabulary,\n\nUnder the Freedom of Information Act 2000 I would like the number of rape and sexual assault offences recorded between 1 January 2018 and 31 December {k}, with the age of the victim, the age of the suspect and the outcome.\n\nYours faithfully,\n\n{plain}",
    "business": "Hi {forename},\n\nThanks for sending the minutes. {plain} from {firm} will join us on Tuesday at 10:30 to go through the procurement of {n} radios. The purchase order is 4500{n}12 and the budget code is 31{m}. Could you book the Nelson room? Phone me on 01953 42{k} if there is a problem.\n\nKind regards",
    "press release": "Police are appealing for witnesses following a burglary in Chapel Lane, Wymondham. It happened between 9am and 4pm on Wednesday 12 February, when suspects forced entry through a rear window and stole jewellery. Anyone with information should contact Detective Constable {plain} at Wymondham CID on 101 quoting crime number 36/{n}67/20, or Crimestoppers anonymously on 0800 555 111.",
    "law": "(1) A person commits an offence if— (a) he intentionally touches another person (B), (b) the touching is sexual, (c) B does not consent to the touching, and (d) A does not reasonably believe that B consents. (2) A person guilty of an offence under this section is liable on conviction on indictment to imprisonment for a term not exceeding {k} years. Section 5 of the Domestic Violence, Crime and Victims Act 2004 applies.",
    "guidance": "Officers must record the name, date of birth and address of the victim, the suspect and any witness on the crime report within 24 hours. Where the victim is under 18 a safeguarding referral is made. The investigating officer completes the MG11 and the MG3. A DASH risk assessment is required for every domestic incident; {n} were completed in the year.",
    "minutes": "Minutes of the Strategic Independent Advisory Group held on 14 March 2019\nPresent: {plain} (Chair), Supt {surname}, Cllr {surname2}\n1. Apologies were received.\n2. Hate crime: recorded hate crime rose by {m} per cent. {title} {surname} asked about victim satisfaction.\n3. Date of next meeting: 12 June 2019",
    "signature": "Please find attached the response to your request.\n\nRegards\n{plain}\nInformation Compliance Officer\nNorfolk and Suffolk Constabularies, Falconers Chase, Wymondham NR18 0WW\nTel: 01953 424242 ext 28{k}\nEmail: freedomofinformation@norfolk.example",
    "statistics in words": "In 2019/20 there were {n} recorded offences of domestic abuse, of which {m} resulted in a charge. Victims were female in 73% of cases. Suspects were aged 25 to 34 in {k} cases. No suspect was identified in 41% of burglaries. The most common relationship was ex-partner.",
    "history": "The office of Chief Constable was established in 1839. Captain {plain}, born in 1802, served until 1857 and the county force had {n} men. The murder of {plain2} at Stanfield Hall in 1848 was the first great case of the force.",
    "recruitment": "Applications are invited for the post of Crime Recording Officer (Scale 5, £{n},000). For an informal discussion contact {title} {plain} on 01953 42{k} or email recruitment@norfolk.example. Closing date: 12/03/2021. Interviews will be held on 22/03/2021.",
}  # fmt: skip


def make_statistics(seed: str) -> Iterator[Case]:
    """Every shape of statistics, in which nobody is."""
    for shape, make in STATISTICS.items():
        rows = tuple(map(tuple, make(Figures(f"{seed} {shape}"))))
        yield Case(name=f"{shape} ({seed})", layout=shape, form=Form.TABLE, held=False, rows=rows)


def make_prose(seed: str, pools: dict[str, Pool]) -> Iterator[Case]:
    """Every kind of ordinary text; its names are of staff, requesters and history."""
    for kind, template in PROSE.items():
        figures = Figures(f"{seed} {kind}")
        chance = figures.chance
        origin = chance.choice(sorted(pools))
        forename, surname, surname2 = (
            chance.choice(pools[origin].forenames), *chance.sample(pools[origin].surnames, 2),
        )  # fmt: skip
        text = template.format(
            n=chance.randrange(100, 999), m=chance.randrange(100, 999), k=chance.randrange(1000, 2000), plain=f"{forename} {surname}",
            plain2=f"{forename} {surname2}", forename=forename, surname=surname, surname2=surname2, title=chance.choice(("Mr", "Mrs", "Ms", "Dr")),
            firm=chance.choice(SUPPLIERS),
        )  # fmt: skip
        yield Case(name=f"{kind} ({seed})", layout=kind, form=Form.PROSE, held=False, text=text)


def make_ordinary(seed: str, pools: dict[str, Pool], rounds: int) -> Iterator[Case]:
    """All of it, as often as wanted."""
    for number in range(rounds):
        yield from make_statistics(f"{seed}.{number}")
        yield from make_prose(f"{seed}.{number}", pools)
