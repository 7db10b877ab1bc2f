alter table round add column sending_paused boolean not null default false;
comment on column round.sending_paused is 'While this holds no message of the round is begun.';

create table provider (
    provider text primary key,
    free_at timestamptz not null,
    held_until timestamptz not null,
    why text not null
);
comment on table provider is 'The pace at which this deployment may use each provider of e-mail and text messages, shared by all who send.';

create table wave (
    organisation_id uuid not null,
    round_id text not null,
    number integer not null,
    kind text not null check (kind in ('invitation', 'reminder', 'last_day')),
    unreached integer,
    primary key (organisation_id, round_id, number),
    foreign key (organisation_id, round_id) references round
);
comment on table wave is 'Which messages of a round have been queued, so that none is queued twice. Nobody is named in it.';
comment on column wave.unreached is 'Once closed, of the invitation: how many people no message reached.';

create table message (
    organisation_id uuid not null,
    round_id text not null,
    message_id uuid not null,
    person_id uuid not null,
    channel text not null check (channel in ('email', 'sms')),
    wave integer not null,
    state text not null check (state in ('waiting', 'claimed', 'sending', 'accepted', 'delivered', 'bounced', 'refused')),
    due_at timestamptz not null,
    attempts integer not null,
    doubtful boolean not null,
    constraint message_pkey primary key (message_id),
    unique (organisation_id, round_id, person_id, channel, wave),
    foreign key (organisation_id, round_id, person_id)
        references invitation (organisation_id, round_id, person_id) on delete cascade,
    foreign key (organisation_id, round_id, wave) references wave
);
create index message_due on message (due_at) where state in ('waiting', 'claimed', 'sending');
comment on table message is 'The outbox: who is to get what. A reminder tells that somebody had not answered, so closing deletes it with the rest.';
comment on column message.due_at is 'When it may be tried; once claimed, when the claim ends.';
comment on column message.doubtful is 'It may have been sent twice: whoever had it died, and the provider cannot be asked.';
