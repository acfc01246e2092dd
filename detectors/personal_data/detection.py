"""Personal data in the content of one message."""

from __future__ import annotations

from detectors.model import Account, Passage, Table
from detectors.people import Register
from detectors.personal_data.allowances import NOTHING_ALLOWED, Allowed
from detectors.personal_data.columns import Profiler
from detectors.personal_data.language_model import LanguageModel
from detectors.personal_data.ledger import Ledger
from detectors.personal_data.prose import Prose
from detectors.personal_data.tables import TableDetection
from detectors.personal_data.vocabulary import Vocabulary
from detectors.personal_data.windows import Windows

PROSE_CHARACTERS = 256 * 1024
"""Passages are gathered up to this size, so that one scan serves many and a person may be spread over several."""


class Detection:
    """Finds personal data in the content of one message; lives in the child, one a message.

    `key` is random for the message: what it holds of people is digests keyed with it. Without `model`, names in running text
    are found by the text's form and the vocabulary alone.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        key: bytes,
        model: LanguageModel | None = None,
        allowed: Allowed = NOTHING_ALLOWED,
    ) -> None:
        self.vocabulary = vocabulary
        self.allowed = allowed
        self.windows = Windows(model, vocabulary)
        self.profiler = Profiler(vocabulary)
        self.people = Register(key)
        self.ledger = Ledger(vocabulary.recognition)
        self.prose: Prose | None = None

    def observe(self, content: Passage | Table) -> None:
        """Look at a passage, or at a table, of which all rows are taken.

        Raises what the rows raise, OverLimit when there are too many people to remember, the error of the search engine when it
        fails; what was found before is kept for `take`.
        """
        match content:
            case Table():
                self.finish_prose()
                TableDetection(content, self.vocabulary, self.profiler, self.ledger, self.people, self.allowed).look()
            case Passage():
                self.ledger.hide_passage(content)
                self.gather(content)

    def gather(self, passage: Passage) -> None:
        """Add a passage to those that go before it."""
        prose = self.prose
        if prose is not None and (prose.visibility, prose.channel) != (passage.visibility, passage.channel):
            self.finish_prose()
        if self.prose is None:
            self.prose = Prose(
                self.vocabulary,
                self.ledger,
                self.people,
                passage.visibility,
                passage.channel,
                self.windows,
                self.allowed,
            )
        self.prose.add(passage)
        if self.prose.size >= PROSE_CHARACTERS:
            self.finish_prose()

    def finish_prose(self) -> None:
        """Search the passages gathered so far."""
        prose, self.prose = self.prose, None
        if prose is not None:
            prose.look()

    def take(self) -> Account:
        """What was observed since the last take; of people, only those not seen, or not so seen, before."""
        self.finish_prose()
        people, groups = self.people.take()
        ledger, self.ledger = self.ledger, Ledger(self.vocabulary.recognition)
        return Account(
            people=people,
            groups=groups,
            records=tuple(ledger.records.values()),
            findings=tuple(ledger.found.values()),
            hidden=tuple(ledger.hidden.values()),
        )
