"""Fee rules as dated definitions: what may be charged, who is exempt, what absence gives back."""

from .checking import Broken, CapBroken, Offer, check, demand, yuan
from .defining import FeeRule, NoFeeRule, Setting, rule_for, shipped
from .reading import FeeRuleError

__all__ = [
    "Broken", "CapBroken", "FeeRule", "FeeRuleError", "NoFeeRule", "Offer", "Setting", "check", "demand", "rule_for",
    "shipped", "yuan",
]  # fmt: skip
