"""MMBench: questions about pictures with a single right option, asked in every rotation of the options."""
