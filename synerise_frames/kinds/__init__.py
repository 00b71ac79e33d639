"""What an analyst calls: one module for each kind of analysis."""
