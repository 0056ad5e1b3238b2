-- Made by `make generated` from the migrations.
CREATE SCHEMA ledger;
CREATE SCHEMA rights;
CREATE DOMAIN ledger.body AS bytea
	CONSTRAINT body_length CHECK (((octet_length(VALUE) >= 1) AND (octet_length(VALUE) <= 65535)));
CREATE DOMAIN ledger.event_id AS text
	CONSTRAINT event_id_length CHECK (((octet_length(VALUE) >= 1) AND (octet_length(VALUE) <= 200)));
CREATE DOMAIN ledger.kind AS text
	CONSTRAINT kind_length CHECK (((octet_length(VALUE) >= 1) AND (octet_length(VALUE) <= 100)));
CREATE DOMAIN ledger.subject AS text
	CONSTRAINT subject_length CHECK (((octet_length(VALUE) >= 1) AND (octet_length(VALUE) <= 200)));
CREATE FUNCTION ledger.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'ledger.%: % is refused', TG_TABLE_NAME, TG_OP;
END $$;
CREATE FUNCTION ledger.refuse_loss() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM taken
        WHERE NOT EXISTS (
            SELECT FROM ledger.entry
            WHERE entry.event_id = taken.event_id
              AND entry.kind = taken.kind
              AND entry.subject = taken.subject
              AND entry.body = taken.body
        )
    ) THEN
        RAISE EXCEPTION 'ledger.intake: DELETE is refused for what is not yet an entry';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION ledger.refuse_repeat() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'ledger.intake: events are recorded under READ COMMITTED only';
    END IF;
    IF EXISTS (SELECT FROM ledger.entry WHERE entry.event_id = NEW.event_id) THEN
        RAISE unique_violation USING
            MESSAGE = 'ledger.intake: this event is already an entry',
            CONSTRAINT = 'entry_event_id_once';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION ledger.refuse_shrinking() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.size < OLD.size OR NEW.origin IS DISTINCT FROM coalesce(OLD.origin, NEW.origin) THEN
        RAISE EXCEPTION 'ledger.head: a log only grows, and keeps its origin';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION rights.causes() RETURNS TABLE(id text, committed_at timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
    SELECT id, ended_at FROM rights.consent WHERE ended_at IS NOT NULL
    UNION ALL SELECT id, ended_at FROM rights.licence WHERE state IN ('revoked', 'expired')
    UNION ALL SELECT id, registered_at FROM rights.optout
    UNION ALL SELECT id, down_at FROM rights.notice WHERE down_at IS NOT NULL
    UNION ALL SELECT id, added_at FROM rights.staydown
    UNION ALL SELECT id, made_at FROM rights.revocation
    UNION ALL SELECT likeness.id, min(ending.ended_at) FROM rights.likeness
        JOIN rights.ending ON ending.because_of = likeness.id GROUP BY likeness.id
$$;
CREATE FUNCTION rights.free_status_number() RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    list bigint := coalesce((SELECT max(status_number) FROM rights.consent) / 131072, 0);
    drawn bigint;
BEGIN
    LOOP
        FOR attempt IN 1..32 LOOP
            drawn := list * 131072 + floor(random() * 131072)::bigint;
            -- Held until the commit: nobody else draws it while it cannot be seen.
            CONTINUE WHEN NOT pg_try_advisory_xact_lock(1398030676, drawn::integer);  -- "STAT"
            CONTINUE WHEN EXISTS (SELECT FROM rights.consent WHERE status_number = drawn);
            RETURN drawn;
        END LOOP;
        list := list + 1;
    END LOOP;
END $$;
CREATE FUNCTION rights.keep_status_number() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'rights.consent: the status number of % is for good', OLD.id;
END $$;
CREATE FUNCTION rights.keep_witness_troubles() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'rights.witness_trouble: % is refused', TG_OP;
END $$;
CREATE FUNCTION rights.keys_of(owners text[]) RETURNS bytea[]
    LANGUAGE sql STABLE
    AS $$
    SELECT array_agg(data_key.wrapped ORDER BY owner.place)
    FROM unnest(owners) WITH ORDINALITY AS owner (id, place)
    LEFT JOIN rights.data_key ON data_key.owner_id = owner.id
$$;
CREATE FUNCTION rights.names_in(texts text[], leasts integer[], slips text[]) RETURNS TABLE(near boolean, work_id text, folded text)
    LANGUAGE plpgsql STABLE STRICT ROWS 5 PARALLEL SAFE
    SET enable_seqscan TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    rest  text COLLATE "C";
    found text COLLATE "C";
    least integer;
    most  integer;
    half  integer;
    spelt text[] := '{}';
BEGIN
    FOR place IN 1 .. cardinality(texts) LOOP
        rest := texts[place];
        least := leasts[place];
        WHILE length(rest) >= least LOOP
            SELECT alias.skeleton INTO found FROM rights.alias
            WHERE alias.skeleton <= rest ORDER BY alias.skeleton DESC LIMIT 1;
            EXIT WHEN found IS NULL OR left(found, least) <> left(rest, least);
            most := length(found);
            IF left(rest, most) = found THEN
                spelt := spelt || found;
                rest := left(rest, most - 1);
            ELSE
                half := least;
                WHILE left(found, half + 1) = left(rest, half + 1) LOOP
                    half := half + 1;
                END LOOP;
                rest := left(rest, half);
            END IF;
        END LOOP;
    END LOOP;
    IF spelt <> '{}' THEN
        RETURN QUERY
            SELECT false, alias.work_id, alias.folded
            FROM rights.alias WHERE alias.skeleton = ANY(spelt);
    END IF;
    -- A scan goes through all it looks for at every row it meets: so a few at a time.
    FOR place IN 0 .. (cardinality(slips) - 1) / 200 LOOP
        RETURN QUERY
            SELECT true, alias.work_id, alias.folded FROM rights.alias
            WHERE alias.near && slips[place * 200 + 1 : place * 200 + 200];
    END LOOP;
END $$;
CREATE FUNCTION rights.near(skeleton text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
    made text[] := ARRAY[skeleton];
BEGIN
    IF length(skeleton) NOT BETWEEN 6 AND 66 OR skeleton COLLATE "C" ~ '[^a-z]' THEN
        RETURN NULL;
    END IF;
    FOR place IN 1 .. length(skeleton) LOOP
        made[place + 1] := left(skeleton, place - 1) || substr(skeleton, place + 1);
    END LOOP;
    RETURN made;
END $$;
CREATE FUNCTION rights.note_described() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- Against an opt-out that is registered beside it, which would not see the description: its
    -- foreign key waits here, and looks after it has waited.
    PERFORM FROM rights.work
        WHERE id IN (SELECT work_id FROM changed) ORDER BY id FOR UPDATE;
    INSERT INTO rights.description_change (work_id) SELECT DISTINCT work_id FROM changed;
    RETURN NULL;
END $$;
CREATE FUNCTION rights.note_down() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.down_at := NEW.decided_at;
    RETURN NEW;
END $$;
CREATE FUNCTION rights.note_ending() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO rights.ending (because_of, generation_id, state, ended_at)
    VALUES (NEW.because_of, NEW.id, NEW.state, NEW.ended_at) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE FUNCTION rights.note_opted_out() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO rights.description_change (work_id)
        SELECT DISTINCT work_id FROM changed
        WHERE EXISTS (SELECT FROM rights.description WHERE work_id = changed.work_id);
    RETURN NULL;
END $$;
CREATE FUNCTION rights.sever_lineage() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- Also where it is severed: who is following it must not take this for what was followed.
    UPDATE rights.lineage SET severed = true WHERE parent_id = NEW.id;
    RETURN NULL;
END $$;
CREATE FUNCTION rights.shares_of(offer text) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
    SELECT jsonb_agg(jsonb_build_array(account_id, basis_points, accepted_at IS NOT NULL)
        ORDER BY account_id)
    FROM rights.offer_share WHERE offer_id = offer
$$;
CREATE FUNCTION rights.skeleton(key text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
    bare   text COLLATE "C" := translate(key,
        'ıłøđðþŧħɑɡɩʀʟᴀʙᴄᴅᴇꜰɢʜɪᴊᴋᴍɴᴏᴘꜱᴛᴜᴠᴡʏᴢσημθбзичшщьєґօոսհցー',
        'iioddpthagiriagcdefghijkmnopstuvwyzonuogeuawwgeronuhg');
    made   text COLLATE "C" := '';
    before text COLLATE "C" := '';
    letter text COLLATE "C";
BEGIN
    -- A regular expression that looks back would take four times as long.
    FOR place IN 1 .. length(bare) LOOP
        letter := substr(bare, place, 1);
        IF NOT (letter = before AND letter BETWEEN 'a' AND 'z' OR letter = 'う' AND before <> ''
            AND strpos('おこそとのほもよろごぞどぼぽょうくすつぬふむゆるぐずづぶぷゅ', before) > 0)
        THEN
            made := made || letter;
            before := letter;
        END IF;
    END LOOP;
    RETURN made;
END $$;
CREATE FUNCTION rights.worse_claims(work_ids text[]) RETURNS TABLE(work_id text, folded text)
    LANGUAGE sql STABLE STRICT ROWS 5
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
    SELECT DISTINCT
        CASE WHEN (mine.standing <> 'owned', my_work.registered_at, my_work.id)
            < (theirs.standing <> 'owned', work.registered_at, work.id)
        THEN work.id ELSE my_work.id END,
        mine.folded
    FROM unnest(work_ids) AS asked (id)
    JOIN rights.work AS my_work ON my_work.id = asked.id
    JOIN rights.alias AS mine ON mine.work_id = my_work.id
    JOIN rights.alias AS theirs ON theirs.key = mine.key AND theirs.folded = mine.folded
        AND theirs.work_id <> mine.work_id
    JOIN rights.work ON work.id = theirs.work_id AND work.account_id <> my_work.account_id
    WHERE (mine.standing, theirs.standing)
            IN (('claimed', 'claimed'), ('claimed', 'owned'), ('owned', 'claimed'))
        AND (EXISTS (
            SELECT FROM rights.optout
            WHERE optout.work_id IN (my_work.id, work.id) AND state = 'standing')
            OR EXISTS (
            SELECT FROM rights.reservation
            WHERE reservation.work_id IN (my_work.id, work.id) AND least <> 'opt_out'))
$$;
CREATE TABLE ledger.checkpoint (
    size bigint NOT NULL,
    root bytea NOT NULL,
    note bytea NOT NULL,
    signed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT checkpoint_root_length CHECK ((octet_length(root) = 32)),
    CONSTRAINT checkpoint_size_natural CHECK ((size >= 0))
);
CREATE TABLE ledger.cosignature (
    size bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    key_id bytea NOT NULL,
    "timestamp" bigint NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT cosignature_key_id_length CHECK ((octet_length(key_id) = 4)),
    CONSTRAINT cosignature_name_length CHECK (((octet_length(name) >= 1) AND (octet_length(name) <= 255))),
    CONSTRAINT cosignature_signature_length CHECK ((octet_length(signature) = 64)),
    CONSTRAINT cosignature_timestamp_positive CHECK (("timestamp" > 0))
);
CREATE TABLE ledger.entry (
    index bigint NOT NULL,
    event_id text NOT NULL,
    kind text NOT NULL,
    body bytea NOT NULL,
    leaf_hash bytea GENERATED ALWAYS AS (sha256(('\x00'::bytea || body))) STORED NOT NULL,
    subject text NOT NULL,
    CONSTRAINT entry_body_length CHECK (((octet_length(body) >= 1) AND (octet_length(body) <= 65535))),
    CONSTRAINT entry_event_id_length CHECK (((octet_length(event_id) >= 1) AND (octet_length(event_id) <= 200))),
    CONSTRAINT entry_index_natural CHECK ((index >= 0)),
    CONSTRAINT entry_kind_length CHECK (((octet_length(kind) >= 1) AND (octet_length(kind) <= 100))),
    CONSTRAINT entry_subject_length CHECK (((octet_length(subject) >= 1) AND (octet_length(subject) <= 200)))
);
CREATE TABLE ledger.head (
    singleton boolean DEFAULT true NOT NULL,
    origin text,
    size bigint NOT NULL,
    edge bytea[] NOT NULL,
    CONSTRAINT head_single CHECK (singleton)
);
CREATE TABLE ledger.intake (
    "position" bigint NOT NULL,
    event_id ledger.event_id NOT NULL,
    kind ledger.kind NOT NULL,
    body ledger.body NOT NULL,
    subject ledger.subject NOT NULL
);
ALTER TABLE ledger.intake ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.intake_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE ledger.node (
    level smallint NOT NULL,
    index bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT node_hash_length CHECK ((octet_length(hash) = 32)),
    CONSTRAINT node_index_natural CHECK ((index >= 0)),
    CONSTRAINT node_level_range CHECK (((level >= 1) AND (level <= 7)))
);
CREATE TABLE ledger.publication (
    policy bytea NOT NULL,
    size bigint NOT NULL,
    published_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT publication_policy_length CHECK ((octet_length(policy) = 32))
);
CREATE TABLE rights.account (
    id text NOT NULL,
    role text NOT NULL,
    state text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    sealed bytea,
    CONSTRAINT account_id_check CHECK ((id ~~ 'acc\_%'::text)),
    CONSTRAINT account_role CHECK ((role = ANY (ARRAY['person'::text, 'rights_holder'::text, 'creator'::text, 'platform'::text, 'reviewer'::text, 'auditor'::text, 'admin'::text]))),
    CONSTRAINT account_state CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text])))
);
CREATE TABLE rights.acknowledgement (
    id text NOT NULL,
    delivery_id text NOT NULL,
    platform_id text NOT NULL,
    outcome text NOT NULL,
    refusal text,
    statement bytea NOT NULL,
    signature bytea NOT NULL,
    public_key bytea NOT NULL,
    sealed bytea,
    state text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    CONSTRAINT acknowledgement_id CHECK ((id ~~ 'ack\_%'::text)),
    CONSTRAINT acknowledgement_outcome CHECK ((outcome = ANY (ARRAY['received'::text, 'removed'::text, 'refused'::text]))),
    CONSTRAINT acknowledgement_public_key CHECK ((octet_length(public_key) = 32)),
    CONSTRAINT acknowledgement_refusal CHECK ((refusal = ANY (ARRAY['no_copy'::text, 'unidentified'::text, 'licensed'::text, 'disputed'::text, 'law'::text, 'other'::text]))),
    CONSTRAINT acknowledgement_refused_for_a_reason CHECK (((outcome = 'refused'::text) = (refusal IS NOT NULL))),
    CONSTRAINT acknowledgement_signature CHECK ((octet_length(signature) = 64)),
    CONSTRAINT acknowledgement_state CHECK ((state = 'recorded'::text))
);
CREATE TABLE rights.alias (
    work_id text NOT NULL,
    shown text NOT NULL,
    folded text NOT NULL,
    key text NOT NULL,
    skeleton text GENERATED ALWAYS AS (rights.skeleton(key)) STORED NOT NULL COLLATE pg_catalog."C",
    near text[] GENERATED ALWAYS AS (rights.near(rights.skeleton(key))) STORED COLLATE pg_catalog."C",
    common boolean,
    excluded text[] DEFAULT '{}'::text[] NOT NULL,
    standing text DEFAULT 'claimed'::text NOT NULL,
    CONSTRAINT alias_excluded CHECK ((cardinality(excluded) <= 20)),
    CONSTRAINT alias_standing CHECK ((standing = ANY (ARRAY['claimed'::text, 'owned'::text, 'contested'::text, 'waiting'::text, 'lost'::text])))
);
CREATE TABLE rights.allowance (
    id text NOT NULL,
    account_id text NOT NULL,
    rule text NOT NULL,
    phrase text NOT NULL,
    reason text NOT NULL,
    salt bytea NOT NULL,
    state text NOT NULL,
    added_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT allowance_ended_when_lifted CHECK (((state = 'standing'::text) = (ended_at IS NULL))),
    CONSTRAINT allowance_id_check CHECK ((id ~~ 'alw\_%'::text)),
    CONSTRAINT allowance_phrase CHECK ((phrase <> ''::text)),
    CONSTRAINT allowance_reason CHECK ((reason <> ''::text)),
    CONSTRAINT allowance_state CHECK ((state = ANY (ARRAY['standing'::text, 'lifted'::text])))
);
CREATE TABLE rights.answer (
    scope text NOT NULL,
    key text NOT NULL,
    request bytea NOT NULL,
    status integer,
    created_at timestamp with time zone NOT NULL,
    about text[],
    sealed bytea,
    events text[],
    CONSTRAINT answer_request_check CHECK ((octet_length(request) = 32))
);
CREATE TABLE rights.api_key (
    id text NOT NULL,
    account_id text NOT NULL,
    secret_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    sealed bytea,
    used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_key_id_check CHECK ((id ~~ 'key\_%'::text)),
    CONSTRAINT api_key_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
);
CREATE TABLE rights.approval (
    generation_id text NOT NULL,
    subject_id text NOT NULL,
    approved_at timestamp with time zone NOT NULL,
    consent_id text
);
CREATE TABLE rights.batch (
    id text NOT NULL,
    account_id text NOT NULL,
    layers text NOT NULL,
    size integer NOT NULL,
    done integer NOT NULL,
    state text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL,
    served_at timestamp with time zone NOT NULL,
    CONSTRAINT batch_done CHECK (((done >= 0) AND (done <= size))),
    CONSTRAINT batch_ended_at CHECK (((state = 'running'::text) = (ended_at IS NULL))),
    CONSTRAINT batch_finished CHECK (((state = 'finished'::text) = (done = size))),
    CONSTRAINT batch_id CHECK ((id ~~ 'bat\_%'::text)),
    CONSTRAINT batch_layers CHECK ((layers = ANY (ARRAY['all'::text, 'manifest'::text]))),
    CONSTRAINT batch_size CHECK ((size > 0)),
    CONSTRAINT batch_state CHECK ((state = ANY (ARRAY['running'::text, 'finished'::text, 'cancelled'::text])))
);
CREATE TABLE rights.batch_item (
    batch_id text NOT NULL,
    number integer NOT NULL,
    sealed bytea NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    taken_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    place integer,
    verdict text,
    told bytea,
    CONSTRAINT batch_item_number CHECK ((number >= 0)),
    CONSTRAINT batch_item_place CHECK ((place > 0)),
    CONSTRAINT batch_item_told CHECK (((place IS NULL) = (told IS NULL))),
    CONSTRAINT batch_item_verdict CHECK (((verdict IS NULL) OR (told IS NOT NULL)))
);
CREATE TABLE rights.binding (
    account_id text NOT NULL,
    value_sha256 bytea NOT NULL,
    deposit_id text NOT NULL,
    bound_at timestamp with time zone NOT NULL,
    CONSTRAINT binding_value_sha256 CHECK ((octet_length(value_sha256) = 32))
);
CREATE TABLE rights.client (
    id text NOT NULL,
    account_id text NOT NULL,
    scopes text[] NOT NULL,
    secret_hash bytea NOT NULL,
    state text NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT client_closed_at CHECK (((state = 'closed'::text) = (closed_at IS NOT NULL))),
    CONSTRAINT client_id CHECK ((id ~~ 'cli\_%'::text)),
    CONSTRAINT client_scopes CHECK ((((cardinality(scopes) >= 1) AND (cardinality(scopes) <= 3)) AND (scopes <@ ARRAY['fetch:manifests'::text, 'store:manifests'::text, 'store:bindings'::text]))),
    CONSTRAINT client_secret_hash CHECK ((octet_length(secret_hash) = 32)),
    CONSTRAINT client_state CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text])))
);
CREATE TABLE rights.consent (
    id text NOT NULL,
    subject_id text NOT NULL,
    account_id text NOT NULL,
    grantee_id text,
    state text NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    ended_at timestamp with time zone,
    status_number bigint DEFAULT rights.free_status_number() NOT NULL,
    audience text DEFAULT 'approved'::text NOT NULL,
    further_grantees text[] DEFAULT '{}'::text[] NOT NULL,
    blocked text[] DEFAULT '{}'::text[] NOT NULL,
    purposes text[] DEFAULT '{}'::text[] NOT NULL,
    denied_topics text[] DEFAULT '{}'::text[] NOT NULL,
    territories text[] DEFAULT '{}'::text[] NOT NULL,
    platforms text[] DEFAULT '{}'::text[] NOT NULL,
    languages text[] DEFAULT '{}'::text[] NOT NULL,
    starts_at timestamp with time zone,
    quota_total integer,
    quota_30_days integer,
    strict boolean DEFAULT false NOT NULL,
    per_use_approval boolean DEFAULT false NOT NULL,
    terms_version integer DEFAULT 1 NOT NULL,
    sealed bytea,
    price jsonb,
    CONSTRAINT consent_audience CHECK ((audience = ANY (ARRAY['only_me'::text, 'approved'::text, 'mutuals'::text, 'everyone'::text]))),
    CONSTRAINT consent_begins_before_it_ends CHECK ((starts_at < expires_at)),
    CONSTRAINT consent_ended_when_not_granted CHECK (((state = 'granted'::text) = (ended_at IS NULL))),
    CONSTRAINT consent_id_check CHECK ((id ~~ 'con\_%'::text)),
    CONSTRAINT consent_names_whom_it_approves CHECK ((((audience = 'approved'::text) = (grantee_id IS NOT NULL)) AND ((audience = 'approved'::text) OR (further_grantees = '{}'::text[])))),
    CONSTRAINT consent_quota_30_days CHECK ((quota_30_days > 0)),
    CONSTRAINT consent_quota_total CHECK ((quota_total > 0)),
    CONSTRAINT consent_state CHECK ((state = ANY (ARRAY['granted'::text, 'revoked'::text, 'expired'::text]))),
    CONSTRAINT consent_status_number CHECK ((status_number >= 0)),
    CONSTRAINT consent_terms_version CHECK ((terms_version > 0))
);
CREATE TABLE rights.consequence (
    revocation_id text NOT NULL,
    thing_id text NOT NULL
);
CREATE TABLE rights.copy (
    id text NOT NULL,
    platform_id text NOT NULL,
    generation_id text NOT NULL,
    sealed bytea NOT NULL,
    url_mac bytea NOT NULL,
    published_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    noted_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    acknowledgement_id text,
    CONSTRAINT copy_acknowledged_when_removed CHECK (((acknowledgement_id IS NULL) OR (state = 'removed'::text))),
    CONSTRAINT copy_id CHECK ((id ~~ 'cpy\_%'::text)),
    CONSTRAINT copy_removed_at CHECK (((state = 'removed'::text) = (removed_at IS NOT NULL))),
    CONSTRAINT copy_state CHECK ((state = ANY (ARRAY['noted'::text, 'removed'::text]))),
    CONSTRAINT copy_url_mac CHECK ((octet_length(url_mac) = 32))
);
CREATE TABLE rights.data_key (
    owner_id text NOT NULL,
    wrapped bytea NOT NULL
);
CREATE TABLE rights.declaration (
    id text NOT NULL,
    language text NOT NULL,
    sealed bytea NOT NULL,
    email_mac bytea NOT NULL,
    address_mac bytea,
    declared_at timestamp with time zone NOT NULL,
    mail_due_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    confirmed_at timestamp with time zone,
    account_id text,
    optout_id text,
    CONSTRAINT declaration_address_mac_check CHECK ((octet_length(address_mac) = 32)),
    CONSTRAINT declaration_email_mac_check CHECK ((octet_length(email_mac) = 32)),
    CONSTRAINT declaration_id CHECK ((id ~~ 'dec\_%'::text)),
    CONSTRAINT declaration_language CHECK ((language = ANY (ARRAY['en'::text, 'ja'::text]))),
    CONSTRAINT declaration_whole_when_confirmed CHECK ((((confirmed_at IS NULL) = (account_id IS NULL)) AND ((confirmed_at IS NULL) = (optout_id IS NULL))))
);
CREATE TABLE rights.delegation (
    id text NOT NULL,
    subject_id text NOT NULL,
    account_id text NOT NULL,
    delegate_id text NOT NULL,
    sealed bytea,
    state text NOT NULL,
    offered_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT delegation_ended_when_over CHECK (((state = ANY (ARRAY['offered'::text, 'accepted'::text, 'active'::text])) = (ended_at IS NULL))),
    CONSTRAINT delegation_id CHECK ((id ~~ 'del\_%'::text)),
    CONSTRAINT delegation_readable_while_it_stands CHECK (((sealed IS NOT NULL) OR (ended_at IS NOT NULL))),
    CONSTRAINT delegation_state CHECK ((state = ANY (ARRAY['offered'::text, 'accepted'::text, 'active'::text, 'declined'::text, 'ended'::text]))),
    CONSTRAINT delegation_to_someone_else CHECK ((delegate_id <> account_id))
);
CREATE TABLE rights.delisting (
    generation_id text NOT NULL,
    platform_id text NOT NULL,
    because_of text NOT NULL
);
CREATE TABLE rights.delivery (
    id text NOT NULL,
    platform_id text NOT NULL,
    "position" bigint NOT NULL,
    event_id text NOT NULL,
    kind text NOT NULL,
    generation_id text NOT NULL,
    because_of text,
    event_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    due_at timestamp with time zone,
    leased_until timestamp with time zone,
    first_attempt_at timestamp with time zone,
    sent_at timestamp with time zone,
    acknowledged_at timestamp with time zone,
    received_at timestamp with time zone,
    steps smallint DEFAULT 0 NOT NULL,
    CONSTRAINT delivery_attempts CHECK ((attempts >= 0)),
    CONSTRAINT delivery_id CHECK ((id ~~ 'dlv\_%'::text)),
    CONSTRAINT delivery_state CHECK ((state = ANY (ARRAY['due'::text, 'sent'::text, 'escalated'::text, 'acknowledged'::text, 'refused'::text, 'dropped'::text])))
);
CREATE TABLE rights.delivery_cursor (
    singleton boolean DEFAULT true NOT NULL,
    next bigint NOT NULL,
    CONSTRAINT delivery_cursor_natural CHECK ((next >= 0)),
    CONSTRAINT delivery_cursor_single CHECK (singleton)
);
CREATE TABLE rights.deposit (
    id text NOT NULL,
    manifest_id text NOT NULL,
    account_id text NOT NULL,
    event_id text NOT NULL,
    sha256 text NOT NULL,
    size integer NOT NULL,
    sealed bytea,
    state text NOT NULL,
    stored_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT deposit_gone_when_removed CHECK (((state = 'removed'::text) = (sealed IS NULL))),
    CONSTRAINT deposit_id CHECK ((id ~~ 'dep\_%'::text)),
    CONSTRAINT deposit_manifest_id CHECK (((length(manifest_id) >= 1) AND (length(manifest_id) <= 200))),
    CONSTRAINT deposit_removed_at CHECK (((state = 'removed'::text) = (removed_at IS NOT NULL))),
    CONSTRAINT deposit_sha256 CHECK ((length(sha256) = 64)),
    CONSTRAINT deposit_size CHECK ((size > 0)),
    CONSTRAINT deposit_state CHECK ((state = ANY (ARRAY['stored'::text, 'removed'::text])))
);
CREATE TABLE rights.description (
    id text NOT NULL,
    work_id text NOT NULL,
    shown text NOT NULL,
    read text NOT NULL,
    common real NOT NULL,
    model text NOT NULL,
    vector bytea NOT NULL,
    described_at timestamp with time zone NOT NULL,
    CONSTRAINT description_common CHECK (((common >= ('-1'::integer)::double precision) AND (common <= (1)::double precision))),
    CONSTRAINT description_id_check CHECK ((id ~~ 'dsc\_%'::text)),
    CONSTRAINT description_length CHECK ((length(shown) <= 400))
);
CREATE TABLE rights.description_change (
    id bigint NOT NULL,
    work_id text NOT NULL,
    written_by xid8 DEFAULT pg_current_xact_id() NOT NULL
);
ALTER TABLE rights.description_change ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME rights.description_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE rights.document (
    id bigint NOT NULL,
    work_id text NOT NULL,
    sha256 text NOT NULL,
    sealed bytea NOT NULL,
    added_at timestamp with time zone NOT NULL,
    CONSTRAINT document_sha256 CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);
