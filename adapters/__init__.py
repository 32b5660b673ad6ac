"""What Gradus knows of the outside world, one file or package per thing; no decision lives here."""
