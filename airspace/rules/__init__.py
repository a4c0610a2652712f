"""What the law of each side asks of a flight: rules as values, what they say of a piece of a leg, and when to file.

Which rules there are, and every figure in them, stands in TOML files beside these modules and in files of your own.
"""
