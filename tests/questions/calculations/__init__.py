"""The arithmetic of the shipped bank, one module for each batch of questions."""
