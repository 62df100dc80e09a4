"""Pure engines, one per channel; none imports another, reads a clock, or waits."""
