"""Accounts: who is here, how they sign in, with which tokens and devices, whom they follow and block."""
