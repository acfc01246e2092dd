"""A second set of running texts about crimes, in other words than the first; kept from the eyes of whoever tunes detection."""

from __future__ import annotations

ACCOUNTS: dict[str, str] = {
    "occurrence log": (
        "OEL {i.day:%d/%m/%Y} 0915hrs PC 1471 {o.surname}. Attended {v.address} and spoke to the IP, {v.plain} ({v.birth:%d/%m/%Y}). {v.forename} told me that overnight her "
        "former boyfriend, {s.plain}, had come to the house drunk, banged on the windows and shouted abuse. Neighbour {w.plain} at number {w.house} was woken by the noise. "
        "House to house completed. {s.plain} to be arrested."
    ),
    "case summary": (
        "CASE SUMMARY (MG5)\nDefendant: {s.plain}\nCharge: {i.offence}\nAt around 11pm the victim {v.title} {v.plain} was sitting in the beer garden with friends including {w.plain}. "
        "{s.title} {s.surname} came over and accused {v.title} {v.surname} of looking at his girlfriend. He then struck {v.title} {v.surname} over the head with a glass. "
        "{w.plain} pulled him away. In interview {s.title} {s.surname} made no comment."
    ),
    "officer's statement": (
        "At 2145 hours on {i.day:%A %d %B %Y} I was on duty in full uniform in company with PC {o.surname} when we were sent to a disturbance at {v.street}, {v.town}. On arrival I "
        "was met by a female I now know to be {v.plain}. She was crying and had blood on her lip. I then saw a male, whom I know to be {s.plain}, come out of the kitchen. I said, "
        '"I am arresting you on suspicion of assault." I cautioned him, to which he replied, "She had it coming."'
    ),
    "safeguarding referral": (
        "Child: {v.plain}, d.o.b. {v.birth:%d.%m.%Y}\nMother: {w.plain}, {w.phone}\nAddress: {v.address}, {v.postcode}\nConcern: the child disclosed to her teacher that her "
        "stepfather {s.plain} touches her at night. Strategy discussion held; {s.plain} to be interviewed. Social worker informed."
    ),
    "update to a victim": (
        "Dear {v.forename},\n\nI am the officer in charge of your case. {s.plain}, aged 41, has today been charged with breaking into your house on {i.day:%d/%m/%Y} and will "
        "appear at Norwich Magistrates' Court. You may be asked to give evidence, as may your neighbour {w.title} {w.plain}.\n\nYours sincerely\nPC {o.surname}\n\n"
        "{v.title} {v.plain}, {v.address}, {v.postcode}"
    ),
    "intelligence log": (
        "INTELLIGENCE REPORT. Source: local resident, believed reliable. {s.plain} born {s.birth:%d/%m/%Y} is dealing heroin from {s.address}. He uses the mobile {s.phone}. "
        "{w.plain} collects money for him and has been threatened by him."
    ),
    "witness list": (
        "LIST OF WITNESSES\nR v {s.surname}\n1. {v.title} {v.plain} (victim) {v.phone}\n2. {w.title} {w.plain} (eye witness) {w.phone}\n3. PC {o.surname} (arresting officer)"
    ),
    "interview": (
        "{s.plain} attended voluntarily and was interviewed under caution in the presence of his solicitor. He accepted that he had been at the address but denied hitting {v.plain}, "
        "saying that she had fallen. He could not explain why {w.plain} would say that he had thrown the phone at {v.forename}. He was released pending further enquiries."
    ),
    "list of crimes": (
        "{i.reference}; {i.offence}; IP {v.plain}; suspect {s.plain}; informant {r.plain} {r.phone}; NFA"
    ),
    "morning meeting": (
        "Overnight:\n- {i.offence} at {v.street}, {v.town}. {v.plain} (f, 27) beaten by her husband {s.plain}. In custody.\n- Robbery: {w.plain}, 16, had his phone taken at knife point.\n"
        "- {r.plain} rang twice about kids throwing stones."
    ),
    "message": (
        "hi mate just been to see {v.plain} about her stolen bike. she reckons {s.plain} from over the road took it. her mobile is {v.phone}. can you do the cctv? crime number {i.reference}"
    ),
    "hate crime": (
        "{v.plain} reports being spat at and called racist names on the bus by a man he recognises as {s.plain} of {s.address}. The driver, {w.plain}, stopped and asked the man to get off. "
        "{v.title} {v.surname} is scared to travel to work."
    ),
    "court result": (
        "{s.plain}, {s.house}, of {s.street}, {s.town}, pleaded guilty to assaulting {v.plain} by beating her and was given a 12-month community order. {s.title} {s.surname} must pay "
        "£100 compensation to {v.title} {v.surname}. The court had heard from {w.plain}."
    ),
    "theft report": (
        "Reported online by {r.plain} on {i.day:%d/%m/%y}: my mother {v.plain}, who is 84 and lives at {v.address}, has had money taken from her purse by her carer. The carer is called "
        "{s.plain}. Please ring me on {r.phone}. My mother does not know that I am telling you."
    ),
    "bail sheet": (
        "BAILED: {s.listed} {s.birth:%d/%m/%y} {s.address}. OFF: {i.offence}. COND: NOT TO CONTACT DIRECTLY OR INDIRECTLY {v.plain} OR {w.plain}. NOT TO ENTER {v.street}."
    ),
    "missing and exploited": (
        "{v.plain} (DOB: {v.birth:%d %b %Y}) was found at 3am in a flat in {v.town} belonging to {s.plain}. She disclosed that he gave her vodka and that two men had sex with her. "
        "Her friend {w.plain}, 15, was also there. ABE interview arranged."
    ),
}  # fmt: skip

IDENTIFIED: dict[str, str] = {
    "occurrence log": "vsw", "case summary": "svw", "officer's statement": "vs", "safeguarding referral": "vws", "update to a victim": "vsw", "intelligence log": "sw",
    "witness list": "vw", "interview": "svw", "list of crimes": "vsr", "morning meeting": "vsw", "message": "vs", "hate crime": "vsw", "court result": "svw",
    "theft report": "rvs", "bail sheet": "svw", "missing and exploited": "vsw",
}  # fmt: skip
"""Who is in which text."""
