"""The deterministic simulation: weeks of channels in milliseconds, with everything going wrong."""
