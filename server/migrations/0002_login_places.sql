-- From where somebody has logged in well, so that strangers who try passwords elsewhere keep nobody out there, also after
-- a restart and at every server on this database.
create table login_place (
    operator text not null,
    -- A keyed hash of the network.
    place text not null,
    used_at bigint not null,
    primary key (operator, place)
);
create index login_place_place on login_place (place);

-- It was written with every named command and never read: a repeated command is answered by the day.
alter table idempotency drop column outcome;
