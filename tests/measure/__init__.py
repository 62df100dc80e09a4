"""What has a clock in it: measured by scripts/bench and scripts/soak, never part of the tests."""
