"""What the site needs beyond Sphinx and its extensions: three small ones of our own, and rooms for code that is run."""
