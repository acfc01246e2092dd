"""The part in a crime that running text gives to a name, by the words directly before and after it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from detectors.model import Role
from detectors.personal_data.vocabulary import Vocabulary

BEFORE, AFTER = 110, 150
"""Characters that are looked at on each side of a name; also what bounds the patterns, all of them on case-folded text."""


@dataclass(frozen=True, slots=True)
class Part:
    """The role that words give to a name.

    `certain`: they are said of hardly anything but crimes; else it takes an account of one, or others in it. `aside`: the words
    greet somebody, or speak of an office; the text is not about them, though they may be in a crime that it tells. `by_deed`:
    they do not name the part, but say what its bearer did or what befell them; games and plays tell of the like.
    """

    role: Role
    certain: bool = True
    aside: bool = False
    by_deed: bool = field(default=False, compare=False)


NO_PART = Part(Role.UNKNOWN, certain=False)
ASIDE_PART = Part(Role.UNKNOWN, certain=False, aside=True)

TITLE = r"(?:(?:mr|mrs|ms|miss|dr|master)\.? )?"

# ---- those who speak of crimes as their work

RANK = (
    r"(?:a/|t/|acting |temporary |special )?(?:pc|wpc|dc|ds|di|dci|dcs|dsu|ps|pcso|cso|sgt|sergeant|constable|insp|inspector|supt|superintendent|commander|acc|dcc|ch insp|"
    r"detective|special constable|commissioner|sarge|oic)(?:[ /]?\d{1,6})?"
)
OFFICE = (
    r"(?:cllrs?|councillors?|mp|minister|secretary|chancellor|mayor|lord|lady|baroness|sir|dame|rev|reverend|father|canon|venerable|archdeacon|bishop|judge|recorder|coroner|justice|"
    r"professor|prof|chair|chairman|chairwoman|chairperson|director|manager|headteacher|head|editor|reporter|reviewer|author|owner|clerk|president|captain|coach|goalkeeper|coxswain|"
    r"executive|registrar|solicitor|barrister|counsel|auditor|officer|superintendent|coordinator|lead|patron|founder|spokes\w+|supervisor|surveyor|adjuster|photographer|handler|"
    r"attn|fao|please contact|can contact|should contact|ask for|approved by|prepared by|written by|chaired by|led by|supervised by|presented by|"
    r"completed by|created by|author of|novel by|goals from|proposed by|seconded by|attended by|hosted by|farmer|shopkeeper|striker|midfielder)"
)
LABEL = r"(?:from|sent|to|cc|bcc|contact|present|apologies|signed|welcome|attendees|distribution|by|in attendance|prepared|approved|reviewed|policy owner|author)"
BETWEEN = r"[ ,.:]{0,3}(?:(?:mr|mrs|ms|miss|dr|cllr|the|and)\b\.? ?){0,2}$"
RANKED = re.compile(rf"\b{RANK}{BETWEEN}")
OFFICE_BEFORE = re.compile(rf"\b{LABEL}: {{0,3}}{TITLE}$|\b{OFFICE}{BETWEEN}")
CLOSING = re.compile(
    r"\b(?:sincerely|faithfully|truly|regards|wishes|thanks|thank you|cheers|many thanks|signed)[ ,.]*\n{1,4}(?:[^\n]{1,40}\n)?$"
)
DUTY = (
    r"(?:officer|manager|director|chair\w*|registrar|inspector|commissioner|head|editor|professor|headteacher|founder|minister|secretary|constable|sergeant|superintendent|coordinator|"
    r"co-ordinator|adviser|advisor|solicitor|barrister|advocate|spokes\w+|analyst|correspondent|reporter|unit|team|department|mp|qc|kc|obe|mbe|cbe|unison|cps|police|constabulary|"
    r"council|trust|university|representatives?|chief executive|trustee|volunteer|clerk|lead)"
)
OFFICE_AFTER = re.compile(
    rf"(?:,|\n| -|:)? ?\(?(?:the |a |our |an |his |her )?(?:[\w'&/-]+ ){{0,4}}{DUTY}\b(?! (?:arrested|attended))"
    r"|,? (?:said|says|added|explained|chairs|chaired|presented|proposed|seconded|welcomed|writes|wrote|asked|replied|praised|joins|will present|will report|will lead)\b"
)

# ---- what was done, and by whom

HARMED = (
    r"(?:(?:sexually |physically |verbally |racially |indecently |seriously |badly )?(?:assaulted|abused)|punched|kicked|slapped|beaten(?: up)?|stabbed|robbed|raped|groomed|strangled|choked|"
    r"headbutted|spat (?:at|on)|bitten|threatened|mugged|burgled|shoved|pushed (?:over|down|to|out|into|against|off)|grabbed|stalked|harassed|kidnapped|murdered|defrauded|scammed|conned|"
    r"knocked (?:over|down|to|out|unconscious)|racially abused|intimidated|blackmailed|dragged|molested|trafficked|exploited)"
)
HARMED_LOOSELY = r"(?:attacked|hit|struck|followed|injured|hurt|pushed|bullied|targeted|shot|killed|tricked|called \w+ names|shouted at|sworn at|chased|touched|burnt|bruised)"
HARMS = (
    r"(?:(?:sexually |physically |verbally |racially |indecently )?(?:assaulted|abused)|punched|kicked|slapped|stabbed|robbed|raped|groomed|strangled|headbutted|spat|spits|threatened|mugged|burgled|"
    r"shoved|grabbed|stalked|harassed|murdered|defrauded|scammed|blackmailed|shoplifted|strangles|punches|kicks|threatens|assaults|rapes|touches|beats|beat (?:her|him|me|them|up)|"
    r"broke (?:into|in|the|a)|smashed|made off|stole|steals|set fire|keyed|is dealing|deals (?:in|class|heroin|cocaine|crack)|drove at)"
)
HARMS_LOOSELY = (
    r"(?:attacked|hit|hits|struck|took|takes|taken|pushed|pushes|threw|throws|followed|follows|pulled|swore|shouted|banged|damaged|damages|entered|grabs|snatched|bit|had a knife|forced|"
    r"was shouting|was abusive|was drunk|was aggressive|was kicking|is kicking|was banging|is banging|came (?:at|to|over|back|round)|waited|waits|sent|sends|lunged|chased|refused to leave)"
)
HARMING = (
    r"(?:assaulting|punching|kicking|slapping|stabbing|robbing|raping|grooming|threatening|strangling|stalking|harassing|murdering|burgling|hitting|beating|attacking|spitting (?:at|on)|"
    r"injuring|wounding|killing|abusing|biting|headbutting|grabbing|touching|pushing|defrauding)"
)
ARRESTED = (
    r"(?:arrested|charged(?: with| for| and| on)?|cautioned|detained|bailed|remanded|convicted|sentenced|summonsed|jailed|imprisoned|de-?arrested|recalled to prison|"
    r"interviewed(?: under caution| in custody)?|in custody|reported for|wanted (?:for|on|in|by)|released (?:on|under|pending|without|with)|found guilty|found not guilty|acquitted|prosecuted|"
    r"circulated as wanted|picked out|identified as|summoned|dealt with by)"
)
ASIDE = r"(?:[ ,]{0,2}\([^()\n]{0,60}\))?(?:,? (?:b\.|born|d\.?o\.?b\.?)[ :]{0,2}(?:on )?[\d/.-]{6,10})?(?:,[^.;:\n]{1,80}?,)?,?"
ADVERBS = r"(?:\w+ly |then |also |today |later |since |now |again |just |allegedly |repeatedly |has |had |have |who |and |who has |who had ){0,3}"
BEING = r"(?:was|were|is|are|be|been|being|to be|has been|had been|got|gets|is to be|will be|reports being|reported being|alleges being)"
ANYONE = r"(?:(?:his|her|my|their|the|a|an|your) (?:[\w-]+ ){1,4}(?:called |named |known as )?,? ?)?"
LINK = r"(?:[ ,:'(*-]|\b(?:was|is|has|been|named|called|identified|as|known|to be|a|an|the|mr|mrs|ms|miss|dr|master|s|1|2|3|4|no)\b\.?){0,12}$"
KIN = r"(?:his|her|my|their|whose|the victim's|the suspect's|your)"

AFTER_CERTAIN = (
    (
        Role.WITNESS,
        (
            rf"{ASIDE} ?{ADVERBS}(?:witnessed|saw (?:the|him|her|it|what|this|a (?:man|male|female|woman)|{KIN})|heard (?:the|a|her|him|shouting|screaming|banging)|"
            r"attended as (?:an )?appropriate adult|was also (?:there|present)|pulled (?:him|her|them) (?:away|off|apart)|called (?:the )?police|called 999|rang (?:the )?police|rang 999)"
        ),
    ),
    (
        Role.VICTIM,
        (
            rf"{ASIDE} ?{ADVERBS}{BEING} {ADVERBS}{HARMED}\b"
            rf"|{ASIDE} ?{HARMED}(?: \w+){{0,3}} by\b|[^.;:\n]{{0,50}} and (?:was|were|has been) {ADVERBS}(?:{HARMED}|{HARMED_LOOSELY})\b"
            rf"|{ASIDE} ?{ADVERBS}(?:declined to (?:provide|make|give)|does not (?:support|wish to)|did not (?:support|wish to)|sustained|suffered (?:a|an|cuts|bruis|injur|minor|serious))"
            rf"|{ASIDE} ?{ADVERBS}(?:alleges|alleged|disclosed|discloses) (?:that|to|he|she|being|how)"
        ),
    ),
    (
        Role.SUSPECT,
        (
            rf"{ASIDE} ?{ADVERBS}(?:{BEING} ){ADVERBS}{ARRESTED}\b"
            rf"|{ASIDE} ?(?:arrested (?:for|on|at|by)|charged with|bailed (?:to|until|with)|remanded|cautioned (?:for|and))"
            rf"|{ASIDE} ?{ADVERBS}(?:pleaded|pled) (?:not )?guilty|{ASIDE} ?{ADVERBS}made no comment|{ASIDE} ?{ADVERBS}attended voluntarily"
            rf"|{ASIDE} ?{ADVERBS}(?:admitted|admits|denied|denies) (?:\w+ing|the (?:offence|assault|theft|allegation))"
            rf"|{ASIDE} ?{ADVERBS}(?:will appear|is due to appear|appeared) (?:at|before|in)\b"
            rf"|{ASIDE} ?{ADVERBS}{HARMS}\b(?!(?: \w+){{0,3}} by\b)"
        ),
    ),
)
"""Directly after the name, at once or after an aside (born on, aged, of an address)."""

AFTER_LOOSELY = (
    (
        Role.VICTIM,
        rf"{ASIDE} ?{ADVERBS}(?:{BEING} ){ADVERBS}{HARMED_LOOSELY}\b|{ASIDE} ?{HARMED_LOOSELY}(?: \w+){{0,3}} by\b",
    ),
    (
        Role.VICTIM,
        (
            rf"{ASIDE} ?{ADVERBS}(?:reports|reported|states|stated|says|complains|complained|fears|feels|is (?:scared|afraid|frightened|distressed|shaken|fearful|upset)|"
            r"was (?:crying|bleeding|upset|distressed|asleep|walking|unconscious|taken to hospital)|has (?:injury|injuries|a cut|bruising|swelling|had (?:his|her|money|property))|"
            r"had (?:his|her|money) |told (?:me|us|officers|police|the officer)|lives at|returned (?:home )?to find|noticed|woke)"
        ),
    ),
    (Role.SUSPECT, rf"{ASIDE} ?{ADVERBS}{HARMS_LOOSELY}\b(?!(?: \w+){{0,3}} by\b)"),
    (
        Role.WITNESS,
        rf"{ASIDE} ?{ADVERBS}(?:saw|heard|was woken|was present|was with|tried to stop|ran after|came out|would say|stopped|helped|will say|asked the)\b",
    ),
)

BEFORE_CERTAIN = (
    (Role.VICTIM, rf"\b(?:female|woman|girl|lady)\b[^.\n]{{0,40}}\bknow to be {TITLE}$"),
    (Role.SUSPECT, rf"\b{HARMED}\b[^.\n]{{0,60}}\bby {ANYONE}{TITLE}$"),
    (
        Role.SUSPECT,
        (
            rf"\b(?:arrest(?:ed|ing)|cautioned|detained|de-?arrested|suspicion (?:that|of)|charged|identified (?:him |her |the \w+ )?as|picked out|bailed:?|know to be|"
            rf"recognises (?:him |her |the \w+ )?as|recognised (?:him |her |the \w+ )?as|circulated as wanted:?|allegations? against|blames) {ANYONE}{TITLE}$"
        ),
    ),
    (
        Role.VICTIM,
        (
            rf"\b(?:{HARMED}|{HARMING}|not to contact(?: directly or indirectly)?|not to approach|theft from|stolen from|robbery of|rape of|assault (?:on|upon)|threats? (?:to|towards|against)|injury to|"
            rf"compensation to|on behalf of) {ANYONE}{TITLE}$"
        ),
    ),
    (Role.WITNESS, rf"\b(?:(?:statement|account) (?:of|from|by)|appropriate adult|evidence from|heard from){LINK}"),
    (
        Role.REPORTING_PERSON,
        rf"\b(?:reported (?:\w+ )?(?:online |by phone |in person )?by|call(?:ed)? in by|call(?: received)? from|999 from){LINK}",
    ),
)
"""Directly before the name."""

BEFORE_LOOSELY = (
    (
        Role.SUSPECT,
        rf"\b{HARMED_LOOSELY}\b[^.\n]{{0,60}}\bby {ANYONE}{TITLE}$|\b(?:against|suspects?|accus(?:ed|es|ing)|saw|seen|belonging to|called|named) {ANYONE}{TITLE}$",
    ),
    (
        Role.SUSPECT,
        rf"\b{KIN} (?:[\w-]+ ){{0,2}}(?:ex|ex-?partner|partner|husband|ex-?husband|wife|boyfriend|girlfriend|ex-?boyfriend|ex-?wife|stepfather|carer|landlord|attacker|abuser)[ ,:]{{1,2}}{TITLE}$",
    ),
    (
        Role.VICTIM,
        rf"\b(?:attacked|hit|struck|pushed|followed|see|{KIN} (?:[\w-]+ ){{0,2}}(?:mother|grandmother|daughter|son|child)|letter to|spoken (?:with|to)|spoke (?:with|to)) ?,? {TITLE}$",
    ),
    (Role.SUSPECT, rf"\b(?:reckons|thinks|believes|suspects|says|alleges|claims|states)(?: that)? {TITLE}$"),
    (
        Role.WITNESS,
        rf"\b(?:seen with|with|{KIN} (?:[\w-]+ ){{0,2}}(?:friend|neighbour|colleague|brother|sister)|neighbour|friend|colleague|driver|manager)[ ,:]{{1,2}}{TITLE}$",
    ),
)


def compile_clues(clues: tuple[tuple[Role, str], ...]) -> tuple[tuple[Role, re.Pattern[str]], ...]:
    """The patterns, ready."""
    return tuple((role, re.compile(pattern)) for role, pattern in clues)


CLUES = (
    (compile_clues(AFTER_CERTAIN), compile_clues(BEFORE_CERTAIN), True),
    (compile_clues(AFTER_LOOSELY), compile_clues(BEFORE_LOOSELY), False),
)


GREETED = re.compile(rf"\b(?:dear|hi|hello|hey|good (?:morning|afternoon|evening)) {TITLE}$")


def read_part(text: str, start: int, end: int, vocabulary: Vocabulary) -> Part:
    """The part of the name at `start` to `end` of a normalised text; `NO_PART` where the words beside it give none."""
    before = text[max(0, start - BEFORE) : start].casefold()
    after = text[end : end + AFTER].casefold()
    if GREETED.search(before):
        return ASIDE_PART
    role = read_named(before, vocabulary) or read_apposed(after, vocabulary)
    if role is not None:
        return Part(role)
    if RANKED.search(before) or CLOSING.search(before):
        return Part(Role.OFFICER)
    certain, loose = (read_clues(before, after, clues) for clues in CLUES)
    if OFFICE_BEFORE.search(before):
        return ASIDE_PART
    if certain is not None:
        return certain
    return ASIDE_PART if OFFICE_AFTER.match(after) else loose or NO_PART


def read_named(before: str, vocabulary: Vocabulary) -> Role | None:
    """The part that stands directly before a name: "the suspect was identified as", "Victim 2:"."""
    words = re.sub(LINK, "", before).rpartition("\n")[2].split()
    for size in range(min(3, len(words)), 0, -1):
        role = vocabulary.roles.get(" ".join(words[-size:]).strip("*#,:;()"))
        if role not in {None, Role.UNKNOWN}:
            return role
    return None


APPOSED = re.compile(r" ?(?:[,(–-]|\bas\b|\bis\b|\bwas\b) ?(?:the |a |an |eye )?([a-z]{2,}(?: [a-z]+)?)[ ,).;:\n]")


def read_apposed(after: str, vocabulary: Vocabulary) -> Role | None:
    """The part that stands directly after a name: "(victim)", ", the suspect,"."""
    match = APPOSED.match(f"{after} ")
    if match is None:
        return None
    words = match[1]
    role = vocabulary.roles.get(words) or vocabulary.roles.get(words.partition(" ")[0])
    return None if role is Role.UNKNOWN else role


def read_clues(
    before: str,
    after: str,
    clues: tuple[tuple[tuple[Role, re.Pattern[str]], ...], tuple[tuple[Role, re.Pattern[str]], ...], bool],
) -> Part | None:
    """The part that a verb gives: who was assaulted, who was arrested, who saw it."""
    follow, lead, certain = clues
    for role, pattern in follow:
        if pattern.match(after):
            return Part(role, certain, by_deed=True)
    for role, pattern in lead:
        if pattern.search(before):
            return Part(role, certain, by_deed=True)
    return None
