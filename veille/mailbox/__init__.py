"""A mailbox for trials: takes any mail on the loopback interface, keeps it, shows it, sends nothing on."""
