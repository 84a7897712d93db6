"""The mails about accounts, written when they are sent."""
