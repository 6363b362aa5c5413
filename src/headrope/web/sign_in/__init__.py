"""Sign-in by allauth: password, second factor, a provider where one is named; accounts are made by administrators only."""
