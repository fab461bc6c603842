"""Which files are audited, drawn so that nobody can foresee it, and the forms that come back."""
