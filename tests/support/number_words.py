"""Numbers in words, by recursion: slow, and written without the rules of the package."""


def said_in_english(n):
    """By recursion, from the largest unit down."""
    low = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    names = [*low.split(), "seventeen", "eighteen", "nineteen"]
    if n < 20:
        return names[n]
    if n < 100:
        tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"][n // 10 - 2]
        return tens + (f" {said_in_english(n % 10)}" if n % 10 else "")
    unit, name = (100, "hundred") if n < 1000 else (1000, "thousand")
    rest = n % unit
    joint = " and " if 0 < rest < 100 else " "
    return f"{said_in_english(n // unit)} {name}" + (f"{joint}{said_in_english(rest)}" if rest else "")


def said_in_chinese(n, first=True):
    """By recursion, from the largest unit down; a gap of zeros is one 零."""
    if n < 10:
        return "零一二三四五六七八九"[n]
    unit, name = next((u, c) for u, c in ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十")) if n >= u)
    head, rest = divmod(n, unit)
    said = ("" if unit == 10 and head == 1 and first else said_in_chinese(head, first)) + name
    if rest:
        said += ("零" if rest < unit // 10 else "") + said_in_chinese(rest, False)
    return said
