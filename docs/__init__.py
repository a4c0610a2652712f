"""The documentation: pages in Markdown, what builds the site, and ``python -m docs.pictures``."""