ALTER TABLE rights.document ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME rights.document_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE rights.dsa_cursor (
    singleton boolean DEFAULT true NOT NULL,
    next bigint NOT NULL,
    CONSTRAINT dsa_cursor_single CHECK (singleton)
);
CREATE TABLE rights.dsa_statement (
    index bigint NOT NULL,
    puid text NOT NULL,
    written jsonb NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    due_at timestamp with time zone NOT NULL,
    submitted_at timestamp with time zone,
    trouble text
);
CREATE TABLE rights.ending (
    because_of text NOT NULL,
    generation_id text NOT NULL,
    state text NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    CONSTRAINT ending_state CHECK ((state = ANY (ARRAY['refused'::text, 'withdrawn'::text, 'delisted'::text])))
);
CREATE TABLE rights.enrolment (
    id text NOT NULL,
    subject_id text NOT NULL,
    account_id text NOT NULL,
    keep_media boolean NOT NULL,
    sealed bytea,
    state text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    submitted_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT enrolment_ended_when_over CHECK (((state = ANY (ARRAY['open'::text, 'submitted'::text])) = (ended_at IS NULL))),
    CONSTRAINT enrolment_id CHECK ((id ~~ 'enr\_%'::text)),
    CONSTRAINT enrolment_readable_while_it_runs CHECK (((sealed IS NOT NULL) OR (ended_at IS NOT NULL))),
    CONSTRAINT enrolment_state CHECK ((state = ANY (ARRAY['open'::text, 'submitted'::text, 'passed'::text, 'failed'::text, 'expired'::text])))
);
CREATE TABLE rights.escalation (
    delivery_id text NOT NULL,
    of text NOT NULL,
    step text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT escalation_of CHECK ((of = ANY (ARRAY['receipt'::text, 'removal'::text]))),
    CONSTRAINT escalation_step CHECK ((step = ANY (ARRAY['resent'::text, 'mailed'::text, 'listed'::text])))
);
CREATE TABLE rights.evidence (
    id text NOT NULL,
    account_id text NOT NULL,
    kind text NOT NULL,
    fetched boolean NOT NULL,
    sha256 text NOT NULL,
    size bigint NOT NULL,
    sealed bytea NOT NULL,
    state text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT evidence_id CHECK ((id ~~ 'evd\_%'::text)),
    CONSTRAINT evidence_kind CHECK ((kind = ANY (ARRAY['robots'::text, 'tdmrep'::text, 'rsl'::text, 'page'::text, 'media'::text, 'catalogue'::text]))),
    CONSTRAINT evidence_sha256 CHECK ((length(sha256) = 64)),
    CONSTRAINT evidence_size CHECK ((size > 0)),
    CONSTRAINT evidence_state CHECK ((state = 'recorded'::text))
);
CREATE TABLE rights.exemption (
    id text NOT NULL,
    thing text NOT NULL,
    account_id text,
    licence_id text,
    ground text NOT NULL,
    reason text NOT NULL,
    granted_by text NOT NULL,
    state text NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT exemption_ended CHECK (((state = 'granted'::text) = (ended_at IS NULL))),
    CONSTRAINT exemption_for_one CHECK ((num_nonnulls(account_id, licence_id) = 1)),
    CONSTRAINT exemption_ground CHECK ((ground = ANY (ARRAY['own_release'::text, 'news'::text, 'licensed'::text, 'error'::text]))),
    CONSTRAINT exemption_id CHECK ((id ~~ 'exm\_%'::text)),
    CONSTRAINT exemption_state CHECK ((state = ANY (ARRAY['granted'::text, 'ended'::text])))
);
CREATE TABLE rights.file (
    sha256 text NOT NULL,
    generation_id text,
    noted_at timestamp with time zone NOT NULL,
    enrolment_id text,
    CONSTRAINT file_is_of_one_thing CHECK (((generation_id IS NULL) <> (enrolment_id IS NULL))),
    CONSTRAINT file_sha256_check CHECK ((length(sha256) = 64))
);
CREATE TABLE rights.fingerprint (
    id bigint NOT NULL,
    generation_id text,
    reference_id text,
    staydown_id text,
    asset_id text GENERATED ALWAYS AS (COALESCE(generation_id, reference_id, staydown_id)) STORED NOT NULL,
    channel text NOT NULL,
    algorithm text NOT NULL,
    codes integer NOT NULL,
    data bytea,
    written_by xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT fingerprint_channel CHECK ((channel = ANY (ARRAY['frames'::text, 'pdq'::text, 'features'::text, 'sound'::text, 'motion'::text]))),
    CONSTRAINT fingerprint_has_codes CHECK (((codes >= 0) AND ((codes = 0) = (data IS NULL)))),
    CONSTRAINT fingerprint_of_one_thing CHECK ((num_nonnulls(generation_id, reference_id, staydown_id) = 1))
);
ALTER TABLE ONLY rights.fingerprint ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE rights.fingerprint ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME rights.fingerprint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE rights.flagger (
    id text NOT NULL,
    name text NOT NULL,
    claimant_mac bytea NOT NULL,
    state text NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT flagger_claimant_mac_check CHECK ((octet_length(claimant_mac) = 32)),
    CONSTRAINT flagger_ended_when_ended CHECK (((state = 'ended'::text) = (ended_at IS NOT NULL))),
    CONSTRAINT flagger_id CHECK ((id ~~ 'flg\_%'::text)),
    CONSTRAINT flagger_state CHECK ((state = ANY (ARRAY['granted'::text, 'ended'::text])))
);
CREATE TABLE rights.follow (
    follower_id text NOT NULL,
    followed_id text NOT NULL,
    followed_at timestamp with time zone NOT NULL,
    CONSTRAINT follow_someone_else CHECK ((follower_id <> followed_id))
);
CREATE TABLE rights.generation (
    id text NOT NULL,
    account_id text NOT NULL,
    seed integer NOT NULL,
    seconds integer NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    decision jsonb NOT NULL,
    watermark_id bigint,
    state text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    sha256 text,
    size bigint,
    manifest_id text,
    event_id text,
    stage text DEFAULT 'waiting'::text NOT NULL,
    progress real DEFAULT 0 NOT NULL,
    about text[] NOT NULL,
    sealed bytea,
    storyboard bytea,
    because_of text,
    CONSTRAINT generation_about_who_asked CHECK ((about[1] = account_id)),
    CONSTRAINT generation_because_of_when_ended CHECK (((because_of IS NULL) OR (state = ANY (ARRAY['refused'::text, 'withdrawn'::text])))),
    CONSTRAINT generation_ended_when_done CHECK (((state = ANY (ARRAY['held'::text, 'requested'::text])) = (ended_at IS NULL))),
    CONSTRAINT generation_has_output CHECK ((((state = ANY (ARRAY['published'::text, 'withdrawn'::text])) = (sha256 IS NOT NULL)) AND ((sha256 IS NULL) = (manifest_id IS NULL)) AND ((sha256 IS NULL) = (event_id IS NULL)) AND ((sha256 IS NULL) = (size IS NULL)))),
    CONSTRAINT generation_height_check CHECK ((height > 0)),
    CONSTRAINT generation_id_check CHECK ((id ~~ 'gen\_%'::text)),
    CONSTRAINT generation_progress_check CHECK (((progress >= (0)::double precision) AND (progress <= (1)::double precision))),
    CONSTRAINT generation_readable_while_live CHECK (((sealed IS NOT NULL) OR (state <> ALL (ARRAY['held'::text, 'requested'::text, 'published'::text])))),
    CONSTRAINT generation_seconds_check CHECK (((seconds >= 1) AND (seconds <= 60))),
    CONSTRAINT generation_seed_check CHECK ((seed >= 0)),
    CONSTRAINT generation_sha256_check CHECK ((length(sha256) = 64)),
    CONSTRAINT generation_state CHECK ((state = ANY (ARRAY['held'::text, 'requested'::text, 'refused'::text, 'failed'::text, 'published'::text, 'withdrawn'::text]))),
    CONSTRAINT generation_width_check CHECK ((width > 0))
);
CREATE TABLE rights.hash_feedback (
    thing text NOT NULL,
    account_id text NOT NULL,
    feedback text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT hash_feedback_word CHECK ((feedback = ANY (ARRAY['Blocked'::text, 'NotBlocked'::text])))
);
CREATE TABLE rights.import_draft (
    account_id text NOT NULL,
    id text NOT NULL,
    sealed bytea NOT NULL,
    kept_at timestamp with time zone NOT NULL,
    CONSTRAINT import_draft_id CHECK ((id ~~ 'idr\_%'::text))
);
CREATE TABLE rights.incident (
    id text NOT NULL,
    account_id text NOT NULL,
    severity text NOT NULL,
    sealed bytea NOT NULL,
    runbook integer NOT NULL,
    state text NOT NULL,
    detected_at timestamp with time zone NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    contained_at timestamp with time zone,
    resolved_at timestamp with time zone,
    closed_at timestamp with time zone,
    CONSTRAINT incident_closed_when_it_is CHECK (((state = 'closed'::text) = (closed_at IS NOT NULL))),
    CONSTRAINT incident_contained_when_it_is CHECK (((state = 'open'::text) = (contained_at IS NULL))),
    CONSTRAINT incident_detected_before_opened CHECK ((detected_at <= opened_at)),
    CONSTRAINT incident_id CHECK ((id ~~ 'inc\_%'::text)),
    CONSTRAINT incident_resolved_when_it_is CHECK (((state = ANY (ARRAY['resolved'::text, 'closed'::text])) = (resolved_at IS NOT NULL))),
    CONSTRAINT incident_severity CHECK ((severity = ANY (ARRAY['critical'::text, 'high'::text, 'moderate'::text, 'low'::text]))),
    CONSTRAINT incident_state CHECK ((state = ANY (ARRAY['open'::text, 'contained'::text, 'resolved'::text, 'closed'::text])))
);
CREATE TABLE rights.incident_link (
    incident_id text NOT NULL,
    thing_id text NOT NULL,
    strand text NOT NULL,
    linked_at timestamp with time zone NOT NULL,
    CONSTRAINT incident_link_strand CHECK ((strand = ANY (ARRAY['consent'::text, 'copyright'::text, 'safety'::text, 'communication'::text])))
);
CREATE TABLE rights.incident_note (
    event_id text NOT NULL,
    incident_id text NOT NULL,
    account_id text NOT NULL,
    strand text NOT NULL,
    sealed bytea NOT NULL,
    noted_at timestamp with time zone NOT NULL,
    CONSTRAINT incident_note_strand CHECK ((strand = ANY (ARRAY['consent'::text, 'copyright'::text, 'safety'::text, 'communication'::text])))
);
CREATE TABLE rights.incident_part (
    incident_id text NOT NULL,
    part text NOT NULL,
    account_id text NOT NULL,
    CONSTRAINT incident_part_name CHECK ((part = ANY (ARRAY['lead'::text, 'consent'::text, 'copyright'::text, 'safety'::text, 'communication'::text, 'scribe'::text])))
);
CREATE TABLE rights.incident_step (
    incident_id text NOT NULL,
    step_id text NOT NULL,
    account_id text NOT NULL,
    done_at timestamp with time zone NOT NULL
);
CREATE TABLE rights.invite (
    id text NOT NULL,
    account_id text NOT NULL,
    invited_by text NOT NULL,
    address_mac bytea NOT NULL,
    sealed bytea NOT NULL,
    opens text,
    language text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    used_at timestamp with time zone,
    opened_account_id text,
    CONSTRAINT invite_address_mac CHECK ((octet_length(address_mac) = 32)),
    CONSTRAINT invite_ends_once CHECK (((withdrawn_at IS NULL) OR (used_at IS NULL))),
    CONSTRAINT invite_id CHECK ((id ~~ 'inv\_%'::text)),
    CONSTRAINT invite_language CHECK ((language = ANY (ARRAY['en'::text, 'ja'::text]))),
    CONSTRAINT invite_opened CHECK (((opened_account_id IS NULL) OR (used_at IS NOT NULL))),
    CONSTRAINT invite_opens CHECK ((opens = ANY (ARRAY['person'::text, 'creator'::text, 'rights_holder'::text])))
);
CREATE TABLE rights.key_check (
    singleton boolean DEFAULT true NOT NULL,
    mac bytea NOT NULL,
    CONSTRAINT key_check_single CHECK (singleton)
);
CREATE TABLE rights.letter (
    id bigint NOT NULL,
    owner_id text NOT NULL,
    kind text NOT NULL,
    posted_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    sent_at timestamp with time zone,
    CONSTRAINT letter_kind CHECK ((kind = ANY (ARRAY['declaration.confirm'::text, 'notice.received'::text, 'notice.amended'::text, 'notice.decided'::text, 'notice.countered'::text, 'notice.restored'::text, 'notice.lapsed'::text, 'notice.appealed'::text, 'suspension.imposed'::text, 'suspension.decided'::text, 'platform.overdue'::text, 'platform.disabled'::text, 'sign_in.confirm'::text, 'invite.accept'::text])))
);
ALTER TABLE rights.letter ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME rights.letter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE rights.licence (
    id text NOT NULL,
    offer_id text NOT NULL,
    creator_id text NOT NULL,
    expires_at timestamp with time zone,
    state text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT licence_ended_when_not_active CHECK (((state = 'active'::text) = (ended_at IS NULL))),
    CONSTRAINT licence_id_check CHECK ((id ~~ 'lic\_%'::text)),
    CONSTRAINT licence_state CHECK ((state = ANY (ARRAY['active'::text, 'revoked'::text, 'expired'::text, 'exhausted'::text])))
);
CREATE TABLE rights.licence_reliance (
    generation_id text NOT NULL,
    licence_id text NOT NULL
);
CREATE TABLE rights.likeness (
    generation_id text NOT NULL,
    subject_id text NOT NULL,
    kind text NOT NULL,
    certain boolean NOT NULL,
    at_seconds real NOT NULL,
    doubted boolean DEFAULT false NOT NULL,
    id text NOT NULL,
    CONSTRAINT likeness_id CHECK ((id ~~ 'lik\_%'::text)),
    CONSTRAINT likeness_kind CHECK ((kind = ANY (ARRAY['face'::text, 'voice'::text])))
);
CREATE TABLE rights.lineage (
    child_id text NOT NULL,
    parent_id text NOT NULL,
    found_by text NOT NULL,
    severed boolean DEFAULT false NOT NULL,
    CONSTRAINT lineage_found_by CHECK ((found_by = ANY (ARRAY['named'::text, 'shown'::text]))),
    CONSTRAINT lineage_of_another CHECK ((child_id <> parent_id))
);
CREATE TABLE rights.log_key (
    id text NOT NULL,
    number integer NOT NULL,
    vkey text NOT NULL,
    state text NOT NULL,
    introduced_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT key_state CHECK ((state = ANY (ARRAY['introduced'::text, 'retired'::text]))),
    CONSTRAINT log_key_ended_when_retired CHECK (((state = 'retired'::text) = (retired_at IS NOT NULL))),
    CONSTRAINT log_key_id CHECK ((id ~~ 'lky\_%'::text)),
    CONSTRAINT log_key_number CHECK ((number >= 1))
);
CREATE TABLE rights.look (
    generation_id text NOT NULL,
    asked bigint DEFAULT 1 NOT NULL,
    tries smallint DEFAULT 0 NOT NULL,
    taken_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL
);
CREATE TABLE rights.manifest (
    id text NOT NULL,
    generation_id text NOT NULL,
    sealed bytea NOT NULL
);
CREATE TABLE rights.member (
    id text NOT NULL,
    account_id text NOT NULL,
    duty text NOT NULL,
    address_mac bytea,
    sealed bytea,
    language text,
    joined_at timestamp with time zone NOT NULL,
    left_at timestamp with time zone,
    CONSTRAINT member_address_mac CHECK ((octet_length(address_mac) = 32)),
    CONSTRAINT member_address_until_left CHECK ((((left_at IS NULL) = (sealed IS NOT NULL)) AND ((left_at IS NULL) = (address_mac IS NOT NULL)))),
    CONSTRAINT member_duty CHECK ((duty = ANY (ARRAY['owner'::text, 'member'::text]))),
    CONSTRAINT member_id CHECK ((id ~~ 'mem\_%'::text)),
    CONSTRAINT member_language CHECK ((language = ANY (ARRAY['en'::text, 'ja'::text])))
);
CREATE TABLE rights.notice (
    id text NOT NULL,
    generation_id text,
    kind text NOT NULL,
    state text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    token_hash bytea NOT NULL,
    sealed bytea,
    stands boolean DEFAULT false NOT NULL,
    whole_at timestamp with time zone,
    due_at timestamp with time zone,
    restore_at timestamp with time zone,
    account_id text,
    flagger_id text,
    claimant_mac bytea,
    origin_mac bytea,
    confirmed_at timestamp with time zone,
    abusive boolean DEFAULT false NOT NULL,
    reviewers text[] DEFAULT '{}'::text[] NOT NULL,
    appealed_by text[] DEFAULT '{}'::text[] NOT NULL,
    appealed_at timestamp with time zone,
    countered_at timestamp with time zone,
    countered_by text,
    counter bytea,
    down_at timestamp with time zone,
    closed_at timestamp with time zone,
    erased_at timestamp with time zone,
    appellants text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT notice_claimant_mac_check CHECK ((octet_length(claimant_mac) = 32)),
    CONSTRAINT notice_countered_by_someone CHECK ((((countered_at IS NULL) = (countered_by IS NULL)) AND ((state <> 'countered'::text) OR (restore_at IS NOT NULL)))),
    CONSTRAINT notice_erased_once_closed CHECK (((erased_at IS NULL) OR (state = 'closed'::text))),
    CONSTRAINT notice_id_check CHECK ((id ~~ 'ntc\_%'::text)),
    CONSTRAINT notice_kind CHECK ((kind = ANY (ARRAY['copyright'::text, 'trademark'::text, 'likeness'::text, 'intimate'::text, 'privacy'::text, 'illegal'::text]))),
    CONSTRAINT notice_origin_mac_check CHECK ((octet_length(origin_mac) = 32)),
    CONSTRAINT notice_stands_where_it_can CHECK (((NOT stands) OR ((generation_id IS NOT NULL) AND (state = ANY (ARRAY['upheld'::text, 'countered'::text, 'kept'::text, 'appealed'::text, 'affirmed'::text, 'reversed'::text, 'closed'::text]))))),
    CONSTRAINT notice_state CHECK ((state = ANY (ARRAY['received'::text, 'deficient'::text, 'upheld'::text, 'rejected'::text, 'retracted'::text, 'countered'::text, 'kept'::text, 'restored'::text, 'appealed'::text, 'affirmed'::text, 'reversed'::text, 'closed'::text]))),
    CONSTRAINT notice_token_hash_check CHECK ((octet_length(token_hash) = 32)),
    CONSTRAINT notice_undecided CHECK (((state <> ALL (ARRAY['received'::text, 'deficient'::text])) OR (decided_at IS NULL)))
);
CREATE TABLE rights.offer (
    id text NOT NULL,
    account_id text NOT NULL,
    work_id text,
    consent_id text,
    terms jsonb NOT NULL,
    terms_version integer NOT NULL,
    price jsonb NOT NULL,
    stays_after text[] NOT NULL,
    salt bytea,
    digest text NOT NULL,
    state text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT offer_ended_when_withdrawn CHECK (((state = 'withdrawn'::text) = (ended_at IS NOT NULL))),
    CONSTRAINT offer_id_check CHECK ((id ~~ 'off\_%'::text)),
    CONSTRAINT offer_on_one_thing CHECK ((num_nonnulls(work_id, consent_id) = 1)),
    CONSTRAINT offer_state CHECK ((state = ANY (ARRAY['proposed'::text, 'offered'::text, 'withdrawn'::text]))),
    CONSTRAINT offer_stays_after CHECK ((stays_after <@ ARRAY['expired'::text, 'revoked'::text])),
    CONSTRAINT offer_terms_version CHECK ((terms_version > 0))
);
CREATE TABLE rights.offer_share (
    offer_id text NOT NULL,
    account_id text NOT NULL,
    basis_points integer NOT NULL,
    accepted_at timestamp with time zone,
    CONSTRAINT offer_share_basis_points CHECK (((basis_points >= 1) AND (basis_points <= 10000)))
);
CREATE TABLE rights.optout (
    id text NOT NULL,
    work_id text NOT NULL,
    account_id text NOT NULL,
    state text NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    evidence_id text,
    CONSTRAINT optout_ended_when_lifted CHECK (((state = 'standing'::text) = (ended_at IS NULL))),
    CONSTRAINT optout_id_check CHECK ((id ~~ 'opt\_%'::text)),
    CONSTRAINT optout_state CHECK ((state = ANY (ARRAY['standing'::text, 'lifted'::text])))
);
CREATE TABLE rights.output_md5 (
    generation_id text NOT NULL,
    md5 text NOT NULL,
    CONSTRAINT output_md5_length CHECK ((length(md5) = 32))
);
CREATE TABLE rights.passkey (
    id text NOT NULL,
    member_id text NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    name text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT passkey_credential_id CHECK (((octet_length(credential_id) >= 1) AND (octet_length(credential_id) <= 1023))),
    CONSTRAINT passkey_id CHECK ((id ~~ 'pky\_%'::text))
);
CREATE TABLE rights.passkey_challenge (
    asker bytea NOT NULL,
    challenge bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT passkey_challenge_asker CHECK ((octet_length(asker) = 32))
);
CREATE TABLE rights.picture_mark (
    generation_id text NOT NULL,
    tenant text NOT NULL,
    strength double precision NOT NULL,
    log10_p double precision NOT NULL,
    z double precision NOT NULL,
    copy_log10_p double precision NOT NULL,
    margin_db double precision,
    CONSTRAINT picture_mark_copy_log10_p CHECK ((copy_log10_p <= (0)::double precision)),
    CONSTRAINT picture_mark_log10_p CHECK ((log10_p <= ('-4'::integer)::double precision)),
    CONSTRAINT picture_mark_margin CHECK (((margin_db IS NULL) = (copy_log10_p = (0)::double precision))),
    CONSTRAINT picture_mark_strength CHECK ((strength > (0)::double precision)),
    CONSTRAINT picture_mark_z CHECK ((z > (0)::double precision))
);
CREATE TABLE rights.platform (
    id text NOT NULL,
    account_id text NOT NULL,
    name text NOT NULL,
    sealed bytea NOT NULL,
    types text[] NOT NULL,
    schemes text[] NOT NULL,
    capabilities text[] NOT NULL,
    acknowledge_hours integer NOT NULL,
    remove_hours integer NOT NULL,
    acknowledgement_key text,
    key_number integer NOT NULL,
    state text NOT NULL,
    disabled_because text,
    registered_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    known_as text GENERATED ALWAYS AS (lower(regexp_replace(btrim(name), '\s+'::text, '-'::text, 'g'::text))) STORED NOT NULL,
    CONSTRAINT platform_acknowledge_hours CHECK (((acknowledge_hours >= 1) AND (acknowledge_hours <= 720))),
    CONSTRAINT platform_capabilities CHECK ((capabilities <@ ARRAY['remove'::text, 'restore'::text, 'match'::text])),
    CONSTRAINT platform_disabled_because CHECK ((disabled_because = ANY (ARRAY['asked'::text, 'gone'::text, 'unreachable'::text]))),
    CONSTRAINT platform_disabled_for_a_reason CHECK (((state = 'closed'::text) OR ((state = 'disabled'::text) = (disabled_because IS NOT NULL)))),
    CONSTRAINT platform_ended_when_closed CHECK (((state = 'closed'::text) = (ended_at IS NOT NULL))),
    CONSTRAINT platform_id CHECK ((id ~~ 'plt\_%'::text)),
    CONSTRAINT platform_key_number CHECK ((key_number > 0)),
    CONSTRAINT platform_remove_hours CHECK (((remove_hours >= 1) AND (remove_hours <= 720))),
    CONSTRAINT platform_schemes CHECK (((schemes <@ ARRAY['v1'::text, 'v1a'::text]) AND (cardinality(schemes) > 0))),
    CONSTRAINT platform_state CHECK ((state = ANY (ARRAY['registered'::text, 'disabled'::text, 'closed'::text])))
);
CREATE TABLE rights.platform_line (
    platform_id text NOT NULL,
    permits integer NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    rests_until timestamp with time zone,
    trouble text,
    trouble_at timestamp with time zone,
    taken_at timestamp with time zone,
    pinged_at timestamp with time zone,
    era integer DEFAULT 0 NOT NULL,
    missed_after bigint,
    CONSTRAINT platform_line_failures CHECK ((failures >= 0)),
    CONSTRAINT platform_line_permits CHECK ((permits > 0)),
    CONSTRAINT platform_line_trouble_at CHECK (((trouble IS NULL) = (trouble_at IS NULL)))
);
CREATE TABLE rights.redaction (
    manifest_id text NOT NULL,
    update_id text NOT NULL,
    generation_id text NOT NULL,
    state text NOT NULL,
    assertions text[] NOT NULL,
    reason text NOT NULL,
    redacted_at timestamp with time zone NOT NULL,
    sealed bytea,
    CONSTRAINT manifest_state CHECK ((state = 'redacted'::text)),
    CONSTRAINT redaction_assertions_some CHECK (((cardinality(assertions) >= 1) AND (cardinality(assertions) <= 64)))
);
CREATE TABLE rights.reference (
    id text NOT NULL,
    work_id text NOT NULL,
    account_id text NOT NULL,
    kind text NOT NULL,
    sha256 text NOT NULL,
    seconds real NOT NULL,
    sealed bytea,
    state text NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    model text,
    changed_by xid8 DEFAULT pg_current_xact_id() NOT NULL,
    grey_copy boolean DEFAULT false NOT NULL,
    CONSTRAINT reference_ended_when_removed CHECK ((((state = 'standing'::text) = (ended_at IS NULL)) AND ((state = 'standing'::text) = (sealed IS NOT NULL)))),
    CONSTRAINT reference_grey_copy CHECK (((NOT grey_copy) OR (kind = 'video'::text))),
    CONSTRAINT reference_id CHECK ((id ~~ 'ref\_%'::text)),
    CONSTRAINT reference_kind CHECK ((kind = ANY (ARRAY['picture'::text, 'video'::text, 'voice'::text]))),
    CONSTRAINT reference_model CHECK (((kind = 'voice'::text) = (model IS NOT NULL))),
    CONSTRAINT reference_seconds CHECK ((seconds >= (0)::double precision)),
    CONSTRAINT reference_sha256 CHECK ((length(sha256) = 64)),
    CONSTRAINT reference_state CHECK ((state = ANY (ARRAY['standing'::text, 'removed'::text])))
);
CREATE TABLE rights.reliance (
    generation_id text NOT NULL,
    consent_id text NOT NULL
);
CREATE TABLE rights.request_reference (
    id text NOT NULL,
    account_id text NOT NULL,
    sha256 text NOT NULL,
    sealed bytea NOT NULL,
    copies text[] NOT NULL,
    matched_through bigint NOT NULL,
    uploaded_at timestamp with time zone NOT NULL,
    generation_id text,
    seen bytea,
    thumbnail bytea,
    channels bytea,
    likes text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT request_reference_id CHECK ((id ~~ 'rqr\_%'::text)),
    CONSTRAINT request_reference_sha256_check CHECK ((length(sha256) = 64))
);
CREATE TABLE rights.request_resemblance (
    request_reference_id text NOT NULL,
    reference_id text NOT NULL,
    score real NOT NULL,
    bits smallint,
    certain boolean,
    by text,
    CONSTRAINT request_resemblance_by CHECK ((by = ANY (ARRAY['frames'::text, 'scene'::text, 'points'::text, 'sound'::text]))),
    CONSTRAINT request_resemblance_by_frames CHECK (((by = 'frames'::text) = (bits IS NOT NULL))),
    CONSTRAINT request_resemblance_of_one_kind CHECK ((num_nonnulls(bits, certain) = 1))
);
CREATE TABLE rights.resemblance (
    generation_id text NOT NULL,
    reference_id text NOT NULL,
    score real NOT NULL,
    bits smallint,
    at_seconds real NOT NULL,
    doubted boolean DEFAULT false NOT NULL,
    certain boolean,
    by text,
    aside_at timestamp with time zone,
    CONSTRAINT resemblance_bits CHECK (((bits >= 0) AND (bits <= 256))),
    CONSTRAINT resemblance_by CHECK ((by = ANY (ARRAY['frames'::text, 'scene'::text, 'points'::text, 'sound'::text, 'voice'::text]))),
    CONSTRAINT resemblance_by_frames CHECK (((by = 'frames'::text) = (bits IS NOT NULL))),
    CONSTRAINT resemblance_of_one_kind CHECK ((num_nonnulls(bits, certain) = 1)),
    CONSTRAINT resemblance_score CHECK (((score >= (0)::double precision) AND (score <= (1)::double precision)))
);
CREATE TABLE rights.reservation (
    id text NOT NULL,
    work_id text NOT NULL,
    account_id text NOT NULL,
    "least" text NOT NULL,
    opted_in boolean NOT NULL,
    state text NOT NULL,
    stated_at timestamp with time zone NOT NULL,
    CONSTRAINT reservation_id_check CHECK ((id ~~ 'rsv\_%'::text)),
    CONSTRAINT reservation_least CHECK (("least" = ANY (ARRAY['opt_out'::text, 'opt_in'::text, 'licensed_only'::text]))),
    CONSTRAINT reservation_state CHECK ((state = 'stated'::text))
);
CREATE TABLE rights.review (
    id text NOT NULL,
    kind text NOT NULL,
    things text[] NOT NULL,
    parties text[] NOT NULL,
    about text[] NOT NULL,
    rules text[] NOT NULL,
    names text[] NOT NULL,
    sealed bytea,
    state text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    held_by text,
    held_until timestamp with time zone,
    decided_by text,
    decided_at timestamp with time zone,
    finding text,
    against_right text,
    appealed_at timestamp with time zone,
    last_by text,
    last_at timestamp with time zone,
    last_finding text,
    CONSTRAINT review_appealed_to_another CHECK ((last_by <> decided_by)),
    CONSTRAINT review_by_no_party CHECK ((NOT (parties && array_remove(ARRAY[held_by, decided_by, last_by], NULL::text)))),
    CONSTRAINT review_finding CHECK ((finding = ANY (ARRAY['allow'::text, 'refuse'::text, 'first'::text, 'second'::text]))),
    CONSTRAINT review_found_again_when_appealed CHECK ((((state = ANY (ARRAY['overturned'::text, 'affirmed'::text])) = (last_by IS NOT NULL)) AND ((last_by IS NULL) = (last_finding IS NULL)) AND ((last_by IS NULL) = (last_at IS NULL)) AND ((state <> ALL (ARRAY['appealed'::text, 'overturned'::text, 'affirmed'::text])) OR (appealed_at IS NOT NULL)))),
    CONSTRAINT review_found_when_decided CHECK ((((state = ANY (ARRAY['opened'::text, 'lapsed'::text])) = (decided_by IS NULL)) AND ((decided_by IS NULL) = (finding IS NULL)) AND ((decided_by IS NULL) = (decided_at IS NULL)))),
    CONSTRAINT review_held_for_a_while CHECK (((held_by IS NULL) = (held_until IS NULL))),
    CONSTRAINT review_id CHECK ((id ~~ 'rev\_%'::text)),
    CONSTRAINT review_kind CHECK ((kind = ANY (ARRAY['use'::text, 'output'::text, 'claim'::text, 'conflict'::text, 'sample'::text, 'flood'::text, 'likeness'::text]))),
    CONSTRAINT review_last_finding CHECK ((last_finding = ANY (ARRAY['allow'::text, 'refuse'::text, 'first'::text, 'second'::text]))),
    CONSTRAINT review_parties CHECK ((cardinality(parties) = ANY (ARRAY[1, 2]))),
    CONSTRAINT review_right CHECK ((against_right = ANY (ARRAY['likeness'::text, 'work'::text, 'safety'::text]))),
    CONSTRAINT review_state CHECK ((state = ANY (ARRAY['opened'::text, 'decided'::text, 'appealed'::text, 'overturned'::text, 'affirmed'::text, 'lapsed'::text]))),
    CONSTRAINT review_things CHECK ((cardinality(things) = ANY (ARRAY[1, 2])))
);
CREATE TABLE rights.revocation (
    id text NOT NULL,
    scope text NOT NULL,
    generation_id text,
    requester_id text,
    platform text,
    consent_id text,
    licence_id text,
    subject_id text,
    work_id text,
    account_id text NOT NULL,
    by_staff boolean NOT NULL,
    sealed bytea,
    state text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    turned_at timestamp with time zone NOT NULL,
    turned_by text,
    turned_sealed bytea,
    CONSTRAINT revocation_id CHECK ((id ~~ 'rvk\_%'::text)),
    CONSTRAINT revocation_names_its_scope CHECK (((num_nonnulls(generation_id, requester_id, platform, consent_id, licence_id) =
CASE
    WHEN (scope = ANY (ARRAY['subject'::text, 'work'::text])) THEN 0
    ELSE 1
END) AND (num_nonnulls(subject_id, work_id) =
CASE
    WHEN (scope = ANY (ARRAY['requester'::text, 'platform'::text, 'subject'::text, 'work'::text])) THEN 1
    ELSE 0
END) AND (
CASE scope
    WHEN 'generation'::text THEN generation_id
    WHEN 'requester'::text THEN requester_id
    WHEN 'platform'::text THEN platform
    WHEN 'consent'::text THEN consent_id
    WHEN 'licence'::text THEN licence_id
    WHEN 'subject'::text THEN subject_id
    WHEN 'work'::text THEN work_id
    ELSE NULL::text
END IS NOT NULL))),
    CONSTRAINT revocation_state CHECK ((state = ANY (ARRAY['suspended'::text, 'revoked'::text, 'lifted'::text])))
);
CREATE TABLE rights.revoked_certificate (
    sha256 text NOT NULL,
    serial text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    revoked_from timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone NOT NULL,
    CONSTRAINT certificate_state CHECK ((state = 'revoked'::text)),
    CONSTRAINT revoked_certificate_from CHECK ((revoked_from <= revoked_at)),
    CONSTRAINT revoked_certificate_sha256 CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);
