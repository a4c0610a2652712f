"""Sentences that records are written in, and the same in other languages."""

from planner.output.sentences.reasons import REASONS, meaning, measured
from planner.output.sentences.translating import translated, translated_subject

__all__ = ["REASONS", "meaning", "measured", "translated", "translated_subject"]
