"""Estimates of hours put to the client."""
