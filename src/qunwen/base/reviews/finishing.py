"""What happens when the last review of a page is approved (the setting WAGTAIL_FINISH_WORKFLOW_ACTION).

A module of its own that imports nothing of Wagtail: Wagtail loads it while its models are being made.
"""

from __future__ import annotations

from typing import Any


def publish_reviewed(workflow_state: Any, user: Any = None) -> None:
    """Publish. The final review is itself the right to publish, so no further permission is asked, as long as
    all three reviews were made; any other workflow publishes by Wagtail's own rules.
    """
    from .publishing import has_all_reviews  # noqa: PLC0415 - see above

    revision = workflow_state.content_object.get_latest_revision()
    revision.publish(user=user, skip_permission_checks=has_all_reviews(workflow_state))
