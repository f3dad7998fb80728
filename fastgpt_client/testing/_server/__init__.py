"""The embedded server itself; `fastgpt_client.testing` exports its public names.

Imports only go downward: `state` and the other data are at the bottom, then `context` and `call`, then `runs`,
`endpoints`, `routes`, `asgi`, `serving`, and `fake_fastgpt` at the top.
"""
