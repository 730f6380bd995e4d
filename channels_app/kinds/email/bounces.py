def read_bounces(root, body, *, subject, sender, text):
    return ()
