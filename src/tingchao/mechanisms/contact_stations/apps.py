from tingchao.engine.registry import MechanismConfig


class ContactStationsConfig(MechanismConfig):
    name = "tingchao.mechanisms.contact_stations"
    label = "contact_stations"
