"""What the files of a job and the records must hold, as pydantic models that stand at the door.

::

    fields      what several doors have: bounds, currencies, numbers in cells
    scenario    scenario.toml
    rows        tables in CSV: orders, drones, wind grids, flight logs
    drones      drones.toml
    traffic     operational intents of others
    records     plan.json and review.json

Everything is strict: a number in quotes is not a number, and an unknown key is an error, because a misspelt one must
not be silently ignored. Records may grow: what a later version adds to them is let through unread.
"""
