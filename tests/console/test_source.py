"""The text beside the findings."""

from cordee.console.source import BLOCK, blocks


def test_every_line_has_its_number_in_its_block() -> None:
    """Numbers go on from block to block; the marked line can be led to."""
    text = "\n".join(f"line {number}" for number in range(1, BLOCK + 3))
    first, second = blocks(text, {BLOCK + 1: "error"}, "d0")
    assert first.numbers.split("\n")[-1] == str(BLOCK)
    assert second.numbers == f'<b class="error">{BLOCK + 1}</b>\n{BLOCK + 2}'
    assert f'<mark id="d0-{BLOCK + 1}" class="error" tabindex="-1">line 101</mark>' in second.text


def test_markup_in_a_text_is_text() -> None:
    """Angle brackets and ampersands are escaped, on marked lines too."""
    [block] = blocks("<b>&\n<script>", {2: "error"}, "d0")
    assert "<b>" not in block.text
    assert "<script>" not in block.text
    assert "&lt;b&gt;&amp;" in block.text
