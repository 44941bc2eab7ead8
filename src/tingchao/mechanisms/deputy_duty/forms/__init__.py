"""What the screens of deputies' duty are drawn from."""
