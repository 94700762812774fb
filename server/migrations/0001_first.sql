-- One text for SQLite and PostgreSQL: text, bigint and double precision only; times are milliseconds since 1970;
-- ids are made by the program. What an index guards here, no bug above it can break.

create table install (
    id bigint not null primary key check (id = 1),
    epoch text not null,
    created_at bigint not null,
    -- Written now and then by a server that is well, to see that it can.
    alive_at bigint not null
);

-- Configuration: the struct on the wire, as JSON text.
create table office (
    kind text not null,
    id text not null,
    institution text,
    revision bigint not null,
    body text not null,
    primary key (kind, id)
);
create table office_version (
    id bigint not null primary key check (id = 1),
    version bigint not null
);
insert into office_version (id, version) values (1, 1);

-- A site on one date. Every command of the day first writes this row: it is the day's lock.
create table day (
    site text not null,
    date text not null,
    version bigint not null,
    closed_at bigint,
    primary key (site, date)
);
create index day_open on day (date) where closed_at is null;

-- What happened, gap-free per site. A day is the fold of its events.
create table site_journal (
    site text not null primary key,
    seq bigint not null
);
create table journal (
    site text not null,
    seq bigint not null,
    date text not null,
    at bigint not null,
    body text not null,
    primary key (site, seq)
);
create index journal_day on journal (site, date, seq);

-- Where a ticket's day is found, and what its QR is signed over.
create table ticket (
    id text not null primary key,
    site text not null,
    date text not null,
    service text not null,
    code text not null,
    starts_at bigint not null,
    nonce text not null,
    request text not null,
    issued_at bigint not null,
    unique (site, date, code)
);

-- INV-1: one row for each five-minute cell of a sold place. `cell` counts from midnight.
create table occupancy (
    agenda text not null,
    date text not null,
    lane bigint not null,
    cell bigint not null,
    ticket text not null,
    primary key (agenda, date, lane, cell)
);
-- The same in one small row per agenda and date, from which first availability is read without any day.
create table day_load (
    agenda text not null,
    date text not null,
    taken text not null,
    primary key (agenda, date)
);

-- INV-3: one operator per counter, one counter per operator, a ticket at one counter.
create table counter_session (
    counter text not null primary key,
    operator text not null unique,
    site text not null,
    date text not null,
    ticket text unique,
    since bigint not null
);

-- The only table about persons, and the only link to it.
create table person (
    id text not null primary key,
    cf_mac text not null unique,
    created_at bigint not null
);
create table ticket_person (
    ticket text not null primary key references ticket (id),
    person text not null references person (id),
    service text not null,
    -- Which of a person's open tickets for the service this is; none when it is no longer open.
    ordinal bigint check (ordinal between 1 and 2),
    unique (service, person, ordinal)
);
create index ticket_person_person on ticket_person (person);

-- What a caller's key named, so that a retry is recognised.
create table idempotency (
    caller text not null,
    key text not null,
    request text not null,
    outcome text not null,
    at bigint not null,
    primary key (caller, key)
);
create index idempotency_at on idempotency (at);

-- Secrets, as hashes only.
create table operator_login (
    operator text not null primary key,
    hash text not null,
    changed_at bigint not null
);
create table session (
    token text not null primary key,
    operator text not null,
    seen_at bigint not null,
    idle_until bigint not null,
    expires_at bigint not null
);
create index session_operator on session (operator);
-- What is wrong with a device: no row if nothing is, or if it has said nothing for minutes.
create table device_health (
    kind text not null,
    device text not null,
    site text not null,
    faults text not null,
    seen_at bigint not null,
    primary key (kind, device)
);
create index device_health_site on device_health (site);
create table device_token (
    kind text not null,
    device text not null,
    token text not null unique,
    -- Given to the device in place of the first; the first is void as soon as this one has been used.
    next text unique,
    created_at bigint not null,
    primary key (kind, device)
);

-- Codes by which new devices get their tokens, as hashes, and when one was guessed wrong.
create table pairing (
    kind text not null,
    device text not null,
    code text not null unique,
    expires_at bigint not null,
    primary key (kind, device)
);
create table pairing_miss (
    id text not null primary key,
    at bigint not null
);
create index pairing_miss_at on pairing_miss (at);
