"""A hyper-parameter study: which settings to try next, given what the last ones led to.

The server's command `cdmpp tune-hyperparameters` starts `python -m cdmpp_tvm.study`, trains, and
tells it what came out. The search itself is optuna's; nothing here knows what is trained.
"""
