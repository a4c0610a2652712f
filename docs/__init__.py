"""What is told of this project, and what keeps its texts: :mod:`docs.languages` is run as ``python -m``."""
