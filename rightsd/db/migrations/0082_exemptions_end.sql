-- Exemptions whose time is over are ended by a worker, which looks for them again and again.
CREATE INDEX exemption_due ON rights.exemption (expires_at, id) WHERE state = 'granted';
