-- Accounts with roles, in place of sessions that each had one; and the log of who did what. Whoever is signed in when
-- this is applied signs in again.

create table account (
    organisation_id uuid not null references organisation,
    account_id uuid not null,
    name text not null,
    issuer text,
    subject text,
    roles text[] not null check (roles <@ array['owner', 'manager', 'reader', 'reviewer', 'api_admin']),
    unit_id uuid,
    added_at timestamptz not null,
    signed_in_at timestamptz,
    primary key (organisation_id, account_id),
    foreign key (organisation_id, unit_id) references unit,
    unique (issuer, subject),
    check ((issuer is null) = (subject is null))
);
create unique index account_without_identity on account (organisation_id, name) where issuer is null;
comment on table account is 'Who may sign in to the console. Nobody on the staff list has one by being on it.';
comment on column account.subject is 'Who that is to the issuer, for good. Never an e-mail address, which can be given to somebody else.';
comment on column account.roles is 'None: somebody who signed in and waits for an owner to grant one.';
comment on column account.unit_id is 'Where the results that a reader sees begin. None: the whole organisation.';

drop table sign_in;
create table sign_in (
    organisation_id uuid not null,
    link_hash bytea not null primary key,
    account_id uuid not null,
    binds boolean not null,
    expires_at timestamptz not null,
    foreign key (organisation_id, account_id) references account on delete cascade
);
comment on column sign_in.binds is 'Whether it is an invitation: it then works only together with the provider''s sign-in, and ties the account to it.';

drop table session;
create table session (
    organisation_id uuid not null,
    session_hash bytea not null primary key,
    account_id uuid not null,
    device text not null,
    started_at timestamptz not null,
    used_at timestamptz not null,
    expires_at timestamptz not null,
    foreign key (organisation_id, account_id) references account on delete cascade
);
create index session_of_account on session (organisation_id, account_id);

create table kept_form (
    organisation_id uuid not null,
    session_hash bytea not null primary key,
    account_id uuid not null,
    ciphertext bytea not null,
    expires_at timestamptz not null,
    foreign key (organisation_id, account_id) references account on delete cascade
);
comment on table kept_form is 'What somebody had typed when their session ended, for them to send again. Only their own session''s secret opens it.';

create table audit_entry (
    organisation_id uuid not null references organisation,
    number bigint not null check (number > 0),
    at timestamptz not null,
    actor text not null,
    account_id uuid,
    action text not null,
    subject text not null,
    details text not null,
    mac bytea not null,
    primary key (organisation_id, number)
);
comment on table audit_entry is 'Who did what: ids and settings only, never an answer, a secret or a name.';
comment on column audit_entry.mac is 'Over this entry and the mac before it, under a key that follows from the deployment''s secret.';

create table audit_head (
    organisation_id uuid not null primary key references organisation,
    number bigint not null,
    mac bytea not null,
    seal bytea not null
);
comment on table audit_head is 'Where each organisation''s log ends. Its row is locked by whoever appends, and its seal tells of a tail cut off.';

create function audit_log_only_grows() returns trigger language plpgsql as $$
begin
    raise exception 'The audit log only grows: its entries are neither changed nor removed.';
end $$;
create trigger audit_log_only_grows before update or delete or truncate on audit_entry
    for each statement execute function audit_log_only_grows();
create trigger audit_log_only_grows before delete or truncate on audit_head
    for each statement execute function audit_log_only_grows();