CREATE TABLE rights.sample (
    review_id text NOT NULL,
    outcome text NOT NULL,
    rules text[] NOT NULL,
    language text NOT NULL,
    territories text[] NOT NULL,
    probability double precision NOT NULL,
    CONSTRAINT sample_outcome CHECK ((outcome = ANY (ARRAY['allow'::text, 'refuse'::text]))),
    CONSTRAINT sample_probability CHECK (((probability > (0)::double precision) AND (probability <= (1)::double precision)))
);
CREATE TABLE rights.session (
    id text NOT NULL,
    member_id text NOT NULL,
    token_hash bytea NOT NULL,
    way text NOT NULL,
    browser text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT session_id CHECK ((id ~~ 'ses\_%'::text)),
    CONSTRAINT session_token_hash CHECK ((octet_length(token_hash) = 32)),
    CONSTRAINT session_way CHECK ((way = ANY (ARRAY['link'::text, 'passkey'::text, 'invite'::text])))
);
CREATE TABLE rights.shadow (
    generation_id text NOT NULL,
    rulebook text NOT NULL,
    live text NOT NULL,
    outcome text NOT NULL,
    rules text[] NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT shadow_live CHECK ((live = ANY (ARRAY['allow'::text, 'hold'::text, 'refuse'::text]))),
    CONSTRAINT shadow_outcome CHECK ((outcome = ANY (ARRAY['allow'::text, 'hold'::text, 'refuse'::text])))
);
CREATE TABLE rights.share (
    generation_id text NOT NULL,
    shared_at timestamp with time zone NOT NULL
);
CREATE TABLE rights.shot_manifest (
    id text NOT NULL,
    generation_id text NOT NULL,
    CONSTRAINT shot_manifest_id CHECK (((length(id) >= 1) AND (length(id) <= 200)))
);
CREATE TABLE rights.sign_in (
    id text NOT NULL,
    address_mac bytea NOT NULL,
    browser_hash bytea,
    language text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT sign_in_address_mac CHECK ((octet_length(address_mac) = 32)),
    CONSTRAINT sign_in_id CHECK ((id ~~ 'sgn\_%'::text)),
    CONSTRAINT sign_in_language CHECK ((language = ANY (ARRAY['en'::text, 'ja'::text])))
);
CREATE TABLE rights.signing (
    generation_id text NOT NULL,
    certificate_sha256 text NOT NULL,
    serial text NOT NULL,
    subject text NOT NULL,
    trust_list text NOT NULL,
    time_stamped_at timestamp with time zone,
    CONSTRAINT signing_certificate_sha256 CHECK ((certificate_sha256 ~ '^[0-9a-f]{64}$'::text))
);
CREATE TABLE rights.sound_mark (
    generation_id text NOT NULL,
    strength double precision NOT NULL,
    log10_p double precision NOT NULL,
    copy_log10_p double precision NOT NULL,
    noise_to_mask_db double precision NOT NULL,
    CONSTRAINT sound_mark_copy_log10_p CHECK ((copy_log10_p <= (0)::double precision)),
    CONSTRAINT sound_mark_log10_p CHECK ((log10_p <= ('-4'::integer)::double precision)),
    CONSTRAINT sound_mark_strength CHECK ((strength > (0)::double precision))
);
CREATE TABLE rights.statement_of_reasons (
    id bigint NOT NULL,
    notice_id text NOT NULL,
    outcome text NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    sealed bytea NOT NULL,
    by_clock boolean DEFAULT false NOT NULL,
    CONSTRAINT statement_outcome CHECK ((outcome = ANY (ARRAY['disabled'::text, 'left'::text, 'restored'::text])))
);
ALTER TABLE rights.statement_of_reasons ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME rights.statement_of_reasons_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE rights.staydown (
    id text NOT NULL,
    account_id text NOT NULL,
    kind text NOT NULL,
    sha256 text NOT NULL,
    md5 text NOT NULL,
    seconds real NOT NULL,
    reason text NOT NULL,
    salt bytea NOT NULL,
    state text NOT NULL,
    added_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT staydown_ended CHECK (((state = 'standing'::text) = (ended_at IS NULL))),
    CONSTRAINT staydown_id CHECK ((id ~~ 'std\_%'::text)),
    CONSTRAINT staydown_kind CHECK ((kind = ANY (ARRAY['copyright'::text, 'trademark'::text, 'likeness'::text, 'privacy'::text, 'intimate'::text]))),
    CONSTRAINT staydown_md5 CHECK ((length(md5) = 32)),
    CONSTRAINT staydown_salt CHECK ((octet_length(salt) = 32)),
    CONSTRAINT staydown_seconds CHECK ((seconds >= (0)::double precision)),
    CONSTRAINT staydown_sha256 CHECK ((length(sha256) = 64)),
    CONSTRAINT staydown_state CHECK ((state = ANY (ARRAY['standing'::text, 'ended'::text])))
);
CREATE TABLE rights.staydown_match (
    thing text NOT NULL,
    found_in text NOT NULL,
    account_id text NOT NULL,
    strong boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    finding text,
    CONSTRAINT staydown_match_finding CHECK ((finding = ANY (ARRAY['confirmed'::text, 'overturned'::text])))
);
CREATE TABLE rights.subject (
    id text NOT NULL,
    account_id text NOT NULL,
    state text NOT NULL,
    enrolled_at timestamp with time zone NOT NULL,
    handle_index bytea,
    sealed bytea,
    ended_at timestamp with time zone,
    CONSTRAINT subject_cleared_when_erased CHECK ((((state = 'erased'::text) = (sealed IS NULL)) AND ((sealed IS NULL) = (handle_index IS NULL)))),
    CONSTRAINT subject_ended_when_gone CHECK (((state = ANY (ARRAY['enrolled'::text, 'paused'::text])) = (ended_at IS NULL))),
    CONSTRAINT subject_id_check CHECK ((id ~~ 'sub\_%'::text)),
    CONSTRAINT subject_state CHECK ((state = ANY (ARRAY['enrolled'::text, 'paused'::text, 'unenrolled'::text, 'erased'::text])))
);
CREATE TABLE rights.suspension (
    id text NOT NULL,
    notice_id text NOT NULL,
    claimant_mac bytea,
    state text NOT NULL,
    imposed_at timestamp with time zone NOT NULL,
    until_at timestamp with time zone NOT NULL,
    reviewer_id text NOT NULL,
    sealed bytea,
    CONSTRAINT suspension_claimant_mac_check CHECK ((octet_length(claimant_mac) = 32)),
    CONSTRAINT suspension_id CHECK ((id ~~ 'sus\_%'::text)),
    CONSTRAINT suspension_state CHECK ((state = ANY (ARRAY['imposed'::text, 'appealed'::text, 'affirmed'::text, 'lifted'::text])))
);
CREATE TABLE rights.template (
    id text NOT NULL,
    subject_id text NOT NULL,
    kind text NOT NULL,
    model text NOT NULL,
    sealed bytea,
    made_at timestamp with time zone NOT NULL,
    changed_by xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT template_id_check CHECK ((id ~~ 'tpl\_%'::text)),
    CONSTRAINT template_kind CHECK ((kind = ANY (ARRAY['face'::text, 'voice'::text])))
);
CREATE TABLE rights.thumbnail (
    generation_id text NOT NULL,
    sealed bytea NOT NULL
);
CREATE TABLE rights.trust_list (
    sha256 text NOT NULL,
    claims_pem text NOT NULL,
    time_stamps_pem text NOT NULL,
    CONSTRAINT trust_list_sha256 CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);
