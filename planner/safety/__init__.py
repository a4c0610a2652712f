"""The independent check: every metre, second and watt-hour of a plan, derived again by other means."""
