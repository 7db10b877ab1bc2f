"""Posters and slips: pages made for paper, in every language of the questionnaire at once."""
