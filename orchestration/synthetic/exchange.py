"""Inquiries and notices that other places send, and what the townships do with them.

A time in a table is what the system will say; `*_known` is from when on an export shows it (later where a reply
was entered afterwards and dated back), `appears_at` from when on it shows the message at all.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from orchestration.synthetic.randomness import DAY
from orchestration.synthetic.timeline import NEVER, Timeline, days, end_of_day
from orchestration.synthetic.world import World

PER_PERSON_AND_MONTH = 0.12
KINDS = np.array(["inquiry", "birth_notice", "health_notice"])
STEPS = ("received_at", "verified_at", "replied_at")
UNHELPFUL = np.array(["not_found", "unclear"])
HELPFUL = np.array(["verified", "departed"])


def build_messages(world: World) -> pd.DataFrame:
    """One row per message sent from the first month to as-of, in order of sending."""
    rng = world.stream("messages")
    timeline, divisions = world.timeline, world.divisions
    count = max(40, round(PER_PERSON_AND_MONTH * len(world.persons) * len(timeline.months)))
    sent = np.sort(_moments(rng, timeline, count))
    weights = np.bincount(world.persons["township"], minlength=len(divisions.townships)) + 1.0
    township = rng.choice(len(weights), count, p=weights / weights.sum())
    kind = rng.choice(KINDS, count, p=[0.62, 0.2, 0.18])
    # An urgent inquiry is sent while somebody is there to answer it, and a few in the evening.
    hour = (sent - sent.astype("M8[D]")).astype("int64") // 3600
    is_urgent = (rng.random(count) < np.where(hour < 15, 0.3, 0.02)) & (kind == "inquiry")
    messages = pd.DataFrame(
        {
            "message_no": np.char.add("XC", (np.arange(count) + 10_000_001).astype("U8")),
            "kind": kind,
            "urgency": np.where(is_urgent, "urgent", "ordinary"),
            "is_key": np.where(rng.random(count) < 0.2, "yes", "no"),
            "from_code": rng.choice(divisions.origins, count),
            "to_code": divisions.townships[township],
            "township": township,
            "sent_at": sent,
        }
    )
    to_village = rng.random(count) < 0.1  # some senders address a village; landing cuts the code to its township
    village = np.searchsorted(divisions.village_township, township)
    messages["to_code"] = np.where(to_village, divisions.villages[village], messages["to_code"])
    _handle(rng, world, messages, is_urgent)
    _reply_on_the_boundary(messages)
    return _arrange_replies(rng, world, messages)


def _moments(rng: np.random.Generator, timeline: Timeline, count: int) -> np.ndarray:
    span = int((end_of_day(timeline.as_of) - timeline.start.astype("M8[s]")).astype("int64"))
    return timeline.start.astype("M8[s]") + rng.integers(0, span, count).astype("m8[s]")


def _handle(rng: np.random.Generator, world: World, messages: pd.DataFrame, is_urgent: np.ndarray) -> None:
    """Receive, verify, reply: each may never happen; an urgent message takes hours, another days."""
    township, count = messages["township"].to_numpy(), len(messages)
    pace = world.of_township("replies_in", township) * DAY * np.where(is_urgent, 0.03, 0.42)
    earlier = messages["sent_at"].to_numpy()
    happens = np.ones(count, dtype=bool)
    for step, parameter in zip(STEPS, ("received", "verified", "replied"), strict=True):
        happens &= rng.random(count) < world.of_month(parameter, township, messages["sent_at"].to_numpy())
        earlier = earlier + (60 + rng.exponential(pace)).astype("m8[s]")
        messages[step] = np.where(happens, earlier, NEVER)
    is_notice = (messages["kind"] != "inquiry").to_numpy()
    messages.loc[is_notice, ["verified_at", "replied_at"]] = NEVER
    says_where = rng.random(count) < world.of_township("says_where", township)
    outcome = np.where(says_where, rng.choice(HELPFUL, count, p=[0.8, 0.2]), rng.choice(UNHELPFUL, count))
    messages["outcome"] = np.where(messages["replied_at"].isna(), None, outcome.astype(object))


def _reply_on_the_boundary(messages: pd.DataFrame) -> None:
    """A few replies fall on the last second of the due day, a few on the first one after it."""
    ordinary = (messages["kind"] == "inquiry") & (messages["urgency"] == "ordinary") & messages["replied_at"].notna()
    for position, row in enumerate(np.flatnonzero(ordinary)[10::97][:12]):
        due = end_of_day(messages["sent_at"].to_numpy()[row].astype("M8[D]") + days(7))
        replied = due + np.timedelta64(position % 2, "s")
        messages.loc[row, "verified_at"] = min(messages["verified_at"].to_numpy()[row], replied)
        messages.loc[row, "received_at"] = min(messages["received_at"].to_numpy()[row], replied)
        messages.loc[row, "replied_at"] = replied


def _arrange_replies(rng: np.random.Generator, world: World, messages: pd.DataFrame) -> pd.DataFrame:
    """The gaming township replies at once without looking, enters what it forgot weeks later, dated back, and leaves
    some messages out of its exports until it can show them so."""
    for step in STEPS:
        messages[f"{step}_known"] = messages[step]
    games = (messages["township"] == world.gaming).to_numpy() & (messages["kind"] == "inquiry").to_numpy()
    draw = rng.random(len(messages))
    received = messages["received_at"].to_numpy()
    instant = games & (draw < 0.4) & ~np.isnat(received)
    seconds = rng.integers(2, 50, len(messages)).astype("m8[s]")
    for step, share in (("verified_at", 2), ("replied_at", 1)):
        at = np.where(instant, received + seconds // share, messages[step].to_numpy())
        messages[step] = messages[f"{step}_known"] = at
    messages["outcome"] = np.where(instant, "verified", messages["outcome"])
    late = games & (draw >= 0.4) & (draw < 0.85)
    left_out = late & (draw >= 0.7)
    sent = messages["sent_at"].to_numpy()
    claimed = sent
    entered = sent + days(1) + rng.integers(25 * DAY, 45 * DAY, len(messages)).astype("m8[s]")
    for step in STEPS:
        claimed = claimed + rng.integers(600, 3600, len(messages)).astype("m8[s]")
        messages[step] = np.where(late, claimed, messages[step].to_numpy())
        messages[f"{step}_known"] = np.where(late, entered, messages[f"{step}_known"].to_numpy())
    messages["outcome"] = np.where(late, "verified", messages["outcome"])
    messages["outcome_known"] = messages["replied_at_known"]
    messages["appears_at"] = np.where(left_out, entered, sent)
    return messages
