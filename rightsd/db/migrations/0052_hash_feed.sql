-- The feed of hashes goes by the log's index. Few entries are about what is to stay down.
CREATE INDEX entry_of_staydown ON ledger.entry ("index")
    WHERE kind LIKE 'notice.%' OR kind LIKE 'staydown.%';
