"""What people keep elsewhere comes in: by a feed that is read, a webhook that is called, a file that is brought."""
