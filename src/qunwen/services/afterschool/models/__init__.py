"""Schools and children, programme and afternoons."""

from .child import Agreement, Application, Child, Consent, PickupPerson
from .money import Bill, CalendarDay, CalendarYear, Exemption, MoneyFile, Payment, Refund
from .programme import Activity, Content
from .school import School, SchoolClass, SchoolTerm, Tutor, TutorCheck
from .session import Complaint, HandOver, PickupCode, Roll, Session

__all__ = [
    "Activity", "Agreement", "Application", "Bill", "CalendarDay", "CalendarYear", "Child", "Complaint", "Consent",
    "Content", "Exemption", "HandOver", "MoneyFile", "Payment", "PickupCode", "PickupPerson", "Refund", "Roll",
    "School", "SchoolClass", "SchoolTerm", "Session", "Tutor", "TutorCheck",
]  # fmt: skip
