"""The things of the sky as frozen values: zones, pads, gates, permits, jurisdictions, and the airspace of them all."""
