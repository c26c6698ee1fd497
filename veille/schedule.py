"""What the scheduler asks for, and how often, in seconds. Each may run twice, late or never."""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "dispatch-mailings": {"task": "mailings.dispatch", "schedule": 15},
    "publish-due-issues": {"task": "issues.publish_due", "schedule": 15},
    "send-digests": {"task": "issues.send_digests", "schedule": 60},
    "send-reminders": {"task": "issues.send_reminders", "schedule": 60},
    "fetch-pages": {"task": "watch.fetch_pages", "schedule": 60},
    "look-up-links": {"task": "issues.look_up_links", "schedule": 600},
    "enrol-published-links": {"task": "issues.enrol_published_links", "schedule": 6 * 3600},
    "look-for-archived-copies": {"task": "issues.look_for_archived_copies", "schedule": 600},
    "send-nudges": {"task": "watch.send_nudges", "schedule": 600},
    "forget-proposers": {"task": "watch.forget_proposers", "schedule": 24 * 3600},
    "forget-old-logins": {"task": "authors.forget_old_logins", "schedule": 3600},
    "forget-old-drafts": {"task": "issues.forget_old_drafts", "schedule": 24 * 3600},
    "free-overdue-subjects": {"task": "watch.free_overdue", "schedule": 60},
    "tell-of-subjects": {"task": "watch.tell_of_subjects", "schedule": 60},
    "send-waiting-replies": {"task": "mailings.send_waiting_replies", "schedule": 60},
    "send-waiting-confirmations": {"task": "subscribers.send_waiting_confirmations", "schedule": 60},
    "send-waiting-welcomes": {"task": "mailings.send_waiting_welcomes", "schedule": 60},
    "act-on-released-bounces": {"task": "mailings.act_on_released_bounces", "schedule": 60},
    "fetch-bounces": {"task": "mailings.fetch_bounces", "schedule": 300},
    "forget-old-deliveries": {"task": "mailings.forget_old", "schedule": 24 * 3600},
    "send-waiting-links": {"task": "subscribers.send_waiting_links", "schedule": 60},
    "carry-on-imports": {"task": "subscribers.carry_on_imports", "schedule": 15},
    "forget-old-imports": {"task": "subscribers.forget_old_imports", "schedule": 3600},
    "care-for-the-silent": {"task": "subscribers.care_for_the_silent", "schedule": 6 * 3600},
    "read-saved-feeds": {"task": "watch.read_saved_feeds", "schedule": 60},
    "forget-old-link-files": {"task": "watch.forget_old_link_files", "schedule": 3600},
    "forget-stale-sign-ups": {"task": "subscribers.forget_stale", "schedule": 24 * 3600},
}
