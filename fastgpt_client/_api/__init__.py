"""FastGPT's wire format: endpoints, parameters, envelopes and the JSON of completions, without I/O."""
