"""The ground floor: where things are on the Earth, and how high."""