CREATE TABLE rights.trust_snapshot (
    id bigint NOT NULL,
    sha256 text NOT NULL,
    since timestamp with time zone NOT NULL
);
ALTER TABLE rights.trust_snapshot ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME rights.trust_snapshot_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE rights.unhashed (
    generation_id text NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    taken_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL
);
CREATE TABLE rights.unindexed (
    generation_id text NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    taken_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    failed_at timestamp with time zone,
    why text
);
CREATE TABLE rights.usage (
    licence_id text NOT NULL,
    generation_id text NOT NULL,
    used_at timestamp with time zone NOT NULL,
    seconds integer NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT usage_amount CHECK ((amount >= 0)),
    CONSTRAINT usage_seconds CHECK ((seconds > 0))
);
CREATE TABLE rights.witness_trouble (
    id bigint NOT NULL,
    name text NOT NULL,
    key_id bytea NOT NULL,
    size bigint NOT NULL,
    trouble text NOT NULL,
    detail text NOT NULL,
    found_at timestamp with time zone NOT NULL,
    CONSTRAINT witness_trouble_detail_check CHECK ((length(detail) <= 500)),
    CONSTRAINT witness_trouble_key_id_check CHECK ((octet_length(key_id) = 4)),
    CONSTRAINT witness_trouble_kind CHECK ((trouble = ANY (ARRAY['unreachable'::text, 'unknown-log'::text, 'untrusted'::text, 'forked'::text, 'ahead'::text, 'rolled-back'::text, 'contested'::text, 'broken'::text]))),
    CONSTRAINT witness_trouble_size_check CHECK ((size >= 0))
);
ALTER TABLE rights.witness_trouble ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME rights.witness_trouble_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE rights.work (
    id text NOT NULL,
    account_id text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    state text NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    ownership text DEFAULT 'asserted'::text NOT NULL,
    CONSTRAINT work_id_check CHECK ((id ~~ 'wrk\_%'::text)),
    CONSTRAINT work_kind CHECK ((kind = ANY (ARRAY['work'::text, 'character'::text, 'mark'::text, 'style'::text, 'voice'::text, 'site'::text]))),
    CONSTRAINT work_ownership CHECK ((ownership = ANY (ARRAY['asserted'::text, 'documented'::text, 'verified'::text]))),
    CONSTRAINT work_state CHECK ((state = 'registered'::text))
);
ALTER TABLE ONLY ledger.checkpoint
    ADD CONSTRAINT checkpoint_pkey PRIMARY KEY (size);
