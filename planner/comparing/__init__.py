"""Two plans beside each other: what they were made from, what they come to, and what moved."""

from planner.comparing.comparing import compare
from planner.comparing.comparisons import Comparison

__all__ = ["Comparison", "compare"]
