"""The embedded server itself; what of it is public is handed on by `fastgpt_client.testing`.

Imports run downward: `state` and the other data, then `context` and `call`, then `runs`, `endpoints`, `routes`, `asgi`,
`serving`, and `fake_fastgpt` on top.
"""
