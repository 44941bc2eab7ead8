"""Jobs of deputies' duty. Each may be run twice or be killed without harm."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tingchao.mechanisms.deputy_duty.services.summing import participation_add_up


@app.periodic(cron="3-59/5 * * * *")
@app.task(queueing_lock="deputy_duty.add_up")
def add_participation_up(timestamp: int) -> None:
    """Add new facts of taking part to the sums by place and level."""
    while participation_add_up():
        continue
