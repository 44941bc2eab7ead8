"""Where the demonstration of the stations takes place."""

YUHANG = "330110000000"
COUNTY = "330182000000"
CITY = "330100000000"