ALTER TABLE ONLY ledger.cosignature
    ADD CONSTRAINT cosignature_pkey PRIMARY KEY (name, key_id, size);
ALTER TABLE ONLY ledger.entry
    ADD CONSTRAINT entry_event_id_once UNIQUE (event_id);
ALTER TABLE ONLY ledger.entry
    ADD CONSTRAINT entry_pkey PRIMARY KEY (index);
ALTER TABLE ONLY ledger.head
    ADD CONSTRAINT head_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY ledger.intake
    ADD CONSTRAINT intake_event_id_once UNIQUE (event_id);
ALTER TABLE ONLY ledger.intake
    ADD CONSTRAINT intake_pkey PRIMARY KEY ("position");
ALTER TABLE ONLY ledger.node
    ADD CONSTRAINT node_pkey PRIMARY KEY (level, index);
ALTER TABLE ONLY ledger.publication
    ADD CONSTRAINT publication_pkey PRIMARY KEY (policy, size);
ALTER TABLE ONLY rights.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.acknowledgement
    ADD CONSTRAINT acknowledgement_once UNIQUE (delivery_id, outcome);
ALTER TABLE ONLY rights.acknowledgement
    ADD CONSTRAINT acknowledgement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.alias
    ADD CONSTRAINT alias_pkey PRIMARY KEY (work_id, folded);
ALTER TABLE ONLY rights.allowance
    ADD CONSTRAINT allowance_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.answer
    ADD CONSTRAINT answer_pkey PRIMARY KEY (scope, key);
ALTER TABLE ONLY rights.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.batch_item
    ADD CONSTRAINT batch_item_once UNIQUE (batch_id, place);
ALTER TABLE ONLY rights.batch_item
    ADD CONSTRAINT batch_item_pkey PRIMARY KEY (batch_id, number);
ALTER TABLE ONLY rights.batch
    ADD CONSTRAINT batch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.binding
    ADD CONSTRAINT binding_pkey PRIMARY KEY (account_id, value_sha256);
ALTER TABLE ONLY rights.client
    ADD CONSTRAINT client_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.consent
    ADD CONSTRAINT consent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.consent
    ADD CONSTRAINT consent_status_is_its_own UNIQUE (status_number);
ALTER TABLE ONLY rights.consequence
    ADD CONSTRAINT consequence_pkey PRIMARY KEY (revocation_id, thing_id);
ALTER TABLE ONLY rights.copy
    ADD CONSTRAINT copy_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.data_key
    ADD CONSTRAINT data_key_pkey PRIMARY KEY (owner_id);
ALTER TABLE ONLY rights.declaration
    ADD CONSTRAINT declaration_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.delegation
    ADD CONSTRAINT delegation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.delisting
    ADD CONSTRAINT delisting_pkey PRIMARY KEY (generation_id, platform_id);
ALTER TABLE ONLY rights.delivery_cursor
    ADD CONSTRAINT delivery_cursor_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY rights.delivery
    ADD CONSTRAINT delivery_of_event UNIQUE (platform_id, event_id);
