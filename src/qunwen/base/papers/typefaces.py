"""A font on this machine that has Chinese characters, for pictures drawn by the program."""

from functools import cache
from pathlib import Path

from PIL import ImageFont

# Path and the face inside a collection that is Simplified Chinese.
_CANDIDATES = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    ("/usr/share/fonts/wqy-microhei/wqy-microhei.ttc", 0),
    ("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", 0),
    ("/System/Library/Fonts/PingFang.ttc", 2),
    ("/System/Library/Fonts/STHeiti Light.ttc", 1),
    ("C:/Windows/Fonts/msyh.ttc", 0),
    ("C:/Windows/Fonts/simhei.ttf", 0),
    ("C:/Windows/Fonts/simsun.ttc", 0),
)


@cache
def find_chinese_font(preferred: str = "") -> tuple[str, int] | None:
    """Path and face of the first usable font, the preferred one before the usual places; None when there is none."""
    candidates = ((preferred, 0), *_CANDIDATES) if preferred else _CANDIDATES
    for path, face in candidates:
        if Path(path).is_file():
            try:
                ImageFont.truetype(path, 20, index=face)
            except OSError:
                continue
            return path, face
    return None
