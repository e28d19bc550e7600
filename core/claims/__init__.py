"""The claims of the published study, each beside what is measured here.

evidence (numbers of an arm) <- tables (of a form; former measures left out); published (numbers, contrasts);
reading (one number, what it rests on) -> quantities (a published number and its controls) -> verdict -> wording;
claims in words: decision -> about_errors, about_insides -> in_words; all of them in rows; findings of a first trial.
"""
