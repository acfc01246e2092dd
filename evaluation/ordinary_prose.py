"""Running text that replies and their mailboxes hold and nobody may be found in: letters, minutes, news, law, policies, lists of offences."""

from __future__ import annotations

import random
from collections.abc import Iterator

from detectors.personal_data.standing_offences import load_standing_offences
from evaluation.case import Case, Form
from evaluation.names import Pool
from evaluation.texts import read_texts

FIRMS = ("Johnson Controls Ltd", "Arthur Price plc", "Ernest Doe & Sons", "Morgan Sindall Group", "Marks & Spencer", "Rolls Royce plc", "Howard Tenens", "Thomson Reuters", "Baker Tilly", "Clarke Willmott LLP")  # fmt: skip
TOWNS = (
    "Norwich",
    "Ipswich",
    "Great Yarmouth",
    "King's Lynn",
    "Lowestoft",
    "Bury St Edmunds",
    "Thetford",
    "Haverhill",
    "Cromer",
    "Wymondham",
)

TEXTS: dict[str, str] = {
    # letters of and to the information office
    "reply": "Freedom of Information Request Reference No: FOI 003055/17\n\nI write in connection with your request for information received by the Norfolk Constabulary on the 23rd August 2017 in which you sought access to the following information:\n\n1. How many burglaries were recorded in each of the last five years?\n2. How many victims were aged under 18?\n\nResponse to your Request\n\nThe response provided below is correct as of 11 September 2017. Norfolk Constabulary has located the following information as relevant to your request. There were {n} victims and {m} suspects. No victims were identified in {k} cases.\n\nShould you have any further queries concerning this request, please contact {a}, FOI Decision Maker, quoting the reference number shown above.",
    "reply with exemptions": "Section 40(2) - Personal Information. This is an absolute exemption as the disclosure would contravene the Data Protection principles. Section 30(1)(a) Investigations. The public interest lies in withholding the names of victims, witnesses and suspects. Section 17 of the Freedom of Information Act 2000 requires the Constabulary, when refusing to provide information, to state the exemption.",
    "reply to a named requester": "Dear {t} {as},\n\nThank you for your e-mail of 3 March {y} in which you asked how many people were arrested for robbery, and how many of them were charged. Between April and March {n} people were arrested, {m} were charged and the remainder were released under investigation. I hope that this is helpful.\n\nYours sincerely,\n{b}\nDisclosure Officer",
    "reply refusing on cost": "Dear {a},\n\nFOI 00{n}/{m}\n\nYou asked for every crime report since 2010 in which a victim was also recorded as a suspect. To read each of the {k} records would take more than 18 hours. Section 12 of the Act therefore applies. You may wish to narrow your request to one year or one district.\n\nKind regards,\n{b}, Information Compliance Officer",
    "reply about one's own complaint figures": "Good afternoon {af},\n\nFurther to your request, the Professional Standards Department recorded {n} complaints about incivility and {m} about unlawful arrest. In {k} cases the complainant withdrew. No officer was dismissed. Superintendent {b} chairs the panel that reviews them.\n\nRegards\nFOI Team",
    "request": "Dear Norfolk Constabulary,\n\nUnder the Freedom of Information Act 2000 I would like the number of rape and sexual assault offences recorded between 1 January 2018 and 31 December {y}, with the age of the victim, the age of the suspect and the outcome.\n\nYours faithfully,\n\n{a}",
    "request of a journalist": "Hello,\n\nI am a reporter with the {town} Mercury and would be grateful for figures on shoplifting: how many offences, how many suspects charged, how many cautioned, and the value of what was stolen. If you have any questions ring me on 01603 {n}{m}.\n\nMany thanks\n{a}\nCrime correspondent",
    "request of a student": "To whom it may concern,\n\nFor my dissertation at the University of East Anglia, supervised by Dr {b}, I am asking all forces for the number of stalking offences with a male victim and a female suspect in {y}.\n\nBest wishes\n{a}",
    "internal review": "I am writing to request an internal review of your handling of my FOI request 'Hate crime against Polish and Lithuanian residents'. {t} {bs} replied on the last day and withheld the names of the officers. A full history of the request is on the web.\n\nYours faithfully,\n{a}",
    "decision notice": "Reference: FS50{n}{m}\nDecision notice\nPublic authority: Chief Constable of Suffolk Constabulary\nThe complainant has requested the number of detained persons strip-searched. The Commissioner's decision is that the Constabulary has correctly applied section 31(1). Right of appeal: First-tier Tribunal (Information Rights). Signed {a}, Senior Case Officer, Information Commissioner's Office",
    "tribunal decision": "{as} v Information Commissioner [{y}] UKFTT {n} (GRC). The Appellant, {t} {as}, appealed against a decision notice about the costs of policing football at Carrow Road. Tribunal Judge {b} and members {c} and {d} dismissed the appeal without a hearing.",
    "acknowledgement": "Dear {a}\n\nThank you for your request of today's date. It has been given the reference FOI-{n}-{y} and will be answered within 20 working days. Please quote this reference in any correspondence.\n\n{b}\nFreedom of Information Unit, Police Headquarters, Martlesham Heath, Ipswich IP5 3QS\nTel: 01473 613500",
    "signature": "Please find attached the response to your request.\n\nRegards\n{a}\nInformation Compliance Officer\nNorfolk and Suffolk Constabularies, Falconers Chase, Wymondham NR18 0WW\nTel: 01953 424242 ext 28{n}\nEmail: freedomofinformation@norfolk.example",
    "forwarded request": "From: {a}\nSent: 12 March {y} 09:14\nTo: FOI\nSubject: Knife crime\n\nHi {bf}, can you help with this one? The requester wants the number of victims of knife crime under 18 since {y}. {c} in Analysis has the data. Thanks, {af}",
    # inside the force
    "business": "Hi {af},\n\nThanks for sending the minutes. {b} from {firm} will join us on Tuesday at 10:30 to go through the procurement of {n} radios. The purchase order is 4500{n}12 and the budget code is 31{m}. Could you book the Nelson room? Phone me on 01953 42{k} if there is a problem.\n\nKind regards",
    "training": "Hi all,\n\nDS {as} and {b} are running the sexual offences investigators' course in {town} on 14 June. It covers first accounts, the victim's journey, forensic strategy and suspect interviews. {c} has joining instructions. Please bring your own lunch.\n\n{df}",
    "rota": "Night cover: Insp {as}, PS {bs}, PC {cs}, PC {ds}. Early: PS {es}. {cf} is on annual leave until the 9th; {t} {fs} from HR will ring him about the return to work. Please note the custody suite at {town} is closed for repairs.",
    "procurement": "The contract for victim support services was awarded to {firm} after a tender in which {n} bids were scored. The contract manager is {a}; the supplier's director is {b}. Payment is made quarterly in arrears against invoice 00{k}.",
    "job": "Applications are invited for the post of Crime Recording Officer (Scale 5, £{n},000). For an informal discussion contact {t} {a} on 01953 42{k} or email recruitment@norfolk.example. Closing date: 12/03/2021. Interviews will be held on 22/03/2021.",
    "retirement": "Colleagues gathered at {town} police station to say goodbye to Detective Sergeant {a}, who retires after 30 years. He began his career in the burglary squad and led the enquiry into the theft of lead from churches. Chief Constable {b} thanked him. His wife {c} and daughter {d} joined the party.",
    "commendation": "Chief Superintendent {a} presented commendations on Thursday. PC {b} and PC {c} were recognised for saving a man from the river at {town}; Special Constable {d} for arresting a burglar off duty; and Control Room operator {e} for calmly dealing with the report of a stabbing.",
    "circular": "Force circular {n}/{y}: crime recording. From 1 April a report of stalking must be recorded as well as the most serious other offence where the suspect is a former partner of the victim. Questions to the Force Crime Registrar, {a}, or the deputy, {b}.",
    "audit": "The auditor, {a} of {firm}, tested {n} crime records. In {m} the victim had not been told the outcome; in {k} the suspect's self-defined ethnicity was missing. Management response: {b}, Head of Crime Management, accepts the recommendation. Due date: September {y}.",
    "it notice": "The crime system will be down from 22:00 on Friday to 06:00 on Saturday. Do not use the witness, victim or suspect tabs after 21:45. Incidents must be written on paper logs. Contact the service desk, or {a} out of hours on 07700 900{n}.",
    "finance": "{af}, please recharge the overtime for Operation Moonshot to cost centre 31{n}. {b} approved it on 12 May. The balance of £{k}.00 relates to the drugs warrants and should go against the proceeds of crime fund. Regards, {c}",
    "performance": "Burglary is down {n} per cent on the five-year average. Positive outcomes rose to 12%. The reduction in Breckland follows the charging of a prolific suspect in May. ACC {as} asked for the victim satisfaction survey; {b} will report in July.",
    "terms of reference": "Domestic Homicide Review panel: terms of reference. The panel is chaired by {a}, independent of all agencies, with {b} (Children's Services), {c} (Clinical Commissioning Group), Detective Superintendent {d} and {e} (Leeway). It will consider contact with the victim and the perpetrator, who are not named, between 2014 and {y}.",
    # meetings
    "minutes": "Minutes of the Strategic Independent Advisory Group held on 14 March 2019\nPresent: {a} (Chair), Supt {bs}, Cllr {cs}\n1. Apologies were received.\n2. Hate crime: recorded hate crime rose by {m} per cent. {t} {bs} asked about victim satisfaction.\n3. Date of next meeting: 12 June 2019",
    "parish council": "{town} Parish Council. Present: Cllrs {a} (Chairman), {b}, {c}, {d}; Clerk {e}; 4 members of the public. Apologies: Cllr {f}. Police report: in the month there was one burglary, two thefts from vehicles and one assault. Cllr {bs} asked whether the suspects had been found. PCSO {fs} said that enquiries continue. Cllr {cs} proposed and Cllr {ds} seconded that the hall be repainted.",
    "police and crime panel": "Police and Crime Panel, County Hall, 20 September {y}. The Commissioner, {a}, presented the annual report. Councillor {b} welcomed the fall in domestic abuse but said that too many victims withdrew. {c}, Chief Executive of the Office, replied that {n} victims had been supported. Cllr {d} declared an interest as a trustee of Victim Support.",
    "neighbourhood watch": "Newsletter of the {town} Neighbourhood Watch. Our coordinator {a} writes: there have been {n} sheds broken into since Easter. Please lock away bicycles and ladders. {b} of Mill Road has kindly offered to store the signs. PC {cs} will mark property at the village hall on Saturday. Subscriptions to {d}, please.",
    "action list": "Actions\n1. {a} to circulate the domestic abuse strategy\n2. {b} to invite the Crown Prosecution Service\n3. {c} and {df} to draft wording about witness care\n4. {e} to ask Victim Support for figures\nAll by 30 June {y}",
    "scrutiny": "Hate Crime Scrutiny Panel. {a} (Norwich Mosque), {b} (Pride), {c} (Equal Lives) and {d} (CPS East) looked at six closed cases with the names removed. In case 2 the victim was told too late that the suspect would not be charged. {as} felt the decision was right; {bs} did not.",
    # news
    "appeal": "Police are appealing for witnesses following a burglary in Chapel Lane, Wymondham. It happened between 9am and 4pm on Wednesday 12 February, when suspects forced entry through a rear window and stole jewellery. Anyone with information should contact Detective Constable {a} at Wymondham CID on 101 quoting crime number 36/{n}67/20, or Crimestoppers anonymously on 0800 555 111.",
    "appeal after an assault": 'Officers are investigating an assault in {town} on Saturday night. A man in his 20s was punched outside a nightclub and suffered a broken jaw. The suspect is described as white, 6ft and wearing a grey hoodie. PC {a} said: "We would like to hear from anyone who saw what happened." Call 101 quoting 37/{n}5/21.',
    "news of a rise": 'Rural crime has risen by {n}% according to NFU Mutual. {a}, MP for North Norfolk, said farmers were fed up with thefts of quad bikes. Police and Crime Commissioner {b} said: "Victims deserve better." Shadow minister {c} called for more officers. Farmer {d}, from near {town}, said he had padlocked every gate.',
    "news of a visit": "The Home Secretary, {a}, visited {town} to see how officers fight knife crime. She was shown a knife arch by Sergeant {b} and met {c}, founder of the charity StreetSafe. Local MP {d} said the funding was welcome. Chief Constable {e} said that violence had fallen.",
    "news of an appointment": "{a} has been appointed Deputy Chief Constable of Suffolk. She joined the Metropolitan Police in 1998, led its homicide command and was the senior investigating officer in several murder enquiries. She succeeds {b}, who retires. Commissioner {c} chaired the panel.",
    "sports": "{town} Town beat Leiston 2-1 with goals from {a} and {b}. Goalkeeper {c} was attacked by the crowd's humour all afternoon. Manager {d} praised the defence, in which {es} was outstanding. The visitors' captain, {f}, hit the post.",
    "history": "The office of Chief Constable was established in 1839. Captain {a}, born in 1802, served until 1857 and the county force had {n} men. The murder of {b} at Stanfield Hall in 1848 was the first great case of the force.",
    "obituary": "{a}, who died aged 91, was a magistrate in {town} for twenty years and chaired the prison visitors. Born in Diss, she married {b} in 1952. She wrote two books on the law of theft. A service will be held at St Mary's; donations to the lifeboat through {firm}.",
    "book": "In {a}'s new crime novel a retired sergeant investigates the theft of a painting. Reviewer {b} called it a delight. The author lives near {town} with her husband {c}. Published by {firm}, £12.99.",
    "blog": "I was at the community meeting in {town} last night. {a} spoke very well about county lines and how children are groomed. {b} from the school asked what parents should look for. Thanks to {c} for the tea and to {d} for the projector.",
    # charities and others
    "charity thanks": "Dear {t} {as},\n\nThank you for your generous gift of £{n}. It will help us to support people who have suffered domestic abuse. Last year our helpline took {k} calls and our refuge in {town} gave a home to {m} families. We hope to see you and {bf} at the carol concert.\n\nWith warm wishes,\n{c}\nFundraising Manager",
    "charity appeal": "Every night a child in Norfolk goes to bed afraid. With your help the Rose Centre can listen to those who have been sexually abused. {a}, our patron, is running the London Marathon. {b}, our clinical lead, explains how counselling works. Please give what you can.",
    "victim support leaflet": "If you have been a victim of burglary, assault or hate crime we can help, whether or not you reported it. Ask for your local team leader, {a}, or volunteer manager, {b}. Calls are free and we can arrange an interpreter in Polish, Lithuanian, Portuguese or Romanian.",
    "school letter": "Dear Parents and Carers,\n\nOfficers from the Safer Schools Partnership will talk to Year 9 about knife crime and exploitation. {t} {as}, Head of Year, and {b} from St Giles Trust will lead the session. Please tell {t2} {cs} if your child has been a victim of crime and would find it upsetting.\n\n{d}\nHeadteacher",
    "hospital": "Thank you for agreeing to be a case study for our Violence Reduction poster. {a} in Communications will call you. The photographer is {b}. Parking at the James Paget is free with a permit from {c}.",
    "insurance": "Policy 00{k}. Dear {a}, we are sorry to hear of the water damage to your property. Our loss adjuster {b} of {firm} will visit on 12 May. Please have ready receipts for anything over £{n}. Theft of items left in the open is not covered.",
    "tenancy": "Dear {t} {as}, your neighbour's planning application 21/0{n}/F has been approved with conditions. You objected because of noise and drugs paraphernalia in the alley. The case officer, {b}, has noted this. Councillor {c} called the application in.",
    "church": "The churchwardens, {a} and {b}, report that lead was stolen from the vestry roof in February. The Archdeacon, the Venerable {c}, has approved repairs by {firm}. A vigil for victims of war will be led by {t} {ds} on Sunday.",
    "restaurant": "A great evening at the Red Lion in {town}. {a} cooked superbly, {b} looked after us and {c} was charming at the bar. The steak was a steal at £18. I would kill for that pudding again.",
    "solicitors": "Our specialist crime team is led by {a}, a higher court advocate, with {b} and {c}, accredited police station representatives. We defend those accused of assault, fraud, sexual offences and murder. {firm} is authorised by the SRA. For advice ring 01603 {n}{m}.",
    "conference": "Programme\n09:30 Welcome, Chief Constable {a}\n10:00 Professor {b}, University of Suffolk: what works in domestic abuse\n11:00 {c}, CPS: charging rape\n12:00 {d}, Victims' Commissioner: the victim's voice\n14:00 Dr {e}: why witnesses forget",
    "references": "{as}, {ai}. and {bs}, {bi}. ({y}) 'Attrition in rape cases', British Journal of Criminology, 45(2), pp. {n}-{m}. {cs}, {ci}. (2009) Burglary and the offender's eye. Cambridge: Polity. {ds}, {di}., {es}, {ei}. (2015) 'Repeat victimisation', Policing, 9.",
    "acknowledgements": "The author thanks {a}, {b} and {c} for comments on the chapter about eyewitness testimony, {d} for the data on shoplifting, and the {n} victims who gave interviews and cannot be named.",
    # law and policy
    "law": "(1) A person commits an offence if— (a) he intentionally touches another person (B), (b) the touching is sexual, (c) B does not consent to the touching, and (d) A does not reasonably believe that B consents. (2) A person guilty of an offence under this section is liable on conviction on indictment to imprisonment for a term not exceeding {n} years. Section 5 of the Domestic Violence, Crime and Victims Act 2004 applies.",
    "law of theft": '1 Basic definition of theft. (1) A person is guilty of theft if he dishonestly appropriates property belonging to another with the intention of permanently depriving the other of it; and "thief" and "steal" shall be construed accordingly. 8 Robbery. (1) A person is guilty of robbery if he steals, and immediately before or at the time of doing so he uses force on any person. 9 Burglary. Schedule {n} to the Legal Aid, Sentencing and Punishment of Offenders Act 2012.',
    "law of evidence": "Where a statement of a witness is admitted under section 116 of the Criminal Justice Act 2003 because the witness is dead, unfit, abroad, cannot be found or is in fear, the Crown Court may direct the jury to acquit the defendant if the case depends wholly on it. See also Achieving Best Evidence, Annex {n}, and the Youth Justice and Criminal Evidence Act 1999.",
    "law report": "R v {as} [{y}] EWCA Crim {n}; R v {bs} and {cs} [2003] 1 Cr App R 12; DPP v {ds} [1976] AC 182. The court considered what amounts to intent in the offence of wounding. {es} LJ, giving the judgment of the court, said that recklessness was not enough.",
    "statutory instrument": 'The Secretary of State, in exercise of the powers conferred by section {n} of the Policing and Crime Act 2017, makes the following Regulations. 1. These Regulations may be cited as the Police (Complaints and Misconduct) Regulations {y}. 2. In these Regulations "victim" means a person who has suffered physical, mental or emotional harm. {a}, Minister of State, Home Office',
    "guidance": "Officers must record the name, date of birth and address of the victim, the suspect and any witness on the crime report within 24 hours. Where the victim is under 18 a safeguarding referral is made. The investigating officer completes the MG11 and the MG3. A DASH risk assessment is required for every domestic incident; {n} were completed in the year.",
    "policy": "Policy owner: {a}. Author: {b}. Approved: {c}, ACC Local Policing. Domestic Abuse policy version {n}. 4.1 The attending officer speaks to victim and suspect apart. 4.2 A suspect who is a police officer or member of staff is reported to Professional Standards. 4.3 Arrest is expected where an offence has been committed. 4.4 The victim is never asked in front of the suspect whether they support a prosecution.",
    "counting rules": "Counting rule: one crime for each victim. Example 1: A assaults B and C in the same incident; record two crimes. Example 2: a suspect enters three flats and steals from each; record three burglaries. Example 3: a woman reports that her former husband sent her 20 texts; record one crime of harassment. Classification 8L, 105A, 28E ({y}).",
    "role play": "Case study for student officers. Sarah is 34. She tells you that her partner Dave slapped her last night and that their son Tom heard it. Dave says that she fell. What offences may have been committed? Which of the {n} risk factors are present? Names are made up.",
    "leaflet on rights": "If you have been arrested you have the right to tell someone, to see a solicitor and to read the codes of practice. A victim has the right to a personal statement. A witness may ask for screens. Ask the custody sergeant. Code C, paragraph {n}.",
    "victims' code": "Right 6. You have the right to be told within five working days when a suspect is arrested, interviewed under caution, charged or released without charge; one day if you are a vulnerable or intimidated victim. Right 7. You may make a Victim Personal Statement.",
    "privacy notice": "We process names, addresses, dates of birth and details of offences of victims, witnesses, suspects, complainants and staff. The Data Protection Officer is {a}, who can be reached at dpo@suffolk.example. Complaints may be made to the Information Commissioner, Wycliffe House, Water Lane, Wilmslow SK9 5AF.",
    "impact assessment": "Equality impact assessment. Completed by {a} with {b} (UNISON). Disabled people are more likely to be victims of assault. Romanian and Lithuanian migrants report exploitation less often. Actions: {c} to translate the leaflet by March {y}.",
    # figures in words, and words that look like more
    "statistics in words": "In 2019/20 there were {n} recorded offences of domestic abuse, of which {m} resulted in a charge. Victims were female in 73% of cases. Suspects were aged 25 to 34 in {k} cases. No suspect was identified in 41% of burglaries. The most common relationship was ex-partner.",
    "places": "There were {n} offences in Nelson, {m} in Catton Grove and 12 in Thorpe Hamlet. Theft from vehicles was highest in Eaton, in Wensum and on Rosemary Road, Chaucer Close and Margaret Paston Avenue; assault outside the Duke of Wellington, the Prince Albert and the Lord Nelson.",
    "makes": "Vehicles most often stolen: Ford Fiesta ({n}), Land Rover Defender ({m}), Vauxhall Astra, Mercedes Sprinter, Aston Martin, Alfa Romeo. Bicycles: Carrera, Raleigh, Claud Butler, Dawes. Suspects were seen in a Peugeot Partner and a Rolls Royce.",
    "nobody": "No victims were identified. No suspect has been named. Witness: none. Suspect: unknown male. Victim: The State. Aggrieved: Ernest Doe & Sons. Informant: anonymous. The offender was described as a white male of {n} years with a beard. There is no CCTV and nobody has been arrested.",
    "bodies": "Victim: Tesco Stores Ltd. Victim: Norfolk County Council. Aggrieved: Co-op, {town}. Suspect: not known. Witness: not stated. Reported by: security guard. Offence: theft from shop, value £{n}. Outcome: no suspect identified. Victim: St John Fisher Catholic High School.",
    "redacted": "Crime number: [redacted]. Victim: [redacted] s40(2). On the evening of the 3rd the victim XXXXX was at home with XXXXX when the suspect, [name removed], kicked the door. Witness: [REDACTED], 20s, female. Outcome: charged. {n} pages withheld.",
    "dogs": "Police dogs Max, Bella and Tyson found the stolen goods; Tyson bit a suspect who was later arrested. Handler PC {a} said that {bf} (as she calls him) would get a bone. The dogs live at Hethersett with {n} others.",
    "weather": "Storm Arwen battered the coast, Hurricane Katrina and Storm Desmond are remembered. Lifeboat coxswain {a} was knocked down by a wave but unhurt; the {town} crew's Atlantic 85, Rose of {town}, was launched {n} times.",
    "questions": "1. How many suspects named in 2020 were charged? A: {n}. 2. How many victims withdrew? A: {m}. 3. Was any officer arrested? A: No. 4. Who is responsible for crime recording? A: {a}, Force Crime Registrar. 5. Who investigated the complaint? A: the IOPC.",
    "survey": '"The officer was very kind" (victim of burglary, {town}). "Nobody rang me back" (victim of assault, aged {n}). "I did not know who the suspect was until the trial" (witness). 72% would report again. Analysis by {a} and {b} for {firm}.',
    "glossary": "Aggrieved: the person against whom an offence is committed. Informant: the person who reports it. Suspect: a person believed to have committed it. Nominal: any person on the system. DP: detained person. OIC: officer in the case. Appropriate Adult: someone who looks after the interests of a child. Page {n}.",
    # written after detection had been tuned on those above
    "later: charity news": "The Matthew Project has opened a new hub in {town}. {a}, who overcame addiction, cut the ribbon with {b}, the Lord-Lieutenant. {c}, chief executive, said that drugs and exploitation ruin young lives. Volunteers {d} and {e} made tea.",
    "later: foi statistics reply": "Dear {t} {as}\n\nRe: stop and search\n\nBetween 2018 and {y} officers searched {n} people for drugs and {m} for offensive weapons; {k} were arrested. A breakdown by ethnicity is attached. If you are unhappy with this reply you may ask for a review by writing to {b} at the address above.\n\nYours sincerely\n{c}",
    "later: force orders": "Promotions: PS {a} to Inspector, {town}. PC {b} to Sergeant, Custody. Transfers: DC {c}, Burglary Team to Rape Investigation Team; PC {d}, Response to Neighbourhood. Resignations: PCSO {e}. Deaths in retirement: ex-DS {f}, aged 81, of {town}.",
    "later: diary": "Mon: 10.00 {a} re body worn video; 14.00 domestic abuse forum (take {b}'s paper). Tue: {c} lunch. Wed: court, R v {ds}, as expert on the crime recording system. Thu: {e} 1:1. Fri: leave.",
    "later: museum": "The prison museum in {town} tells of {a}, who was hanged in 1851 for poisoning her husband {b}, and of the smuggler {c}. Guide {d} dresses as the gaoler. Entry £{n}.",
    "later: university": "Dr {a} and Dr {b} of the School of Law have won £{k},000 to study why rape complainants withdraw. They will interview {n} victims and {m} detectives. PhD student {c} joins the team in May. The advisory board includes {d} of Rape Crisis and Chief Superintendent {e}.",
    "later: email thread": "Thanks {af}, that is really useful. I have copied in {b} who looks after the homicide statistics and {c} from press. {df} - can you check the number of victims before we publish? I think {es} had a later version.\n\n{ff}",
    "later: planning": "Objections were received from {a}, {b} and {c} on grounds of burglary and drug dealing in the alley. The Designing Out Crime Officer, {d}, recommends gates. {e}, for the applicant, agreed to lighting.",
    "later: theatre": "Cast: Inspector Goole, {a}; Eric, {b}; Sheila, {c}; Gerald Croft, {d}. The victim, Eva Smith, is never seen. Directed by {e} with lighting by {f}. At the Maddermarket until Saturday.",
    "later: court list policy": "The Resident Judge, His Honour Judge {as}, has directed that cases with a vulnerable victim or witness be listed first. The listing officer is {b}. Advocates should tell {c} by 4 pm if a defendant will plead guilty.",
    "later: award": "The Chief Officer's award goes to {a} of the Victim and Witness Care Unit, nominated by {b} and {c}, for supporting victims of the {town} arson. Runner-up: {d}, enquiry office.",
    "later: minutes of a board": "Present: {a} (chair), {b}, {c}, {d}. {as} reported that offences of theft had fallen. {bs} asked why fewer suspects were charged. {cs} explained. It was AGREED that {d} write to the CPS. {as} and {bs} left the meeting.",
    "later: interview of a chief": "I joined because my father, {a}, was a PC in {town}. My first arrest was a burglar hiding in a coal bunker. My sergeant, {b}, told me to write everything down. I met my wife {c} at Hendon. I worked on murders with {d}, the best detective I knew.",
    "later: petition": "We the undersigned call on {a}, Police and Crime Commissioner, to reopen {town} police station. Burglaries have doubled. Signed: {b}, {c}, {d}, {e}, {f}",
    "later: policy with example": "Example: Mrs A is assaulted by Mr B. Record one crime. Example: Jane tells an officer that John hit her last year. Record one crime. Do not put the name of the victim, such as 'Smith, Jane', in the MO field. Questions to {a} in the Crime Registrar's team.",
    "later: insurance newsletter": "Broker of the year: {a}. Claims for theft of catalytic converters rose by {n}%. {b} explains how fraudsters inflate claims and {c} has tips on locks. Photograph: {d}.",
    "later: union": "UNISON police branch AGM. Nominations: chair {a} (proposed {b}, seconded {c}); secretary {d}. Motion 3: staff assaulted at work should be treated as victims first. Moved by {e}. Carried.",
    "later: school governor": "Safeguarding report to governors by {a}. There were {n} referrals to the MASH, none about sexual abuse. One pupil was excluded for bringing a knife. Governors {b} and {c} visited. The designated lead, {d}, is on the county's exploitation panel.",
    "later: property notice": "Lost and found property is dealt with by {a} at {town}. Items over £{n} are kept 28 days. Bicycles believed stolen are photographed. Ring {b} on 01603 {n}{m}.",
    "later: tender reply": "Our project team: {a}, programme director, formerly Detective Chief Inspector, Kent; {b}, data architect; {c}, tester. Our crime recording product is used by {n} forces. Referees: Superintendent {d}, Essex; {e}, Surrey.",
    # never tuned on
    "unseen: allotments": "Allotment holders {a}, {b} and {c} thanked the council for the new fence after a spate of shed break-ins. {d} won best marrow. Rents rise to £{n} in April.",
    "unseen: memo on estates": "The lease of {town} police station ends in {y}. {a} met the landlord's agent, {b}, who wants £{k} a month. The cells have not met the standard since the inspection by {c}. {d} to cost a new custody suite.",
    "unseen: staff survey": "Of {n} staff who replied, {m} had been shouted at or threatened by a member of the public. HR business partner {a} and wellbeing lead {b} will run sessions. Contact {c}.",
    "unseen: faith newsletter": "Please pray for {a}, in hospital with a broken hip, for {b} and {c} who lost their father, and for all victims of violence. {d} is collecting for the refuge. The flower rota is with {e}.",
    "unseen: research interview": "Researcher {a} asked former officers how burglary was investigated in the 1970s. {b} remembered that informants were paid in beer. {c} kept a card index. Transcripts are with {d} at the records office.",
    "unseen: licensing notice": "Notice is given that {a} has applied for a premises licence for the Bull, {town}. Representations to be sent to {b}, Licensing Team, by 4 May. It is an offence to make a false statement; the maximum fine is unlimited.",
    "unseen: football club": "{a} was sent off for a late tackle on {b} and will miss three games. Manager {c} said that he should not have been charged. {d} saved a penalty. Police made no arrests.",
    "unseen: film review": "In {a}'s thriller a detective ({b}) hunts the man who killed her partner. {c} is chilling as the suspect. The script by {d} has too many deaths, and the victim is forgotten.",
    "unseen: help desk": "Ticket {k}: {a} cannot open the witness screen. {b} reset the password. {c} reports the same fault at {town}. Fixed in release 4.{n}; {d} to tell users.",
    "unseen: ombudsman": "Summary: {t} {as} complained that the council did not act on noise. We found fault. The council has apologised to {t} {as} and paid £{n}. The case officer was {b}.",
    "unseen: safer streets bid": "The bid led by {a} asks for £{k},000 for street lights and cameras where women have been followed or attacked. Letters of support: {b} (University), {c} (BID), {d} (Soul Foundation).",
    "unseen: oral history": "My grandmother, {a}, told us how her brother {b} was drowned at {town} in 1912 and how the policeman, {c}, carried him home. She never went near the river again.",
    "unseen: recipe column": "{a}'s damson gin won first prize at {town} show. Steal her method: prick the fruit, add sugar, wait. {b} came second, {c} third. Photograph by {d}.",
    "unseen: witness care leaflet": "Your Witness Care Officer is {a}. She will tell you the date of the trial. If you are a victim or are frightened, ask {b} about screens. Expenses are paid by {c}'s team.",
    "unseen: parliament": "{a} (North Norfolk): To ask the Home Secretary how many people were charged with assaulting shop workers. {b}: The information is not held centrally. {c}: Does the Minister agree that victims wait too long?",
    "unseen: asset disposal": "Bicycles recovered and not claimed are sold by {firm}. {a} in Property has the list. Proceeds of £{n} went to the charity chosen by {b}. {c} checked the serial numbers against those reported stolen.",
    "unseen: neighbour planning": "I object to my neighbour {a}'s extension. It takes the light from my kitchen. His builder {b} broke our fence and {c} from the council refused to visit.",
    "unseen: insurance letter": "Dear {t} {as}, we have paid £{n} for the phone stolen on your holiday. Our supplier {firm} will contact you. Yours sincerely {b}, Claims",
}  # fmt: skip
"""Kind → text. {a} to {f} are people, {as} their surnames, {af} their forenames, {ai} their initials; {t} is a title."""

