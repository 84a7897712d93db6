"""What answers under /groupes/ and /moi/."""
