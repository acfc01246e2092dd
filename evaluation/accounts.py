"""Further running texts about crimes: those that detection was tuned on beside the first ones, and those that it never was."""

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
    "crime bulletin": "CRIME BULLETIN {i.day:%d/%m/%Y}. Between 1800 and 2200 an unknown offender removed tools from the van of {v.plain}, {v.address}. {w.plain} (tel {w.phone}) noticed two men near the vehicle, one of whom she thinks was {s.plain}.",
    "domestic log": "{i.day:%d/%m/%Y} 23:40 - {v.title} {v.surname} has phoned 999 to say her son {s.plain} has smashed up the kitchen. He has been drinking. Officers en route. 23:58 - {s.plain} detained to prevent a breach of the peace. {v.plain} does not want to make a complaint. Her sister {w.plain} will stay with her tonight.",
    "first account": 'First account of {v.plain}: "I was waiting for the bus when a lad I know as {s.plain} came up behind me and snatched my bag. He ran off towards the river. My friend {w.plain} chased him." Signed {o.plain}, PC 339.',
    "handover": "Handover for nights: {s.plain} is in cell 4 for the shop theft; interview still to do, solicitor on the way. The store manager {v.plain} has given a statement. {w.plain}, the security guard, is off until Monday but can be reached on {w.phone}.",
    "youth": "YOT referral. {s.plain} ({s.birth:%d/%m/%Y}), together with {w.plain}, set light to a bin behind the school. {v.plain}, the caretaker, burnt his hand putting it out. Both boys were dealt with by community resolution.",
    "fraud": "{v.plain}, 79, of {v.street}, transferred £8,000 to a man who said he was from her bank. The receiving account is in the name of {s.plain}. Her daughter {r.plain} contacted Action Fraud on her behalf.",
    "road": "At the junction of {v.street} and Earlham Road a Ford Focus driven by {s.plain} failed to stop and collided with a cyclist, {v.plain}, who suffered a fractured wrist. {w.plain} was driving behind. {s.title} {s.surname} provided a positive breath test and was arrested.",
    "stalking letter": "Dear Sir\n\nMy neighbour, {s.plain}, has been watching my house for months. On {i.day:%d %B} he followed my daughter {v.plain} to school and took photographs of her. {w.plain} at the corner shop has seen him do it. I reported it (ref {i.reference}) and nobody has come.\n\n{r.plain}, {r.address}",
    "forensic": "Exhibit {o.surname[0]}B/2, a knife, was recovered from the bedroom of {s.plain} at {s.address}. Blood on the blade matches the profile of {v.plain}. A palm print on the door frame is that of {w.plain}, who says that she lived there until June.",
    "sexual offence": "SOIT LOG. Met {v.plain} at the SARC at 0310. She was raped at a party in {v.town} by a man she met that night called {s.plain}. Two friends, {w.plain} and another, left before it happened. Clothing seized. She is frightened that {s.plain} will find out where she lives.",
    "licensing": "Premises review, The Crown. On {i.day:%d/%m/%Y} doorman {s.plain} ejected {v.plain} and kicked him while he was on the floor, breaking two ribs. The designated premises supervisor, {w.plain}, refused to hand over the recording.",
    "complaint of officer": "{v.plain} complains that while he was handcuffed he was hit in the stomach. He names his cell mate {w.plain} as a witness. He had been arrested after an argument with his girlfriend, {s.plain}. His solicitor asks for the custody footage.",
    "spreadsheet in words": "No 14. {i.reference} Theft of pedal cycle. Victim {v.plain} 12/04/1979. Cycle left unlocked outside {v.town} library. Suspect {s.plain} 03/11/1992 seen on CCTV. Charged.\nNo 15. Criminal damage. Victim {w.plain}. Wing mirror broken. No lines of enquiry.",
}  # fmt: skip
"""Detection was tuned on them."""

