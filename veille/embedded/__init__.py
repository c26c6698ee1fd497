"""The whole house on one machine, without any server beside it: `make demo`."""
