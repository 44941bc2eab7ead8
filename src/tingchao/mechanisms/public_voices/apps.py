from tingchao.engine.registry import MechanismConfig


class PublicVoicesConfig(MechanismConfig):
    name = "tingchao.mechanisms.public_voices"
    label = "public_voices"
