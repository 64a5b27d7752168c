"""Everything that changes the after-school service: schools, children, programme, afternoons (money: its own modules)."""

from .applying import Applied, Wish, apply_for, pass_class, pass_school, refuse, sign_agreement, withdraw
from .children import enter_child, give_consent, name_person, remove_person, withdraw_consent
from .complaints import answer_complaint, complain
from .handing import Given, hand_over, issue_code, issue_codes
from .paper import Family, apply_on_paper, enter_on_paper
from .programme import declare_content, draft_activity, pass_content, publish_activity, return_content
from .sessions import add_session, cancel_session, close_session, mark, mark_all, open_session
from .structure import check_tutor, enter_school, enter_tutor, set_class, set_term

__all__ = [
    "Applied", "Family", "Given", "Wish", "add_session", "answer_complaint", "apply_for", "apply_on_paper", "cancel_session", "check_tutor",
    "close_session", "complain", "declare_content", "draft_activity", "enter_child", "enter_on_paper", "enter_school", "enter_tutor",
    "give_consent", "hand_over", "issue_code", "issue_codes", "mark", "mark_all", "name_person", "open_session",
    "pass_class", "pass_content", "pass_school", "publish_activity", "refuse", "remove_person", "return_content",
    "set_class", "set_term", "sign_agreement", "withdraw", "withdraw_consent",
]  # fmt: skip
