"""Tests of `config`: settings, their example, what `init` writes and `config check` says."""
