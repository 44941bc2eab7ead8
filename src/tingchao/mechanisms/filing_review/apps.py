from tingchao.engine.registry import MechanismConfig


class FilingReviewConfig(MechanismConfig):
    name = "tingchao.mechanisms.filing_review"
    label = "filing_review"