IDENTIFIED: dict[str, str] = {
    "occurrence log": "vsw", "case summary": "svw", "officer's statement": "vs", "safeguarding referral": "vws", "update to a victim": "vsw", "intelligence log": "sw",
    "witness list": "vw", "interview": "svw", "list of crimes": "vsr", "morning meeting": "vsw", "message": "vs", "hate crime": "vsw", "court result": "svw",
    "theft report": "rvs", "bail sheet": "svw", "missing and exploited": "vsw",
    "crime bulletin": "vws",
    "domestic log": "svw",
    "first account": "vsw",
    "handover": "svw",
    "youth": "swv",
    "fraud": "vsr",
    "road": "svw",
    "stalking letter": "svwr",
    "forensic": "svw",
    "sexual offence": "vsw",
    "licensing": "svw",
    "complaint of officer": "vws",
    "spreadsheet in words": "vsw",
}  # fmt: skip
"""Who is in which text."""

UNSEEN: dict[str, str] = {
    "burglary narrative": "At some point between Friday evening and Sunday morning the home of {v.plain} at {v.address} was entered through the patio. A safe and two watches have gone. {w.plain}, who feeds the cats, noticed the back gate open. Fingerprints found at the scene belong to {s.plain}.",
    "pub fight": "{s.plain} walked up to {v.plain} at the bar and without warning threw a pint in his face. When {v.plain} stood up he was butted and lost two teeth. The landlady, {w.plain}, barred {s.plain} and rang us.",
    "care home": "Concern raised by night staff: resident {v.plain} ({v.birth:%d/%m/%Y}) has finger-mark bruising on both arms. Agency worker {s.plain} was on shift. Staff member {w.plain} overheard her telling {v.forename} to shut up.",
    "text message thread": '{v.forename} {v.surname}\'s phone shows 43 missed calls and the message "you are dead" from a number used by {s.plain}. They split up in March. {w.plain}, his new girlfriend, told PC {o.surname} that he tracks the car.',
    "rural": "{v.plain} of Manor Farm saw three men with lurchers on his land. One of them, {s.plain} of {s.town}, said he would burn the barn down. Gamekeeper {w.plain} has the number plate.",
    "prison letter": "Sir, I am in HMP Wayland because {w.plain} lied about me. I never laid a finger on {v.plain}. Ask the doctor. My barrister never called my brother. {s.plain}",
    "school incident": "The deputy head reports that {s.plain} (year 10) brought a lock knife in and showed it to {v.plain}, saying he would use it after school. It was found in his locker. {w.plain} had told a teaching assistant.",
    "collision": "Vehicle 1 driven by {s.plain}, {s.address}, crossed the white line and hit vehicle 2, whose driver {v.plain} was cut free. She has a broken pelvis. {w.plain} stopped to help. {s.surname} gave a reading of 92.",
    "antisocial": "{v.plain} is at the end of her tether. {s.plain} downstairs plays music till four, leaves needles on the landing and last week urinated on her door. {w.plain} in the flat opposite has moved out because of it.",
    "update in system": "{i.day:%d/%m/%y} 1030 T/C to {v.plain} on {v.phone}, n/r, v/m left. 1115 T/C from {v.plain}, now willing to attend ID procedure. 1400 {s.plain} did not answer bail, PNC'd. {w.plain} moved to Leeds, need to arrange S9 via W Yorks.",
    "minutes of a case": "MARAC. Case 7: {v.plain}. Children x2. {s.plain} released from HMP Norwich 3 weeks ago and has been seen outside nursery. Housing: {v.surname} will not move. School: {w.plain} collects the children. Action: panic alarm.",
    "extortion": "{v.plain} met a woman online and sent pictures of himself. An account in the name {s.plain} now wants £500 or they go to his wife, {w.plain}. He has paid once.",
}  # fmt: skip
"""Written last, in words as unlike the others' as may be, and never tuned on: whoever tunes on one of these moves it up and writes a new one."""

UNSEEN_IDENTIFIED: dict[str, str] = {
    "burglary narrative": "vws",
    "pub fight": "svw",
    "care home": "vsw",
    "text message thread": "vsw",
    "rural": "vsw",
    "prison letter": "wvs",
    "school incident": "svw",
    "collision": "svw",
    "antisocial": "vsw",
    "update in system": "vsw",
    "minutes of a case": "vsw",
    "extortion": "vsw",
}  # fmt: skip
