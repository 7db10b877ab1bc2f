create table progress (
    organisation_id uuid not null references organisation,
    round_id text not null,
    told jsonb not null,
    holds_until timestamptz not null,
    primary key (organisation_id, round_id)
);
comment on table progress is
    'How far work on a round is, written by a second connection while the first one works, and deleted when that is over. It refers to no round, for the work holds that.';
