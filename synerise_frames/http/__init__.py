"""HTTP without any knowledge of analytics: session, tokens, retries, problems."""
