"""``python -m planner`` is the command ``skyferry``."""

from planner.cli import main

main()
