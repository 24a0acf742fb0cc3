"""Buying hours: the client asks, the account manager offers, the client accepts."""