ALTER TABLE ONLY rights.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.deposit
    ADD CONSTRAINT deposit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.description_change
    ADD CONSTRAINT description_change_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.description
    ADD CONSTRAINT description_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.document
    ADD CONSTRAINT document_is_added_once UNIQUE (work_id, sha256);
ALTER TABLE ONLY rights.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.dsa_cursor
    ADD CONSTRAINT dsa_cursor_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY rights.dsa_statement
    ADD CONSTRAINT dsa_statement_pkey PRIMARY KEY (index);
ALTER TABLE ONLY rights.dsa_statement
    ADD CONSTRAINT dsa_statement_puid_once UNIQUE (puid);
ALTER TABLE ONLY rights.ending
    ADD CONSTRAINT ending_pkey PRIMARY KEY (because_of, generation_id, ended_at);
ALTER TABLE ONLY rights.enrolment
    ADD CONSTRAINT enrolment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.escalation
    ADD CONSTRAINT escalation_pkey PRIMARY KEY (delivery_id, of, step);
ALTER TABLE ONLY rights.evidence
    ADD CONSTRAINT evidence_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.exemption
    ADD CONSTRAINT exemption_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.file
    ADD CONSTRAINT file_pkey PRIMARY KEY (sha256);
ALTER TABLE ONLY rights.fingerprint
    ADD CONSTRAINT fingerprint_once UNIQUE (asset_id, channel, algorithm);
ALTER TABLE ONLY rights.fingerprint
    ADD CONSTRAINT fingerprint_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.flagger
    ADD CONSTRAINT flagger_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.follow
    ADD CONSTRAINT follow_pkey PRIMARY KEY (follower_id, followed_id);
ALTER TABLE ONLY rights.generation
    ADD CONSTRAINT generation_manifest UNIQUE (manifest_id);
ALTER TABLE ONLY rights.generation
    ADD CONSTRAINT generation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.generation
    ADD CONSTRAINT generation_watermark UNIQUE (watermark_id);
ALTER TABLE ONLY rights.hash_feedback
    ADD CONSTRAINT hash_feedback_pkey PRIMARY KEY (thing, account_id);
ALTER TABLE ONLY rights.import_draft
    ADD CONSTRAINT import_draft_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY rights.incident_link
    ADD CONSTRAINT incident_link_pkey PRIMARY KEY (incident_id, thing_id);
ALTER TABLE ONLY rights.incident_note
    ADD CONSTRAINT incident_note_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY rights.incident_part
    ADD CONSTRAINT incident_part_pkey PRIMARY KEY (incident_id, part);
ALTER TABLE ONLY rights.incident
    ADD CONSTRAINT incident_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.incident_step
    ADD CONSTRAINT incident_step_pkey PRIMARY KEY (incident_id, step_id);
ALTER TABLE ONLY rights.invite
    ADD CONSTRAINT invite_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.key_check
    ADD CONSTRAINT key_check_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY rights.letter
    ADD CONSTRAINT letter_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.licence
    ADD CONSTRAINT licence_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.licence_reliance
    ADD CONSTRAINT licence_reliance_pkey PRIMARY KEY (licence_id, generation_id);
ALTER TABLE ONLY rights.likeness
    ADD CONSTRAINT likeness_pkey PRIMARY KEY (generation_id, subject_id, kind);
ALTER TABLE ONLY rights.lineage
    ADD CONSTRAINT lineage_pkey PRIMARY KEY (child_id, parent_id);
ALTER TABLE ONLY rights.log_key
    ADD CONSTRAINT log_key_is_introduced_once UNIQUE (vkey);
ALTER TABLE ONLY rights.log_key
    ADD CONSTRAINT log_key_is_numbered_once UNIQUE (number);
ALTER TABLE ONLY rights.log_key
    ADD CONSTRAINT log_key_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.look
    ADD CONSTRAINT look_pkey PRIMARY KEY (generation_id);
ALTER TABLE ONLY rights.manifest
    ADD CONSTRAINT manifest_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.member
    ADD CONSTRAINT member_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.offer
    ADD CONSTRAINT offer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.offer_share
    ADD CONSTRAINT offer_share_pkey PRIMARY KEY (offer_id, account_id);
ALTER TABLE ONLY rights.optout
    ADD CONSTRAINT optout_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.output_md5
    ADD CONSTRAINT output_md5_pkey PRIMARY KEY (generation_id);
ALTER TABLE ONLY rights.passkey_challenge
    ADD CONSTRAINT passkey_challenge_pkey PRIMARY KEY (asker);
ALTER TABLE ONLY rights.passkey
    ADD CONSTRAINT passkey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.picture_mark
    ADD CONSTRAINT picture_mark_pkey PRIMARY KEY (generation_id);
ALTER TABLE ONLY rights.platform_line
    ADD CONSTRAINT platform_line_pkey PRIMARY KEY (platform_id);
ALTER TABLE ONLY rights.platform
    ADD CONSTRAINT platform_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.redaction
    ADD CONSTRAINT redaction_generation_id_once UNIQUE (generation_id);
ALTER TABLE ONLY rights.redaction
    ADD CONSTRAINT redaction_pkey PRIMARY KEY (manifest_id);
ALTER TABLE ONLY rights.redaction
    ADD CONSTRAINT redaction_update_id_once UNIQUE (update_id);
ALTER TABLE ONLY rights.reference
    ADD CONSTRAINT reference_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.reliance
    ADD CONSTRAINT reliance_pkey PRIMARY KEY (consent_id, generation_id);
ALTER TABLE ONLY rights.request_reference
    ADD CONSTRAINT request_reference_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.request_resemblance
    ADD CONSTRAINT request_resemblance_pkey PRIMARY KEY (request_reference_id, reference_id);
ALTER TABLE ONLY rights.resemblance
    ADD CONSTRAINT resemblance_pkey PRIMARY KEY (generation_id, reference_id);
ALTER TABLE ONLY rights.reservation
    ADD CONSTRAINT reservation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.reservation
    ADD CONSTRAINT reservation_work_id_key UNIQUE (work_id);
ALTER TABLE ONLY rights.review
    ADD CONSTRAINT review_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.revocation
    ADD CONSTRAINT revocation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.revoked_certificate
    ADD CONSTRAINT revoked_certificate_pkey PRIMARY KEY (sha256);
ALTER TABLE ONLY rights.sample
    ADD CONSTRAINT sample_pkey PRIMARY KEY (review_id);
ALTER TABLE ONLY rights.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.shadow
    ADD CONSTRAINT shadow_pkey PRIMARY KEY (generation_id, rulebook);
ALTER TABLE ONLY rights.share
    ADD CONSTRAINT share_pkey PRIMARY KEY (generation_id);
ALTER TABLE ONLY rights.shot_manifest
    ADD CONSTRAINT shot_manifest_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.sign_in
    ADD CONSTRAINT sign_in_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.signing
    ADD CONSTRAINT signing_pkey PRIMARY KEY (generation_id);
ALTER TABLE ONLY rights.sound_mark
    ADD CONSTRAINT sound_mark_pkey PRIMARY KEY (generation_id);
ALTER TABLE ONLY rights.statement_of_reasons
    ADD CONSTRAINT statement_of_reasons_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.staydown_match
    ADD CONSTRAINT staydown_match_pkey PRIMARY KEY (thing, found_in);
ALTER TABLE ONLY rights.staydown
    ADD CONSTRAINT staydown_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.subject
    ADD CONSTRAINT subject_handle_is_taken UNIQUE (handle_index);
ALTER TABLE ONLY rights.subject
    ADD CONSTRAINT subject_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.suspension
    ADD CONSTRAINT suspension_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.template
    ADD CONSTRAINT template_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.thumbnail
    ADD CONSTRAINT thumbnail_pkey PRIMARY KEY (generation_id);
ALTER TABLE ONLY rights.trust_list
    ADD CONSTRAINT trust_list_pkey PRIMARY KEY (sha256);
ALTER TABLE ONLY rights.trust_snapshot
    ADD CONSTRAINT trust_snapshot_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.unhashed
    ADD CONSTRAINT unhashed_pkey PRIMARY KEY (generation_id);
ALTER TABLE ONLY rights.unindexed
    ADD CONSTRAINT unindexed_pkey PRIMARY KEY (generation_id);
ALTER TABLE ONLY rights.usage
    ADD CONSTRAINT usage_pkey PRIMARY KEY (licence_id, generation_id);
ALTER TABLE ONLY rights.witness_trouble
    ADD CONSTRAINT witness_trouble_pkey PRIMARY KEY (id);
ALTER TABLE ONLY rights.work
    ADD CONSTRAINT work_pkey PRIMARY KEY (id);
