"""What reads and writes the files of a job: scenario, orders, fleet, and the records of a plan and a review."""
