"""Comes from the layer."""

GREETING = "hello from the layer"
