"""Digital-maturity surveys for hospital Trusts."""
