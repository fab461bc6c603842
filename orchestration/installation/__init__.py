"""What every command stands on: state on disk, lock, durable writes, settings, messages, seeds in force, run record."""
