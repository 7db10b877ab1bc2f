-- Rounds that are prepared on pages, paused, and followed by snapshots.

alter table round
    add column version integer not null default 1,
    add column population jsonb not null default '{}',
    add column shares_handed smallint not null default 0,
    add column paused_at timestamptz,
    add constraint only_what_was_launched_can_pause check (paused_at is null or launched_at is not null);
comment on column round.version is 'Rises with every change of a draft, so that two people who edit it notice each other.';
comment on column round.shares_handed is 'Split custody: steps of handing out the shares that are done. Two for each holder: shown, and written down.';

update round set shares_handed = 6 where public_key is not null and plan ->> 'custody' = 'split';

create table errand (
    organisation_id uuid not null,
    round_id text not null,
    kind text not null check (kind in ('launch', 'publish', 'correct')),
    asked_by uuid,
    asked_at timestamptz not null,
    begun_at timestamptz,
    refused text,
    primary key (organisation_id, round_id),
    foreign key (organisation_id, round_id) references round
);
comment on table errand is 'Long work that was asked for on a page and that the worker does. Done, its row is gone; refused, it says why.';

create table response_snapshot (
    organisation_id uuid not null,
    round_id text not null,
    scope text not null check (scope in ('division', 'unit')),
    due_at timestamptz not null,
    taken_at timestamptz not null,
    rates jsonb not null,
    primary key (organisation_id, round_id, scope, due_at),
    foreign key (organisation_id, round_id) references round
);
comment on table response_snapshot is 'How many had answered, divisions once a day and units once a week: rounded before it is stored, and all that anybody is shown.';
