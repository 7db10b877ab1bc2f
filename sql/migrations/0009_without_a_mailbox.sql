-- Who has neither e-mail nor mobile gets a printed slip with a code, a link on request, or a shared device.

alter table invitation add column slip boolean not null default false;
alter table invitation alter column slip drop default;
comment on column invitation.slip is 'Its token follows from the code of a printed slip, because its person had no channel at launch.';

create table link_request (
    organisation_id uuid not null,
    round_id text not null,
    identifier_hash bytea not null,
    ciphertext bytea,
    asked_at timestamptz not null,
    primary key (organisation_id, round_id, identifier_hash),
    foreign key (organisation_id, round_id) references round
);
comment on table link_request is 'Somebody asked for their link, whoever that is: told apart and encrypted under the deployment''s secret, and soon gone.';
comment on column link_request.ciphertext is 'What they typed, of constant size. Null: it has been dealt with, and asking again has to wait.';

create table device (
    organisation_id uuid not null,
    round_id text not null,
    device_hash bytea not null primary key,
    device_id uuid not null,
    reporting_unit smallint not null,
    added_at timestamptz not null,
    foreign key (organisation_id, round_id) references round
);
create index device_of_round on device (organisation_id, round_id);
comment on table device is 'A shared tablet that may be answered on, known by the hash of the link that made it one.';
