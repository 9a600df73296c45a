"""Detections that rule files cannot say: modules by family, a function a check."""
