"""Rosters 名单: regions, bodies, stations, deputies and accounts from a workbook, checked as a whole, taken whole."""
