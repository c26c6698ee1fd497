"""The feed of what a person saves elsewhere: read politely, each item of it brought in once."""
