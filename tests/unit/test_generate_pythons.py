"""The generator's output does not depend on the Python that runs it; so these tests say more when run on several."""

from __future__ import annotations

import ast

from scripts._source import FOLDERS, Source
from scripts.generate import generate_texts

PACKAGE = FOLDERS[0]

# What tokenizers of different Python versions see differently. Whichever runs this, the output is the same.
DELICATE = f'''{PACKAGE.first_line}
from __future__ import annotations


async def async_delicate(值: dict[str, int], width: int) -> str:
    "One line, about async_delicate."
    名 = "你好"; b = await async_delicate(值, 1)  # 你好: await async_delicate(值, 1)
    total = 1 + \\
        len(await async_delicate(值, 2))
    text = f"{{{{literal}}}} {{b!r:>{{width}}}} {{total=}} \\N{{BULLET}} {{值['a']:,}} {{{{x}}}}" "async_delicate"
    more = rf"""\\d {{
        b
    }} 你 {{b:{{width}}.{{width}}}}
""" + (await async_delicate(值, 3)).upper() + f"{{f'{{b}}'}}"
    if (size := len(await async_delicate(值, 4))) > 3: return name if (name := '名') else f''
    return text + more + 名 + str(size)
'''

DELICATE_SYNC = '''# Generated from _async_src/delicate.py by scripts/generate.py: edit the source, not this file.
from __future__ import annotations


def delicate(值: dict[str, int], width: int) -> str:
    "One line, about delicate."
    名 = "你好"; b = delicate(值, 1)  # 你好: delicate(值, 1)
    total = 1 + \\
        len(delicate(值, 2))
    text = f"{{literal}} {b!r:>{width}} {total=} \\N{BULLET} {值['a']:,} {{x}}" "delicate"
    more = rf"""\\d {
        b
    } 你 {b:{width}.{width}}
""" + delicate(值, 3).upper() + f"{f'{b}'}"
    if (size := len(delicate(值, 4))) > 3: return name if (name := '名') else f''
    return text + more + 名 + str(size)
'''


def test_delicate_tokens_give_the_same_text() -> None:
    texts = generate_texts([Source(PACKAGE, "delicate.py", DELICATE, ast.parse(DELICATE))])
    assert texts["fastgpt_client/_sync/delicate.py"] == DELICATE_SYNC
