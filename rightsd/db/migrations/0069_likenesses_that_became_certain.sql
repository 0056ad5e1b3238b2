-- What an output was withdrawn for as someone's likeness was certain, though it was a doubt first.
UPDATE rights.likeness SET certain = true
FROM rights.ending
WHERE ending.because_of = likeness.id AND ending.generation_id = likeness.generation_id
    AND NOT certain;
