"""The core: picking, the daily round, grading, delivery. It knows no platform and no database."""
