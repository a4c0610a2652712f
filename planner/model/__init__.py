"""The things of the day as frozen values: orders, fleets, jobs, plans and reviews."""
