"""What the screens of groupes and of one's account say to their reader."""
