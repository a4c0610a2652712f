"""The documentation: pages in Markdown and what builds the site; ``python -m docs.pictures``, ``docs.languages``."""