CREATE INDEX cosignature_by_size ON ledger.cosignature USING btree (size);
CREATE INDEX entry_by_subject ON ledger.entry USING btree (subject, index);
CREATE INDEX entry_of_staydown ON ledger.entry USING btree (index) WHERE ((kind ~~ 'notice.%'::text) OR (kind ~~ 'staydown.%'::text));
CREATE INDEX publication_by_size ON ledger.publication USING btree (size);
CREATE INDEX acknowledgement_by_platform ON rights.acknowledgement USING btree (platform_id, received_at);
CREATE INDEX alias_by_key ON rights.alias USING btree (key);
CREATE INDEX alias_by_near ON rights.alias USING gin (near) WITH (fastupdate=off);
CREATE INDEX alias_by_skeleton ON rights.alias USING btree (skeleton);
CREATE INDEX alias_contested ON rights.alias USING btree (work_id) WHERE (standing = 'contested'::text);
CREATE UNIQUE INDEX allowance_standing ON rights.allowance USING btree (rule, lower(phrase)) WHERE (state = 'standing'::text);
CREATE INDEX answer_about ON rights.answer USING gin (about);
CREATE INDEX answer_by_age ON rights.answer USING btree (created_at);
CREATE INDEX api_key_by_account ON rights.api_key USING btree (account_id, created_at);
CREATE UNIQUE INDEX approval_once ON rights.approval USING btree (generation_id, subject_id, consent_id) NULLS NOT DISTINCT;
CREATE INDEX batch_by_account ON rights.batch USING btree (account_id, opened_at, id);
CREATE INDEX batch_by_expiry ON rights.batch USING btree (expires_at);
CREATE INDEX batch_by_turn ON rights.batch USING btree (served_at, id) WHERE (state = 'running'::text);
CREATE INDEX batch_item_due ON rights.batch_item USING btree (batch_id, tries, number) WHERE (place IS NULL);
CREATE INDEX binding_by_deposit ON rights.binding USING btree (deposit_id);
CREATE INDEX binding_by_value ON rights.binding USING btree (value_sha256, bound_at);
CREATE INDEX client_by_account ON rights.client USING btree (account_id, registered_at);
CREATE INDEX consent_by_account ON rights.consent USING btree (account_id);
CREATE INDEX consent_by_grantee ON rights.consent USING btree (grantee_id);
CREATE INDEX consent_by_subject ON rights.consent USING btree (subject_id, grantee_id);
CREATE INDEX consent_due ON rights.consent USING btree (expires_at) WHERE (state = 'granted'::text);
CREATE INDEX consent_status_told ON rights.consent USING btree (status_number) INCLUDE (state) WHERE (state <> 'granted'::text);
CREATE INDEX consent_to_many ON rights.consent USING btree (subject_id) WHERE ((state = 'granted'::text) AND (audience = ANY (ARRAY['mutuals'::text, 'everyone'::text])));
CREATE INDEX consent_to_several ON rights.consent USING gin (further_grantees) WITH (fastupdate=off) WHERE (further_grantees <> '{}'::text[]);
CREATE INDEX consequence_by_thing ON rights.consequence USING btree (thing_id);
CREATE INDEX copy_by_generation ON rights.copy USING btree (generation_id, platform_id, state);
CREATE INDEX copy_by_platform ON rights.copy USING btree (platform_id, noted_at, id);
CREATE UNIQUE INDEX copy_once ON rights.copy USING btree (platform_id, url_mac) WHERE (state = 'noted'::text);
CREATE INDEX declaration_by_address ON rights.declaration USING btree (address_mac, declared_at) WHERE (address_mac IS NOT NULL);
CREATE INDEX declaration_by_age ON rights.declaration USING btree (declared_at);
CREATE INDEX declaration_by_email ON rights.declaration USING btree (email_mac, declared_at);
CREATE INDEX declaration_to_mail ON rights.declaration USING btree (mail_due_at) WHERE (mail_due_at IS NOT NULL);
CREATE INDEX delegation_by_account ON rights.delegation USING btree (account_id);
CREATE INDEX delegation_by_delegate ON rights.delegation USING btree (delegate_id);
CREATE UNIQUE INDEX delegation_standing ON rights.delegation USING btree (subject_id, delegate_id) WHERE (ended_at IS NULL);
CREATE INDEX delisting_by_cause ON rights.delisting USING btree (because_of, generation_id);
CREATE INDEX delivery_by_cause ON rights.delivery USING btree (because_of);
CREATE INDEX delivery_by_generation ON rights.delivery USING btree (generation_id);
CREATE INDEX delivery_by_position ON rights.delivery USING btree (platform_id, "position");
CREATE INDEX delivery_due ON rights.delivery USING btree (platform_id, due_at, "position") WHERE (due_at IS NOT NULL);
CREATE INDEX delivery_in_turn ON rights.delivery USING btree (platform_id, generation_id, "position") WHERE (due_at IS NOT NULL);
CREATE INDEX delivery_leased ON rights.delivery USING btree (platform_id, leased_until) WHERE (leased_until IS NOT NULL);
CREATE INDEX delivery_missed ON rights.delivery USING btree (platform_id, "position") WHERE ((due_at IS NULL) AND (sent_at IS NULL) AND (state = ANY (ARRAY['dropped'::text, 'escalated'::text])));
CREATE INDEX delivery_unreceived ON rights.delivery USING btree (platform_id, steps, COALESCE(first_attempt_at, event_at)) WHERE ((kind = 'generation.withdrawn'::text) AND (state = ANY (ARRAY['due'::text, 'sent'::text, 'escalated'::text, 'dropped'::text])) AND (received_at IS NULL));
CREATE INDEX delivery_unremoved ON rights.delivery USING btree (platform_id, steps, COALESCE(first_attempt_at, event_at)) WHERE ((kind = 'generation.withdrawn'::text) AND (state = ANY (ARRAY['due'::text, 'sent'::text, 'escalated'::text, 'dropped'::text])) AND (received_at IS NOT NULL));
CREATE INDEX deposit_by_account ON rights.deposit USING btree (account_id) WHERE (state = 'stored'::text);
CREATE UNIQUE INDEX deposit_once ON rights.deposit USING btree (manifest_id) WHERE (state = 'stored'::text);
CREATE INDEX description_by_work ON rights.description USING btree (work_id);
CREATE INDEX description_change_by_writer ON rights.description_change USING btree (written_by);
CREATE INDEX dsa_statement_due ON rights.dsa_statement USING btree (due_at, index) WHERE (submitted_at IS NULL);
CREATE INDEX enrolment_by_subject ON rights.enrolment USING btree (subject_id, opened_at);
CREATE UNIQUE INDEX enrolment_running ON rights.enrolment USING btree (subject_id) WHERE (ended_at IS NULL);
CREATE INDEX escalation_by_time ON rights.escalation USING btree (at);
CREATE INDEX evidence_by_account ON rights.evidence USING btree (account_id, recorded_at);
CREATE INDEX exemption_due ON rights.exemption USING btree (expires_at, id) WHERE (state = 'granted'::text);
CREATE INDEX exemption_granted ON rights.exemption USING btree (thing) WHERE (state = 'granted'::text);
CREATE INDEX exemption_newest ON rights.exemption USING btree (granted_at DESC, id);
CREATE INDEX file_by_enrolment ON rights.file USING btree (enrolment_id) WHERE (enrolment_id IS NOT NULL);
CREATE INDEX file_by_generation ON rights.file USING btree (generation_id);
CREATE INDEX fingerprint_by_writer ON rights.fingerprint USING btree (algorithm, written_by);
CREATE INDEX fingerprint_of_references ON rights.fingerprint USING btree (algorithm, id) WHERE (generation_id IS NULL);
CREATE UNIQUE INDEX flagger_once ON rights.flagger USING btree (claimant_mac) WHERE (state = 'granted'::text);
CREATE INDEX follow_by_followed ON rights.follow USING btree (followed_id);
CREATE INDEX generation_about ON rights.generation USING gin (about);
CREATE INDEX generation_because_of ON rights.generation USING btree (because_of, requested_at, id) WHERE (because_of IS NOT NULL);
CREATE INDEX generation_by_account ON rights.generation USING btree (account_id, requested_at);
CREATE INDEX generation_by_request ON rights.generation USING btree (requested_at, id);
CREATE INDEX generation_by_sha256 ON rights.generation USING btree (sha256) WHERE (sha256 IS NOT NULL);
CREATE INDEX generation_by_time ON rights.generation USING btree (requested_at);
CREATE INDEX generation_held ON rights.generation USING btree (requested_at) WHERE (state = 'held'::text);
CREATE INDEX incident_link_by_thing ON rights.incident_link USING btree (thing_id);
CREATE INDEX incident_newest ON rights.incident USING btree (opened_at DESC, id);
CREATE INDEX incident_note_by_incident ON rights.incident_note USING btree (incident_id, noted_at);
CREATE INDEX invite_by_account ON rights.invite USING btree (account_id, made_at);
CREATE UNIQUE INDEX invite_of_account_opened ON rights.invite USING btree (opened_account_id);
CREATE INDEX letter_by_owner ON rights.letter USING btree (owner_id);
CREATE INDEX letter_due ON rights.letter USING btree (due_at, id) WHERE (due_at IS NOT NULL);
CREATE UNIQUE INDEX licence_active ON rights.licence USING btree (creator_id, offer_id) WHERE (state = 'active'::text);
CREATE INDEX licence_by_creator ON rights.licence USING btree (creator_id, issued_at);
CREATE INDEX licence_by_offer ON rights.licence USING btree (offer_id);
CREATE INDEX licence_due ON rights.licence USING btree (expires_at) WHERE (state = 'active'::text);
CREATE INDEX licence_reliance_by_generation ON rights.licence_reliance USING btree (generation_id);
CREATE UNIQUE INDEX likeness_by_id ON rights.likeness USING btree (id);
CREATE INDEX likeness_by_subject ON rights.likeness USING btree (subject_id);
CREATE INDEX lineage_by_parent ON rights.lineage USING btree (parent_id);
CREATE INDEX lineage_severed ON rights.lineage USING btree (child_id) WHERE severed;
CREATE INDEX look_due ON rights.look USING btree (tries, taken_until);
CREATE INDEX manifest_generation_id ON rights.manifest USING btree (generation_id);
CREATE INDEX member_by_address ON rights.member USING btree (address_mac) WHERE (left_at IS NULL);
CREATE UNIQUE INDEX member_of_account ON rights.member USING btree (account_id, address_mac) WHERE (left_at IS NULL);
CREATE INDEX notice_by_account ON rights.notice USING btree (account_id, received_at) WHERE (account_id IS NOT NULL);
CREATE INDEX notice_by_claimant ON rights.notice USING btree (claimant_mac, received_at);
CREATE INDEX notice_by_generation ON rights.notice USING btree (generation_id);
CREATE INDEX notice_by_origin ON rights.notice USING btree (origin_mac, received_at) WHERE (origin_mac IS NOT NULL);
CREATE INDEX notice_of_appellants ON rights.notice USING gin (appellants) WHERE (state = 'appealed'::text);
CREATE INDEX notice_open ON rights.notice USING btree (received_at) WHERE (state = 'received'::text);
CREATE INDEX notice_received_at ON rights.notice USING btree (received_at, id);
CREATE INDEX notice_standing ON rights.notice USING btree (generation_id) WHERE stands;
CREATE INDEX notice_to_close ON rights.notice USING btree (decided_at, id) WHERE (state = ANY (ARRAY['upheld'::text, 'rejected'::text, 'retracted'::text, 'restored'::text, 'affirmed'::text, 'reversed'::text]));
CREATE INDEX notice_to_erase ON rights.notice USING btree (kind, closed_at, id) WHERE ((state = 'closed'::text) AND (erased_at IS NULL));
CREATE INDEX notice_to_lapse ON rights.notice USING btree (received_at, id) WHERE (state = 'deficient'::text);
CREATE INDEX notice_to_restore ON rights.notice USING btree (restore_at, id) WHERE (state = 'countered'::text);
CREATE INDEX notice_waiting ON rights.notice USING btree (due_at, received_at, id) WHERE (state = ANY (ARRAY['received'::text, 'deficient'::text, 'appealed'::text]));
CREATE INDEX offer_by_account ON rights.offer USING btree (account_id);
CREATE INDEX offer_by_consent ON rights.offer USING btree (consent_id) WHERE (consent_id IS NOT NULL);
CREATE INDEX offer_by_work ON rights.offer USING btree (work_id) WHERE (work_id IS NOT NULL);
CREATE INDEX offer_newest ON rights.offer USING btree (made_at) WHERE (state = 'offered'::text);
CREATE INDEX offer_share_by_account ON rights.offer_share USING btree (account_id);
CREATE INDEX optout_by_account ON rights.optout USING btree (account_id);
CREATE INDEX optout_by_evidence ON rights.optout USING btree (evidence_id) WHERE (evidence_id IS NOT NULL);
CREATE UNIQUE INDEX optout_standing ON rights.optout USING btree (work_id) WHERE (state = 'standing'::text);
CREATE INDEX output_md5_by_md5 ON rights.output_md5 USING btree (md5);
CREATE UNIQUE INDEX passkey_by_credential ON rights.passkey USING btree (credential_id);
CREATE INDEX passkey_by_member ON rights.passkey USING btree (member_id, made_at);
CREATE INDEX passkey_challenge_to_forget ON rights.passkey_challenge USING btree (expires_at);
CREATE INDEX platform_known_as ON rights.platform USING btree (known_as) WHERE (state <> 'closed'::text);
CREATE UNIQUE INDEX platform_of_account ON rights.platform USING btree (account_id) WHERE (state <> 'closed'::text);
CREATE INDEX reference_by_account ON rights.reference USING btree (account_id);
CREATE INDEX reference_by_work ON rights.reference USING btree (work_id);
CREATE INDEX reference_of_voices ON rights.reference USING btree (changed_by) WHERE (kind = 'voice'::text);
CREATE UNIQUE INDEX reference_once ON rights.reference USING btree (work_id, sha256) WHERE (state = 'standing'::text);
CREATE INDEX reliance_by_generation ON rights.reliance USING btree (generation_id);
CREATE INDEX request_reference_by_generation ON rights.request_reference USING btree (generation_id) WHERE (generation_id IS NOT NULL);
CREATE INDEX request_reference_seen ON rights.request_reference USING btree (generation_id) WHERE ((seen IS NOT NULL) AND (generation_id IS NOT NULL));
CREATE INDEX request_reference_unused ON rights.request_reference USING btree (account_id, uploaded_at) WHERE (generation_id IS NULL);
CREATE INDEX resemblance_by_reference ON rights.resemblance USING btree (reference_id);
CREATE INDEX review_by_about ON rights.review USING gin (about);
CREATE INDEX review_by_holder ON rights.review USING btree (held_by) WHERE (held_by IS NOT NULL);
CREATE INDEX review_by_party ON rights.review USING gin (parties);
CREATE INDEX review_of_flood ON rights.review USING btree ((things[1])) WHERE (kind = 'flood'::text);
CREATE INDEX review_of_generation ON rights.review USING btree ((things[1])) WHERE (kind = ANY (ARRAY['use'::text, 'output'::text]));
CREATE INDEX review_of_likeness ON rights.review USING btree ((things[1])) WHERE (kind = 'likeness'::text);
CREATE INDEX review_of_open_outputs ON rights.review USING btree (id) WHERE ((kind = 'output'::text) AND (state = 'opened'::text));
CREATE INDEX review_of_open_uses ON rights.review USING btree (id) WHERE ((kind = 'use'::text) AND (state = 'opened'::text));
CREATE INDEX review_of_samples ON rights.review USING btree (decided_at) WHERE (kind = 'sample'::text);
CREATE INDEX review_of_works ON rights.review USING gin (things) WHERE (kind = ANY (ARRAY['claim'::text, 'conflict'::text]));
CREATE UNIQUE INDEX review_open ON rights.review USING btree (kind, things) WHERE (state = 'opened'::text);
CREATE INDEX review_waiting ON rights.review USING btree (due_at) WHERE (state = ANY (ARRAY['opened'::text, 'appealed'::text]));
CREATE INDEX revocation_by_account ON rights.revocation USING btree (account_id, made_at);
CREATE INDEX revocation_by_time ON rights.revocation USING btree (made_at);
CREATE INDEX revocation_of_consent ON rights.revocation USING btree (consent_id) WHERE (consent_id IS NOT NULL);
CREATE INDEX revocation_of_generation ON rights.revocation USING btree (generation_id) WHERE (generation_id IS NOT NULL);
CREATE INDEX revocation_of_licence ON rights.revocation USING btree (licence_id) WHERE (licence_id IS NOT NULL);
CREATE INDEX revocation_of_subject ON rights.revocation USING btree (subject_id) WHERE (subject_id IS NOT NULL);
CREATE INDEX revocation_of_work ON rights.revocation USING btree (work_id) WHERE (work_id IS NOT NULL);
CREATE UNIQUE INDEX revocation_suspended ON rights.revocation USING btree (scope, by_staff, COALESCE(subject_id, ''::text), COALESCE(work_id, ''::text), COALESCE(generation_id, requester_id, platform, consent_id, licence_id, ''::text), (
CASE
    WHEN ((scope = 'generation'::text) AND (NOT by_staff)) THEN account_id
    ELSE ''::text
END)) WHERE (state = 'suspended'::text);
CREATE INDEX revoked_certificate_serial ON rights.revoked_certificate USING btree (serial);
CREATE INDEX session_by_member ON rights.session USING btree (member_id, opened_at);
CREATE UNIQUE INDEX session_by_token ON rights.session USING btree (token_hash);
CREATE INDEX session_to_forget ON rights.session USING btree (expires_at);
CREATE INDEX share_by_time ON rights.share USING btree (shared_at, generation_id);
CREATE INDEX sign_in_by_address ON rights.sign_in USING btree (address_mac, asked_at);
CREATE INDEX sign_in_to_forget ON rights.sign_in USING btree (expires_at);
CREATE INDEX signing_certificate ON rights.signing USING btree (certificate_sha256);
CREATE INDEX statement_by_notice ON rights.statement_of_reasons USING btree (notice_id, id);
CREATE INDEX staydown_by_md5 ON rights.staydown USING btree (md5) WHERE (state = 'standing'::text);
CREATE INDEX staydown_match_by_time ON rights.staydown_match USING btree (thing, at);
CREATE INDEX staydown_match_found_in ON rights.staydown_match USING btree (found_in);
CREATE INDEX staydown_match_newest ON rights.staydown_match USING btree (at);
CREATE INDEX staydown_newest ON rights.staydown USING btree (added_at DESC, id);
CREATE UNIQUE INDEX staydown_once ON rights.staydown USING btree (sha256) WHERE (state = 'standing'::text);
CREATE INDEX subject_by_account ON rights.subject USING btree (account_id);
CREATE INDEX subject_leaving ON rights.subject USING btree (ended_at) WHERE (state = 'unenrolled'::text);
CREATE INDEX subject_paused ON rights.subject USING btree (id) WHERE (state = 'paused'::text);
CREATE INDEX suspension_appealed ON rights.suspension USING btree (imposed_at) WHERE (state = 'appealed'::text);
CREATE INDEX suspension_by_claimant ON rights.suspension USING btree (claimant_mac, until_at);
CREATE INDEX template_by_change ON rights.template USING btree (changed_by);
CREATE INDEX template_by_subject ON rights.template USING btree (subject_id);
CREATE INDEX unhashed_next ON rights.unhashed USING btree (tries, generation_id);
CREATE INDEX unindexed_next ON rights.unindexed USING btree (tries, generation_id);
CREATE INDEX usage_by_generation ON rights.usage USING btree (generation_id);
CREATE INDEX usage_by_time ON rights.usage USING btree (licence_id, used_at);
CREATE INDEX witness_trouble_by_kind ON rights.witness_trouble USING btree (name, key_id, trouble, id);
CREATE INDEX witness_trouble_by_witness ON rights.witness_trouble USING btree (name, key_id, id);
CREATE INDEX work_by_account ON rights.work USING btree (account_id);
CREATE INDEX work_by_title ON rights.work USING btree (account_id, title, id);
CREATE INDEX work_newest ON rights.work USING btree (account_id, registered_at, id);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger.checkpoint FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger.cosignature FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger.entry FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger.node FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger.publication FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER grows BEFORE UPDATE ON ledger.head FOR EACH ROW EXECUTE FUNCTION ledger.refuse_shrinking();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON ledger.head FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER kept BEFORE UPDATE OR TRUNCATE ON ledger.intake FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER nothing_lost AFTER DELETE ON ledger.intake REFERENCING OLD TABLE AS taken FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_loss();
CREATE TRIGGER once AFTER INSERT ON ledger.intake FOR EACH ROW EXECUTE FUNCTION ledger.refuse_repeat();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON rights.witness_trouble FOR EACH STATEMENT EXECUTE FUNCTION rights.keep_witness_troubles();
CREATE TRIGGER description_inserted AFTER INSERT ON rights.description REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION rights.note_described();
CREATE TRIGGER generation_ended AFTER UPDATE ON rights.generation FOR EACH ROW WHEN (((new.because_of IS NOT NULL) AND (old.state IS DISTINCT FROM new.state))) EXECUTE FUNCTION rights.note_ending();
CREATE TRIGGER generation_withdrawn AFTER UPDATE ON rights.generation FOR EACH ROW WHEN (((old.state = 'published'::text) AND (new.state = 'withdrawn'::text))) EXECUTE FUNCTION rights.sever_lineage();
CREATE TRIGGER notice_takes_down BEFORE UPDATE ON rights.notice FOR EACH ROW WHEN ((new.stands AND (NOT old.stands))) EXECUTE FUNCTION rights.note_down();
CREATE TRIGGER optout_inserted AFTER INSERT ON rights.optout REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION rights.note_opted_out();
CREATE TRIGGER optout_updated AFTER UPDATE ON rights.optout REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION rights.note_opted_out();
CREATE TRIGGER status_number_is_for_good BEFORE UPDATE OF status_number ON rights.consent FOR EACH ROW WHEN ((old.status_number IS DISTINCT FROM new.status_number)) EXECUTE FUNCTION rights.keep_status_number();
ALTER TABLE ONLY ledger.cosignature
    ADD CONSTRAINT cosignature_of_checkpoint FOREIGN KEY (size) REFERENCES ledger.checkpoint(size);
