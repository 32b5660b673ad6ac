"""Tests of the core: decisions as laws over values, nothing awaited and nothing patched."""
