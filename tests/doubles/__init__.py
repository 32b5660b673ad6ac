"""Doubles: what stands in for the world in tests, tested itself."""
