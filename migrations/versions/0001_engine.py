"""The engine: accounts, clients and their keys, conversations, inbox, turns, journal, transcript, jobs, leads, desk.

Every column that holds something personal is `bytea` and holds a ciphertext (see infra/crypto.py) from the first day.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UP = """
CREATE TABLE account (
    id bigint CONSTRAINT pk_account PRIMARY KEY,
    channel text NOT NULL,
    external_id text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uq_account_channel UNIQUE (channel, external_id)
);

CREATE TABLE data_key (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_data_key PRIMARY KEY,
    purpose text NOT NULL,
    wrapped bytea,
    destroyed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX uq_data_key_system ON data_key (purpose) WHERE purpose = 'system';

CREATE TABLE client (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_client PRIMARY KEY,
    key_id bigint NOT NULL CONSTRAINT fk_client_key_id_data_key REFERENCES data_key (id),
    name bytea,
    phone bytea,
    phone_hash bytea,
    email bytea,
    email_hash bytea,
    locale text NOT NULL DEFAULT 'ru',
    warnings smallint NOT NULL DEFAULT 0,
    muted_until timestamptz,
    merged_into bigint CONSTRAINT fk_client_merged_into_client REFERENCES client (id),
    forgotten_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ix_client_phone_hash ON client (phone_hash) WHERE phone_hash IS NOT NULL;
CREATE INDEX ix_client_email_hash ON client (email_hash) WHERE email_hash IS NOT NULL;

CREATE TABLE identity (
    id bigint GENERATED ALWAYS AS IDENTITY (START WITH 1000000000000) CONSTRAINT pk_identity PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT fk_identity_account_id_account REFERENCES account (id),
    external_id text NOT NULL,
    chat_id bigint NOT NULL,
    client_id bigint NOT NULL CONSTRAINT fk_identity_client_id_client REFERENCES client (id),
    blocked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uq_identity_account_id UNIQUE (account_id, external_id)
);
CREATE INDEX ix_identity_client_id ON identity (client_id);

CREATE TABLE conversation (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_conversation PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT fk_conversation_account_id_account REFERENCES account (id),
    chat_id bigint NOT NULL,
    thread_id bigint NOT NULL DEFAULT 0,
    client_id bigint CONSTRAINT fk_conversation_client_id_client REFERENCES client (id),
    key_id bigint NOT NULL CONSTRAINT fk_conversation_key_id_data_key REFERENCES data_key (id),
    seq bigint NOT NULL DEFAULT 0,
    pending integer NOT NULL DEFAULT 0,
    since timestamptz,
    not_before timestamptz,
    owner uuid,
    epoch bigint NOT NULL DEFAULT 0,
    lease_until timestamptz,
    position bytea,
    in_form boolean NOT NULL DEFAULT false,
    silent boolean NOT NULL DEFAULT false,
    silent_since timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    active_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uq_conversation_account_id UNIQUE (account_id, chat_id, thread_id)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX ix_conversation_since ON conversation (since) WHERE pending > 0;
CREATE INDEX ix_conversation_client_id ON conversation (client_id);

CREATE TABLE turn (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_turn PRIMARY KEY,
    conversation_id bigint NOT NULL CONSTRAINT fk_turn_conversation_id_conversation REFERENCES conversation (id),
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    attempts smallint NOT NULL DEFAULT 1,
    answer bytea,
    cancel_at timestamptz,
    outcome text,
    opened_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX uq_turn_open ON turn (conversation_id) WHERE done_at IS NULL;

CREATE TABLE inbox (
    conversation_id bigint NOT NULL CONSTRAINT fk_inbox_conversation_id_conversation REFERENCES conversation (id),
    seq bigint NOT NULL,
    account_id bigint NOT NULL,
    external_id text NOT NULL,
    mergeable boolean NOT NULL,
    sender_id bigint NOT NULL,
    payload bytea NOT NULL,
    trace text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    turn_id bigint CONSTRAINT fk_inbox_turn_id_turn REFERENCES turn (id),
    CONSTRAINT pk_inbox PRIMARY KEY (conversation_id, seq),
    CONSTRAINT uq_inbox_account_id UNIQUE (account_id, external_id)
) WITH (fillfactor = 80);
CREATE INDEX ix_inbox_turn_id ON inbox (turn_id);

CREATE TABLE inbox_held (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_inbox_held PRIMARY KEY,
    account_id bigint NOT NULL,
    external_id text NOT NULL,
    payload bytea NOT NULL,
    reason text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uq_inbox_held_account_id UNIQUE (account_id, external_id)
);

CREATE TABLE job (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_job PRIMARY KEY,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    serial_key text,
    dedupe_key text,
    run_at timestamptz NOT NULL,
    attempts smallint NOT NULL DEFAULT 0,
    owner uuid,
    lease_until timestamptz,
    last_error text,
    held_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 80);
CREATE INDEX ix_job_run_at ON job (run_at) WHERE held_at IS NULL;
CREATE UNIQUE INDEX uq_job_dedupe_key ON job (dedupe_key) WHERE held_at IS NULL;
CREATE INDEX ix_job_serial_key ON job (serial_key, id) WHERE held_at IS NULL;

CREATE TABLE outgoing (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_outgoing PRIMARY KEY,
    turn_id bigint CONSTRAINT fk_outgoing_turn_id_turn REFERENCES turn (id),
    job_id bigint,
    n smallint NOT NULL,
    account_id bigint NOT NULL,
    chat_id bigint,
    method text NOT NULL,
    digest bytea NOT NULL,
    state text NOT NULL,
    uncertain boolean NOT NULL DEFAULT false,
    external_id text,
    result bytea,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at timestamptz,
    CONSTRAINT ck_outgoing_state CHECK (state IN ('intent', 'sent', 'failed')),
    CONSTRAINT ck_outgoing_origin CHECK (num_nonnulls(turn_id, job_id) = 1),
    CONSTRAINT uq_outgoing_turn_id UNIQUE (turn_id, n),
    CONSTRAINT uq_outgoing_job_id UNIQUE (job_id, n)
) WITH (fillfactor = 70);

CREATE TABLE transcript (
    conversation_id bigint NOT NULL CONSTRAINT fk_transcript_conversation_id_conversation REFERENCES conversation (id),
    origin text NOT NULL,
    n smallint NOT NULL,
    author text NOT NULL,
    message_id bigint,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    edited_at timestamptz,
    deleted_at timestamptz,
    CONSTRAINT pk_transcript PRIMARY KEY (conversation_id, origin, n),
    CONSTRAINT ck_transcript_author CHECK (author IN ('client', 'bot', 'manager', 'note'))
);
CREATE INDEX ix_transcript_conversation_id ON transcript (conversation_id, created_at);
CREATE INDEX ix_transcript_message_id ON transcript (conversation_id, message_id);

CREATE TABLE manager (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_manager PRIMARY KEY,
    telegram_id bigint NOT NULL CONSTRAINT uq_manager_telegram_id UNIQUE,
    name bytea NOT NULL,
    role text NOT NULL DEFAULT 'manager',
    rota smallint NOT NULL DEFAULT 0,
    active boolean NOT NULL DEFAULT true
);

CREATE TABLE lead (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_lead PRIMARY KEY,
    client_id bigint NOT NULL CONSTRAINT fk_lead_client_id_client REFERENCES client (id),
    conversation_id bigint NOT NULL CONSTRAINT fk_lead_conversation_id_conversation REFERENCES conversation (id),
    state text NOT NULL DEFAULT 'new',
    stage text NOT NULL DEFAULT 'talk',
    package text,
    configuration jsonb,
    total numeric(14, 2),
    monthly numeric(14, 2),
    price_version text,
    task bytea,
    deadline bytea,
    budget bytea,
    hot boolean NOT NULL DEFAULT false,
    owner_id bigint CONSTRAINT fk_lead_owner_id_manager REFERENCES manager (id),
    loss_reason text,
    taken_at timestamptz,
    closed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ck_lead_state CHECK (state IN ('new', 'taken', 'won', 'lost'))
);
CREATE UNIQUE INDEX uq_lead_open ON lead (conversation_id) WHERE state IN ('new', 'taken');
CREATE INDEX ix_lead_client_id ON lead (client_id);

CREATE TABLE handoff (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_handoff PRIMARY KEY,
    lead_id bigint NOT NULL CONSTRAINT fk_handoff_lead_id_lead REFERENCES lead (id),
    reason text NOT NULL,
    asked_at timestamptz NOT NULL,
    deadline timestamptz NOT NULL,
    step smallint NOT NULL DEFAULT 0,
    taken_at timestamptz,
    closed_at timestamptz
);
CREATE UNIQUE INDEX uq_handoff_open ON handoff (lead_id) WHERE closed_at IS NULL AND taken_at IS NULL;

CREATE TABLE desk_topic (
    conversation_id bigint CONSTRAINT pk_desk_topic PRIMARY KEY
        CONSTRAINT fk_desk_topic_conversation_id_conversation REFERENCES conversation (id),
    chat_id bigint NOT NULL,
    thread_id bigint NOT NULL DEFAULT 0,
    card_message_id bigint,
    card_digest bytea,
    relayed_at timestamptz
);
CREATE INDEX ix_desk_topic_chat_id ON desk_topic (chat_id, thread_id);

CREATE TABLE desk_message (
    chat_id bigint NOT NULL,
    message_id bigint NOT NULL,
    conversation_id bigint NOT NULL
        CONSTRAINT fk_desk_message_conversation_id_conversation REFERENCES conversation (id),
    client_message_id bigint,
    CONSTRAINT pk_desk_message PRIMARY KEY (chat_id, message_id)
);

CREATE TABLE consent (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_consent PRIMARY KEY,
    client_id bigint NOT NULL CONSTRAINT fk_consent_client_id_client REFERENCES client (id),
    kind text NOT NULL,
    granted boolean NOT NULL,
    text_version text NOT NULL,
    channel text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT ck_consent_kind CHECK (kind IN ('personal_data', 'marketing'))
);
CREATE INDEX ix_consent_client_id ON consent (client_id, kind, id);

CREATE TABLE site_visitor (
    chat_id bigint CONSTRAINT pk_site_visitor PRIMARY KEY,
    last_event bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE site_event (
    chat_id bigint NOT NULL,
    id bigint NOT NULL,
    payload bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_site_event PRIMARY KEY (chat_id, id)
);

CREATE TABLE stored_file (
    id uuid CONSTRAINT pk_stored_file PRIMARY KEY,
    conversation_id bigint NOT NULL
        CONSTRAINT fk_stored_file_conversation_id_conversation REFERENCES conversation (id),
    filename bytea NOT NULL,
    content_type text NOT NULL,
    size integer NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
"""

TABLES = """stored_file site_event site_visitor consent desk_message desk_topic handoff lead manager transcript outgoing
job inbox_held inbox turn conversation identity client data_key account"""


def upgrade() -> None:
    for statement in filter(str.strip, UP.split(";\n")):
        op.execute(statement)


def downgrade() -> None:
    for table in TABLES.split():
        op.execute(f"DROP TABLE {table}")
