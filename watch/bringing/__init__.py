"""What people keep elsewhere comes in: by a feed that is read, a webhook, or a file that is brought."""
