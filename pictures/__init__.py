"""Pictures that people upload: how they come in, where they are, in which sizes they are shown."""
