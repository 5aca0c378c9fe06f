"""What came of a run, for people: tables, sentences, charts and figures; no module here knows the model."""
