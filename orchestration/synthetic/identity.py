"""Invented people: names, phones, and identity numbers that are valid by ISO 7064 MOD 11-2, or broken in a known way.

Nothing here comes from a real person. What a broken number means downstream is not decided here.
"""

from __future__ import annotations

import numpy as np

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECK_CHARACTERS = np.array(list("10X98765432"))
BAD_NUMBERS = ("bad_format", "bad_area", "bad_birth_date", "bad_checksum")
NO_NUMBERS = ("missing", "filler")

# The rare character needs four bytes in GB18030 and a surrogate pair in UTF-16.
SURNAMES = np.array([*"马王李张杨丁敏刘赵陈苏何祁包宋金白石孟牛卢安韩周吴", "𠮷"])
GIVEN = np.array(list("国建军玉兰秀英海燕文斌小龙春梅志强福林桂花晓明永红成才丽娟雪峰宏伟吉祥卓玛扎西"))


def check_character(body: str) -> str:
    """The eighteenth character for a body of 17 digits."""
    return str(CHECK_CHARACTERS[(np.array([int(digit) for digit in body]) * WEIGHTS).sum() % 11])


def identity_numbers(rng: np.random.Generator, areas: np.ndarray, births: np.ndarray, male: np.ndarray) -> np.ndarray:
    """Distinct 18-character numbers, one per person (area codes as text, births as M8[D], odd sequence for men)."""
    year_month = births.astype("M8[M]").astype("int64")
    day = (births - births.astype("M8[M]").astype("M8[D]")).astype("int64") + 1
    date_number = (1970 + year_month // 12) * 10_000 + (year_month % 12 + 1) * 100 + day
    stem = (areas.astype("int64") * 10**8 + date_number) * 1000
    sequence = np.zeros(len(stem), dtype="int64")
    open_ = np.arange(len(stem))
    while len(open_):
        sequence[open_] = 2 * rng.integers(1, 499, len(open_)) + male[open_]
        _, first = np.unique(stem + sequence, return_index=True)
        open_ = np.setdiff1d(np.arange(len(stem)), first)
    body = stem + sequence
    digits = (body[:, None] // 10 ** np.arange(16, -1, -1)) % 10
    return np.char.add(body.astype("U17"), CHECK_CHARACTERS[(digits * WEIGHTS).sum(axis=1) % 11])


def broken_number(rng: np.random.Generator, number: str, status: str, unlisted_areas: np.ndarray) -> str:
    """A variant of a valid number that has exactly the given `id_status`."""
    body = number[:17]
    match status:
        case "missing":
            return ""
        case "filler":
            return str(rng.choice(["1" * 18, "9" * 18, f"000000{number[6:14]}0000"]))
        case "bad_format":
            return str(rng.choice([body[:16], f"{number[0]}.{number[1:6]}E+17", f"{body}A"]))
        case "bad_area":
            body = str(rng.choice(unlisted_areas)) + body[6:]
        case "bad_birth_date":
            body = f"{body[:10]}0230{body[14:]}"
        case "bad_checksum":
            return body + str((int(number[17].replace("X", "4")) + 1) % 10)
    return body + check_character(body)


def names(rng: np.random.Generator, count: int) -> np.ndarray:
    first, second = rng.choice(GIVEN, count), rng.choice(np.append(GIVEN, [""] * 15), count)
    return np.char.add(np.char.add(rng.choice(SURNAMES, count), first), second)


def phones(rng: np.random.Generator, count: int) -> np.ndarray:
    """Eleven digits in the form of a mobile number."""
    return (rng.integers(130, 200, count) * 10**8 + rng.integers(0, 10**8, count)).astype("U11")
