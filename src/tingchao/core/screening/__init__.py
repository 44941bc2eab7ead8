"""Screening 规范性文件 for what a reviewer ought to look at: pure, usable without the server."""
