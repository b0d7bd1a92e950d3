"""Models that need no network: what the scores of others are compared with, and what the scores themselves are
tested with, as their expected values are closed forms."""