ALTER TABLE ONLY ledger.publication
    ADD CONSTRAINT publication_of_checkpoint FOREIGN KEY (size) REFERENCES ledger.checkpoint(size);
ALTER TABLE ONLY rights.acknowledgement
    ADD CONSTRAINT acknowledgement_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES rights.delivery(id);
ALTER TABLE ONLY rights.acknowledgement
    ADD CONSTRAINT acknowledgement_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES rights.platform(id);
ALTER TABLE ONLY rights.alias
    ADD CONSTRAINT alias_work_id_fkey FOREIGN KEY (work_id) REFERENCES rights.work(id);
ALTER TABLE ONLY rights.allowance
    ADD CONSTRAINT allowance_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.api_key
    ADD CONSTRAINT api_key_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.approval
    ADD CONSTRAINT approval_consent_id_fkey FOREIGN KEY (consent_id) REFERENCES rights.consent(id);
ALTER TABLE ONLY rights.approval
    ADD CONSTRAINT approval_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.approval
    ADD CONSTRAINT approval_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES rights.subject(id);
ALTER TABLE ONLY rights.batch
    ADD CONSTRAINT batch_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.batch_item
    ADD CONSTRAINT batch_item_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES rights.batch(id) ON DELETE CASCADE;
ALTER TABLE ONLY rights.binding
    ADD CONSTRAINT binding_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.binding
    ADD CONSTRAINT binding_deposit_id_fkey FOREIGN KEY (deposit_id) REFERENCES rights.deposit(id);
ALTER TABLE ONLY rights.client
    ADD CONSTRAINT client_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.consent
    ADD CONSTRAINT consent_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.consent
    ADD CONSTRAINT consent_grantee_id_fkey FOREIGN KEY (grantee_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.consent
    ADD CONSTRAINT consent_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES rights.subject(id);
ALTER TABLE ONLY rights.consequence
    ADD CONSTRAINT consequence_revocation_id_fkey FOREIGN KEY (revocation_id) REFERENCES rights.revocation(id);
ALTER TABLE ONLY rights.copy
    ADD CONSTRAINT copy_acknowledgement_id_fkey FOREIGN KEY (acknowledgement_id) REFERENCES rights.acknowledgement(id);
ALTER TABLE ONLY rights.copy
    ADD CONSTRAINT copy_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.copy
    ADD CONSTRAINT copy_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES rights.platform(id);
ALTER TABLE ONLY rights.declaration
    ADD CONSTRAINT declaration_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.declaration
    ADD CONSTRAINT declaration_optout_id_fkey FOREIGN KEY (optout_id) REFERENCES rights.optout(id);
ALTER TABLE ONLY rights.delegation
    ADD CONSTRAINT delegation_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.delegation
    ADD CONSTRAINT delegation_delegate_id_fkey FOREIGN KEY (delegate_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.delegation
    ADD CONSTRAINT delegation_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES rights.subject(id);
ALTER TABLE ONLY rights.delisting
    ADD CONSTRAINT delisting_because_of_fkey FOREIGN KEY (because_of) REFERENCES rights.revocation(id);
ALTER TABLE ONLY rights.delisting
    ADD CONSTRAINT delisting_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.delisting
    ADD CONSTRAINT delisting_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES rights.platform(id);
ALTER TABLE ONLY rights.delivery
    ADD CONSTRAINT delivery_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.delivery
    ADD CONSTRAINT delivery_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES rights.platform(id);
ALTER TABLE ONLY rights.deposit
    ADD CONSTRAINT deposit_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.description_change
    ADD CONSTRAINT description_change_work_id_fkey FOREIGN KEY (work_id) REFERENCES rights.work(id);
ALTER TABLE ONLY rights.description
    ADD CONSTRAINT description_work_id_fkey FOREIGN KEY (work_id) REFERENCES rights.work(id);
ALTER TABLE ONLY rights.document
    ADD CONSTRAINT document_work_id_fkey FOREIGN KEY (work_id) REFERENCES rights.work(id);
ALTER TABLE ONLY rights.ending
    ADD CONSTRAINT ending_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.enrolment
    ADD CONSTRAINT enrolment_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.enrolment
    ADD CONSTRAINT enrolment_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES rights.subject(id);
ALTER TABLE ONLY rights.escalation
    ADD CONSTRAINT escalation_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES rights.delivery(id);
ALTER TABLE ONLY rights.evidence
    ADD CONSTRAINT evidence_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.exemption
    ADD CONSTRAINT exemption_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.exemption
    ADD CONSTRAINT exemption_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.exemption
    ADD CONSTRAINT exemption_licence_id_fkey FOREIGN KEY (licence_id) REFERENCES rights.licence(id);
ALTER TABLE ONLY rights.file
    ADD CONSTRAINT file_enrolment FOREIGN KEY (enrolment_id) REFERENCES rights.enrolment(id);
ALTER TABLE ONLY rights.file
    ADD CONSTRAINT file_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.fingerprint
    ADD CONSTRAINT fingerprint_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.fingerprint
    ADD CONSTRAINT fingerprint_reference_id_fkey FOREIGN KEY (reference_id) REFERENCES rights.reference(id);
ALTER TABLE ONLY rights.fingerprint
    ADD CONSTRAINT fingerprint_staydown_id_fkey FOREIGN KEY (staydown_id) REFERENCES rights.staydown(id);
ALTER TABLE ONLY rights.follow
    ADD CONSTRAINT follow_followed_id_fkey FOREIGN KEY (followed_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.follow
    ADD CONSTRAINT follow_follower_id_fkey FOREIGN KEY (follower_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.generation
    ADD CONSTRAINT generation_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.hash_feedback
    ADD CONSTRAINT hash_feedback_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.import_draft
    ADD CONSTRAINT import_draft_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.incident
    ADD CONSTRAINT incident_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.incident_link
    ADD CONSTRAINT incident_link_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES rights.incident(id);
ALTER TABLE ONLY rights.incident_note
    ADD CONSTRAINT incident_note_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.incident_note
    ADD CONSTRAINT incident_note_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES rights.incident(id);
ALTER TABLE ONLY rights.incident_part
    ADD CONSTRAINT incident_part_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.incident_part
    ADD CONSTRAINT incident_part_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES rights.incident(id);
ALTER TABLE ONLY rights.incident_step
    ADD CONSTRAINT incident_step_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.incident_step
    ADD CONSTRAINT incident_step_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES rights.incident(id);
ALTER TABLE ONLY rights.invite
    ADD CONSTRAINT invite_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.invite
    ADD CONSTRAINT invite_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES rights.member(id);
ALTER TABLE ONLY rights.invite
    ADD CONSTRAINT invite_opened_account_id_fkey FOREIGN KEY (opened_account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.licence
    ADD CONSTRAINT licence_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.licence
    ADD CONSTRAINT licence_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES rights.offer(id);
ALTER TABLE ONLY rights.licence_reliance
    ADD CONSTRAINT licence_reliance_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.licence_reliance
    ADD CONSTRAINT licence_reliance_licence_id_fkey FOREIGN KEY (licence_id) REFERENCES rights.licence(id);
ALTER TABLE ONLY rights.likeness
    ADD CONSTRAINT likeness_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.likeness
    ADD CONSTRAINT likeness_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES rights.subject(id);
ALTER TABLE ONLY rights.lineage
    ADD CONSTRAINT lineage_child_id_fkey FOREIGN KEY (child_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.lineage
    ADD CONSTRAINT lineage_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.look
    ADD CONSTRAINT look_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.manifest
    ADD CONSTRAINT manifest_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.member
    ADD CONSTRAINT member_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.notice
    ADD CONSTRAINT notice_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.notice
    ADD CONSTRAINT notice_countered_by_fkey FOREIGN KEY (countered_by) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.notice
    ADD CONSTRAINT notice_flagger_id_fkey FOREIGN KEY (flagger_id) REFERENCES rights.flagger(id);
ALTER TABLE ONLY rights.notice
    ADD CONSTRAINT notice_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.offer
    ADD CONSTRAINT offer_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.offer
    ADD CONSTRAINT offer_consent_id_fkey FOREIGN KEY (consent_id) REFERENCES rights.consent(id);
ALTER TABLE ONLY rights.offer_share
    ADD CONSTRAINT offer_share_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.offer_share
    ADD CONSTRAINT offer_share_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES rights.offer(id);
ALTER TABLE ONLY rights.offer
    ADD CONSTRAINT offer_work_id_fkey FOREIGN KEY (work_id) REFERENCES rights.work(id);
ALTER TABLE ONLY rights.optout
    ADD CONSTRAINT optout_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.optout
    ADD CONSTRAINT optout_evidence FOREIGN KEY (evidence_id) REFERENCES rights.evidence(id);
ALTER TABLE ONLY rights.optout
    ADD CONSTRAINT optout_work_id_fkey FOREIGN KEY (work_id) REFERENCES rights.work(id);
ALTER TABLE ONLY rights.output_md5
    ADD CONSTRAINT output_md5_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.passkey
    ADD CONSTRAINT passkey_member_id_fkey FOREIGN KEY (member_id) REFERENCES rights.member(id);
ALTER TABLE ONLY rights.picture_mark
    ADD CONSTRAINT picture_mark_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.platform
    ADD CONSTRAINT platform_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.platform_line
    ADD CONSTRAINT platform_line_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES rights.platform(id);
ALTER TABLE ONLY rights.redaction
    ADD CONSTRAINT redaction_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.reference
    ADD CONSTRAINT reference_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.reference
    ADD CONSTRAINT reference_work_id_fkey FOREIGN KEY (work_id) REFERENCES rights.work(id);
ALTER TABLE ONLY rights.reliance
    ADD CONSTRAINT reliance_consent_id_fkey FOREIGN KEY (consent_id) REFERENCES rights.consent(id);
ALTER TABLE ONLY rights.reliance
    ADD CONSTRAINT reliance_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.request_reference
    ADD CONSTRAINT request_reference_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.request_reference
    ADD CONSTRAINT request_reference_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.request_resemblance
    ADD CONSTRAINT request_resemblance_reference_id_fkey FOREIGN KEY (reference_id) REFERENCES rights.reference(id);
ALTER TABLE ONLY rights.request_resemblance
    ADD CONSTRAINT request_resemblance_request_reference_id_fkey FOREIGN KEY (request_reference_id) REFERENCES rights.request_reference(id) ON DELETE CASCADE;
ALTER TABLE ONLY rights.resemblance
    ADD CONSTRAINT resemblance_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.resemblance
    ADD CONSTRAINT resemblance_reference_id_fkey FOREIGN KEY (reference_id) REFERENCES rights.reference(id);
ALTER TABLE ONLY rights.reservation
    ADD CONSTRAINT reservation_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.reservation
    ADD CONSTRAINT reservation_work_id_fkey FOREIGN KEY (work_id) REFERENCES rights.work(id);
ALTER TABLE ONLY rights.review
    ADD CONSTRAINT review_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.review
    ADD CONSTRAINT review_held_by_fkey FOREIGN KEY (held_by) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.review
    ADD CONSTRAINT review_last_by_fkey FOREIGN KEY (last_by) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.revocation
    ADD CONSTRAINT revocation_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.revocation
    ADD CONSTRAINT revocation_consent_id_fkey FOREIGN KEY (consent_id) REFERENCES rights.consent(id);
ALTER TABLE ONLY rights.revocation
    ADD CONSTRAINT revocation_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.revocation
    ADD CONSTRAINT revocation_licence_id_fkey FOREIGN KEY (licence_id) REFERENCES rights.licence(id);
ALTER TABLE ONLY rights.revocation
    ADD CONSTRAINT revocation_requester_id_fkey FOREIGN KEY (requester_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.revocation
    ADD CONSTRAINT revocation_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES rights.subject(id);
ALTER TABLE ONLY rights.revocation
    ADD CONSTRAINT revocation_turned_by_fkey FOREIGN KEY (turned_by) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.revocation
    ADD CONSTRAINT revocation_work_id_fkey FOREIGN KEY (work_id) REFERENCES rights.work(id);
ALTER TABLE ONLY rights.sample
    ADD CONSTRAINT sample_review_id_fkey FOREIGN KEY (review_id) REFERENCES rights.review(id);
ALTER TABLE ONLY rights.session
    ADD CONSTRAINT session_member_id_fkey FOREIGN KEY (member_id) REFERENCES rights.member(id);
ALTER TABLE ONLY rights.shadow
    ADD CONSTRAINT shadow_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.share
    ADD CONSTRAINT share_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.shot_manifest
    ADD CONSTRAINT shot_manifest_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.signing
    ADD CONSTRAINT signing_generation FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.signing
    ADD CONSTRAINT signing_trust_list FOREIGN KEY (trust_list) REFERENCES rights.trust_list(sha256);
ALTER TABLE ONLY rights.sound_mark
    ADD CONSTRAINT sound_mark_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.statement_of_reasons
    ADD CONSTRAINT statement_of_reasons_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES rights.notice(id);
ALTER TABLE ONLY rights.staydown
    ADD CONSTRAINT staydown_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.staydown_match
    ADD CONSTRAINT staydown_match_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.subject
    ADD CONSTRAINT subject_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
ALTER TABLE ONLY rights.suspension
    ADD CONSTRAINT suspension_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES rights.notice(id);
ALTER TABLE ONLY rights.template
    ADD CONSTRAINT template_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES rights.subject(id);
ALTER TABLE ONLY rights.thumbnail
    ADD CONSTRAINT thumbnail_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.trust_snapshot
    ADD CONSTRAINT trust_snapshot_list FOREIGN KEY (sha256) REFERENCES rights.trust_list(sha256);
ALTER TABLE ONLY rights.unhashed
    ADD CONSTRAINT unhashed_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.unindexed
    ADD CONSTRAINT unindexed_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.usage
    ADD CONSTRAINT usage_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES rights.generation(id);
ALTER TABLE ONLY rights.usage
    ADD CONSTRAINT usage_licence_id_fkey FOREIGN KEY (licence_id) REFERENCES rights.licence(id);
ALTER TABLE ONLY rights.work
    ADD CONSTRAINT work_account_id_fkey FOREIGN KEY (account_id) REFERENCES rights.account(id);
