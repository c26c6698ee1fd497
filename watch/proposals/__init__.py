"""Subjects that people from outside propose, and what editors make of them."""
