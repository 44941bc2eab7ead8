"""How a package gets to the province: by a folder, by SFTP or by HTTP, as the address in the settings says.

Each carrier may be called again with the same package at any time, also after it was killed half way: what has
arrived is left alone, and what is there under the same name with other bytes is never overwritten.
"""

from tingchao.mechanisms.filing_review.services.carrying.carrier import (
    Carrier,
    CarryFault,
    Receipt,
    carrier_named,
)

__all__ = ["Carrier", "CarryFault", "Receipt", "carrier_named"]
