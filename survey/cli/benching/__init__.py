"""What `survey bench` is made of: a scratch deployment, people who press the real buttons, meters, and witnesses.

Everything runs on this machine, durable as in production, and is thrown away afterwards. The service is met through
its pages and operations; what it claims is checked in the tables behind its back.
"""
