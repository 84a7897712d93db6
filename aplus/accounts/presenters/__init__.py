"""What the screens about accounts say."""
