-- By which names the manifests of an output's shots go. They lie in its manifest store.
CREATE TABLE rights.shot_manifest (
    id            text PRIMARY KEY
        CONSTRAINT shot_manifest_id CHECK (length(id) BETWEEN 1 AND 200),
    generation_id text NOT NULL REFERENCES rights.generation
);
