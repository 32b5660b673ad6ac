"""The question bank and the code that reads, checks and writes it; no platform and no store."""
