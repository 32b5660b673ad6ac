"""Tests of the questions: the bank's facts and the code that reads it."""