UNSEEN = "unseen: "
"""Before the kinds that detection was never tuned on."""

ALL_TEXTS = (
    TEXTS
    | read_texts("ordinary.txt")
    | {UNSEEN + kind: text for kind, text in read_texts("ordinary_unseen.txt").items()}
)

LETTERS = "abcdef"
TITLES_IN_LIST = 12


def write_text(template: str, chance: random.Random, pool: Pool) -> str:
    """A text with names and figures in it."""
    words: dict[str, str] = {
        "n": str(chance.randrange(100, 999)), "m": str(chance.randrange(100, 999)), "k": str(chance.randrange(1000, 2000)), "y": str(chance.randrange(2012, 2024)),
        "t": chance.choice(("Mr", "Mrs", "Ms", "Dr", "Miss")), "t2": chance.choice(("Mr", "Mrs", "Ms")), "firm": chance.choice(FIRMS), "town": chance.choice(TOWNS),
    }  # fmt: skip
    for letter in LETTERS:
        forename, surname = chance.choice(pool.forenames), chance.choice(pool.surnames)
        words |= {
            letter: f"{forename} {surname}",
            f"{letter}f": forename,
            f"{letter}s": surname,
            f"{letter}i": forename[0],
        }
    return template.format(**words)


def make_texts(seed: str, pools: dict[str, Pool]) -> Iterator[Case]:
    """Every text once, with names of one origin or another, in capitals now and then."""
    for kind, template in ALL_TEXTS.items():
        chance = random.Random(f"{seed} {kind}")
        text = write_text(template, chance, pools[chance.choice(sorted(pools))])
        yield Case(
            f"{kind} ({seed})", kind, Form.PROSE, held=False, text=text.upper() if chance.random() < 0.1 else text
        )


def make_fitted(seed: str, pools: dict[str, Pool]) -> Iterator[Case]:
    """The texts that the weights of words are fitted to."""
    for case in make_texts(seed, pools):
        if not case.layout.startswith(UNSEEN):
            yield case


def make_titles(seed: str, lists: int) -> Iterator[Case]:
    """Lists of offence titles, and single ones."""
    titles = sorted(load_standing_offences().titles)
    chance = random.Random(seed)
    for number in range(lists):
        chosen = [
            write(title)
            for title in chance.sample(titles, TITLES_IN_LIST)
            for write in (chance.choice((str.upper, str.title, str.capitalize)),)
        ]
        text = chosen[0] if number % 2 else "\n".join(chosen)
        yield Case(f"offence titles {number} ({seed})", "offence titles", Form.PROSE, held=False, text=text)
