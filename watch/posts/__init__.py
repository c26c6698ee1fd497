"""Texts that announce an issue on social networks, on the day it goes out."""
