"""Logos of the demo's companies: 444 × 110, drawn here."""

from xml.sax.saxutils import escape


def logo(name: str, hue: int) -> bytes:
    """An SVG with a mark and the company's name."""
    colour = f"hsl({hue} 55% 38%)"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="444" height="110" viewBox="0 0 444 110">'
        f'<g fill="none" stroke="{colour}" stroke-width="9" stroke-linejoin="round" stroke-linecap="round">'
        f"{_mark(hue)}</g>"
        f'<text x="124" y="68" font-family="DejaVu Sans, Noto Sans, sans-serif"'
        f' font-size="{_size(name)}" textLength="{_width(name)}" lengthAdjust="spacingAndGlyphs"'
        f' font-weight="700" fill="{colour}">{escape(name)}</text></svg>'
    ).encode()


def _size(name: str) -> int:
    return min(36, 500 // max(len(name), 1))


def _width(name: str) -> int:
    """As wide as a bold sans usually is, but never past the edge: fonts differ."""
    return min(304, int(_size(name) * 0.62 * len(name)))


def _mark(hue: int) -> str:
    """One of four plain shapes, chosen by the colour."""
    return (
        '<circle cx="55" cy="55" r="36"/><path d="M31 55h48"/>',
        '<path d="M19 84V42l36-24 36 24v42z"/><path d="M55 84V56"/>',
        '<path d="M20 80 55 22l35 58z"/><path d="M38 80l17-26 17 26"/>',
        '<rect x="20" y="22" width="70" height="66" rx="12"/><path d="M20 55h70M55 22v66"/>',
    )[hue // 15 % 4]
