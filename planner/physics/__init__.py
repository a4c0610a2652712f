"""What flight costs: energy, wind and batteries."""
