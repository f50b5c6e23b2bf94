"""Measures programs of many tasks on the devices of one machine."""
