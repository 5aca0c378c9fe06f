"""What a sweep says: intervals, sensitivity, findings, charts and figures."""
