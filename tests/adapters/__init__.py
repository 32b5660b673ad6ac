"""Tests of what one adapter does and no other: files, wires, and how each platform is spoken to."""
