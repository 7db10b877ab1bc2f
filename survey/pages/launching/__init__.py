"""The console's rounds: a list, a draft prepared step by step, and a page for all that can be done with a round."""
