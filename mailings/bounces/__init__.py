"""What comes back after a mailing: undeliverable mail, complaints, and readers who leave by mail."""
