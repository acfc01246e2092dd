"""Finds personal data in content; loaded in the sandboxed child only."""

from detectors.personal_data.allowances import Allowances, load_allowances
from detectors.personal_data.detection import Detection
from detectors.personal_data.language_model import LanguageModel, load_language_model
from detectors.personal_data.own_identifiers import load_own_identifiers
from detectors.personal_data.vocabulary import Vocabulary, load_vocabulary

__all__ = [
    "Allowances",
    "Detection",
    "LanguageModel",
    "Vocabulary",
    "load_allowances",
    "load_language_model",
    "load_own_identifiers",
    "load_vocabulary",
]
