"""What may be done to a matter without moving it to another stage, one file a subject; `engine.care` uses them."""
