"""What we know: articles and their versions, what visitors looked for, and what came of it."""

from knowledge_base.models.articles import Article, Category, Picture, Text, Version, Visibility
from knowledge_base.models.help_settings import HelpSettings
from knowledge_base.models.imports import Import, ImportItem
from knowledge_base.models.logos import Logo
from knowledge_base.models.search import Entry, Miss, Stamp, Word
from knowledge_base.models.visits import Arm, Step, StepName, Visit, Vote, VoteReason

__all__ = [
    "Arm",
    "Article",
    "Category",
    "Entry",
    "HelpSettings",
    "Import",
    "ImportItem",
    "Logo",
    "Miss",
    "Picture",
    "Stamp",
    "Step",
    "StepName",
    "Text",
    "Version",
    "Visibility",
    "Visit",
    "Vote",
    "VoteReason",
    "Word",
]
