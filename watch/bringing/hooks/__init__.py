"""Webhooks: a person's tool posts here what she saves there."""
