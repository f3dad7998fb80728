"""Print how an app was used: figures per day if the server has them, otherwise the total number of chats.

Run it with:

    FASTGPT_API_KEY=fastgpt-… FASTGPT_APP_ID=6b01… python examples/app_analytics.py 2026-11-01 2026-12-01
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from fastgpt_client import AppClient, CommercialFeatureError


def day(timestamp: float) -> str:
    """Return the date of a point; servers send seconds or milliseconds."""
    seconds = timestamp / 1000 if timestamp > 1e11 else timestamp
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def main() -> None:
    start, end = sys.argv[1:] or ("2026-11-01", "2026-12-01")
    with AppClient() as client:
        print(client.get_app_info().data.get("name"))
        try:
            chart = client.get_app_logs_chart(dateStart=start, dateEnd=end, source=["api"]).data
        except CommercialFeatureError as exc:
            print(f"No figures by day: {exc.hint}")
            # Every edition has the log itself from 4.15.2 on.
            logs = client.list_app_logs(dateStart=start, dateEnd=end, sources=["api"], pageSize=1)
            print(f"{logs.data['total']} chats")
            return
        for point in chart.get("chatData", []):
            summary = point.get("summary", {})
            print(f"{day(point.get('timestamp', 0))}: {summary.get('chatCount')} chats")


if __name__ == "__main__":
    main()
