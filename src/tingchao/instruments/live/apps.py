from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "tingchao.instruments.live"
    label = "live"

    def ready(self) -> None:
        """What a process has written is seen at once, however busy the worker is."""
        from tingchao.instruments.live import counting, snapshots

        counting.COUNTS.written = snapshots.publish_changed
