"""Users, memberships, sign-in, CGU; builds the actor of a request."""
