"""The delivery, proved: crashes at named points, and every statement and call failing once."""
