"""Side by side with what is to be reached; each module is run as ``python -m benchmarks.NAME``."""
