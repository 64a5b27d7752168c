"""The school's tables."""

from .courses import CourseClass, Discipline, Lesson, Subject, Teacher, Term, said_weekdays
from .proof import Assessment, Certificate, QualitySheet, Satisfaction
from .pupils import Attendance, Pupil, Transfer
from .structure import Agreement, School

__all__ = [
    "Agreement",
    "Assessment",
    "Attendance",
    "Certificate",
    "CourseClass",
    "Discipline",
    "Lesson",
    "Pupil",
    "QualitySheet",
    "Satisfaction",
    "School",
    "Subject",
    "Teacher",
    "Term",
    "Transfer",
    "said_weekdays",
]
