"""Detections that rule files cannot say: a module a family, a function a check."""
