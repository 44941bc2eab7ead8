from tingchao.engine.registry import MechanismConfig


class DeputyDutyConfig(MechanismConfig):
    name = "tingchao.mechanisms.deputy_duty"
    label = "deputy_duty"
