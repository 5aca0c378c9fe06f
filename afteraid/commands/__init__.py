"""The commands of `afteraid`, one file each."""
