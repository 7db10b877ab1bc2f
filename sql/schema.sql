-- The whole schema, for readers. What a database has is the sum of sql/migrations/; a test proves this file equal to it.
--
-- Every table but the first two carries its organisation, so that a scope can never be forgotten and one can be moved
-- whole. Nothing here is a token, a key or a secret: of each there is at most a hash. Times are UTC.

-- The schema's own history
-- ------------------------

create table migration (
    number integer primary key,
    name text not null,
    checksum text not null, -- SHA-256 of the file as it was applied
    applied_at timestamptz not null default clock_timestamp()
);

-- The deployment
-- --------------

create table deployment (
    single boolean primary key default true check (single),
    kind text not null check (kind in ('live', 'demo', 'test')),
    secret_fingerprint bytea not null,
    clock_offset interval not null default '0',
    constraint the_clock_is_the_clock check (kind <> 'live' or clock_offset = '0')
);
comment on table deployment is 'What this database is, told at its creation. Only a demo or test one may shift its clock.';

create function deployment_kind_is_for_good() returns trigger language plpgsql as $$
begin
    if new.kind <> old.kind then
        raise exception 'A deployment''s kind is settled when it is made and cannot be changed.';
    end if;
    return new;
end $$;
create trigger deployment_kind_is_for_good before update on deployment
    for each row execute function deployment_kind_is_for_good();

-- In plpgsql because its plan is kept: a third of the cost of the same in SQL.
create function survey_now() returns timestamptz language plpgsql volatile as $$
declare
    shift interval;
begin
    select clock_offset into shift from deployment;
    return clock_timestamp() + coalesce(shift, '0');
end $$;
comment on function survey_now() is 'The one clock by which rounds open and close.';

-- Who is asked: an organisation, its tree of units, its staff list
-- ----------------------------------------------------------------

create table organisation (
    organisation_id uuid primary key,
    ods_code text not null unique,
    name text not null,
    texts jsonb not null default '{}',
    staff_mapping jsonb
);
comment on column organisation.texts is 'Privacy notice, accessibility statement and help contact, where the Trust has written its own.';
comment on column organisation.staff_mapping is 'Which column of the staff list means what, remembered from the last import.';

create table unit (
    organisation_id uuid not null references organisation,
    unit_id uuid not null,
    parent_id uuid,
    name text not null,
    site text,
    primary key (organisation_id, unit_id),
    foreign key (organisation_id, parent_id) references unit
);
create index unit_by_parent on unit (organisation_id, parent_id);
comment on table unit is 'A unit as it first came: its name and place at a moment are told by units_at.';

create table unit_change (
    organisation_id uuid not null,
    change_id uuid not null,
    unit_id uuid not null,
    kind text not null check (kind in ('rename', 'move', 'merge', 'close')),
    name text,
    parent_id uuid,
    into_id uuid,
    effective_at timestamptz not null,
    recorded_at timestamptz not null,
    undone_at timestamptz,
    primary key (organisation_id, change_id),
    foreign key (organisation_id, unit_id) references unit,
    foreign key (organisation_id, parent_id) references unit,
    foreign key (organisation_id, into_id) references unit,
    check ((kind = 'rename') = (name is not null)),
    check ((kind = 'merge') = (into_id is not null)),
    check (kind = 'move' or parent_id is null),
    check (into_id <> unit_id and parent_id <> unit_id)
);
create index unit_change_by_unit on unit_change (organisation_id, unit_id, effective_at);
comment on table unit_change is 'What becomes of a unit, from when. Never overwritten: undone_at takes one back.';
comment on column unit_change.parent_id is 'Where a move leads; null: directly under the organisation.';

create function units_at(whose uuid, moment timestamptz)
returns table (unit_id uuid, parent_id uuid, name text, site text, merged_into uuid, closed boolean)
language sql stable as $$
    with recursive standing as materialized (
        select distinct on (c.unit_id, c.kind) c.unit_id, c.kind, c.name, c.parent_id, c.into_id
        from unit_change c
        where c.organisation_id = whose and c.undone_at is null and c.effective_at <= moment
        order by c.unit_id, c.kind, c.effective_at desc, c.recorded_at desc
    ),
    chain (unit_id, into_id) as (
        select s.unit_id, s.into_id from standing s where s.kind = 'merge'
        union
        select c.unit_id, s.into_id from chain c join standing s on s.kind = 'merge' and s.unit_id = c.into_id
    ),
    settled as materialized (
        select c.unit_id, c.into_id
        from chain c
        where not exists (select from standing s where s.kind = 'merge' and s.unit_id = c.into_id)
    ),
    placed as (
        select
            u.unit_id, u.site, coalesce(n.name, u.name) as name,
            case when m.unit_id is null then u.parent_id else m.parent_id end as parent_id
        from unit u
        left join standing n on n.kind = 'rename' and n.unit_id = u.unit_id
        left join standing m on m.kind = 'move' and m.unit_id = u.unit_id
        where u.organisation_id = whose
    )
    select p.unit_id, coalesce(above.into_id, p.parent_id), p.name, p.site, own.into_id, gone.unit_id is not null
    from placed p
    left join settled above on above.unit_id = p.parent_id
    left join settled own on own.unit_id = p.unit_id
    left join standing gone on gone.kind = 'close' and gone.unit_id = p.unit_id
$$;
comment on function units_at(uuid, timestamptz) is
    'Every unit as it stands at a moment. People of a merged one sit in merged_into, and so do the units below it.';

create function natural_order(name text)
returns text
language sql immutable strict parallel safe as $$
    select regexp_replace(
        regexp_replace(lower(name), '([0-9]+)', '000000000\1', 'g'), '[0-9]*([0-9]{10})', '\1', 'g'
    );
$$;
comment on function natural_order(text) is
    'What names are put in order by as people do: "Ward 2" before "Ward 10", as each run of digits counts as ten of them.';


create table person (
    organisation_id uuid not null references organisation,
    person_id uuid not null,
    employee_number text not null,
    unit_id uuid not null,
    staff_group text not null,
    clinical boolean not null,
    site text,
    email text,
    mobile text,
    language text,
    left_at timestamptz,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, unit_id) references unit,
    unique (organisation_id, employee_number)
);
create index person_by_unit on person (organisation_id, unit_id, employee_number);

create table staff_import (
    organisation_id uuid not null references organisation,
    import_id uuid not null,
    actor text not null,
    received_at timestamptz not null,
    file_name text not null,
    file_hash text not null,
    file_size integer not null,
    state text not null check (state in (
        'received', 'described', 'to_check', 'checked', 'to_apply', 'applied', 'failed', 'discarded', 'expired'
    )),
    settled_at timestamptz not null,
    sheet text,
    wishes jsonb,
    described jsonb,
    answer jsonb,
    answer_digest text,
    mistakes text,
    failure text,
    counts jsonb,
    progress jsonb,
    attempts integer not null default 0,
    worked_on_until timestamptz,
    account_id uuid,
    differences text,
    primary key (organisation_id, import_id)
);
create index staff_import_by_time on staff_import (organisation_id, received_at desc, import_id desc);
create index staff_import_waiting on staff_import (received_at) where state in ('received', 'to_check', 'to_apply');
comment on table staff_import is
    'One uploaded staff list on its way, and afterwards the history: who, when, how many. Personal details leave with it.';
comment on column staff_import.described is 'Names of sheets and columns and the first rows; gone when the import is settled.';

create table staff_import_part (
    organisation_id uuid not null,
    import_id uuid not null,
    number integer not null,
    content bytea not null,
    primary key (organisation_id, import_id, number),
    foreign key (organisation_id, import_id) references staff_import on delete cascade
);
comment on table staff_import_part is 'The file in pieces, so that any replica can work on it. Deleted with the last step, or after a day.';
alter table staff_import_part alter column content set storage external;

-- What is asked, and when
-- -----------------------

create table questionnaire (
    organisation_id uuid not null references organisation,
    questionnaire_hash text not null,
    title text not null,
    content text not null,
    source text not null,
    added_at timestamptz not null,
    primary key (organisation_id, questionnaire_hash)
);
comment on column questionnaire.content is 'The canonical content: what the hash is of, and what the code reads.';
comment on column questionnaire.source is 'The file as it was given, to give back.';

create table round (
    organisation_id uuid not null references organisation,
    round_id text not null unique,
    name text not null,
    questionnaire_hash text not null,
    plan jsonb not null,
    opens_at timestamptz not null,
    closes_at timestamptz not null check (closes_at > opens_at),
    drafted_at timestamptz not null,
    launched_at timestamptz,
    opened_answers_at timestamptz,
    published_at timestamptz,
    public_key bytea,
    frame jsonb,
    reach jsonb not null default '{}',
    version integer not null default 1,
    population jsonb not null default '{}',
    shares_handed smallint not null default 0,
    paused_at timestamptz,
    sending_paused boolean not null default false,
    primary key (organisation_id, round_id),
    foreign key (organisation_id, questionnaire_hash) references questionnaire,
    check ((launched_at is null) = (frame is null)),
    check (launched_at is null or public_key is not null),
    check (opened_answers_at is null or launched_at is not null),
    check (published_at is null or opened_answers_at is not null),
    constraint only_what_was_launched_can_pause check (paused_at is null or launched_at is not null)
);
comment on column round.frame is 'The frame''s units, reporting units and atoms, frozen at launch.';
comment on column round.reach is 'How its staff are reached: channels, reminder days, hour, and the texts that are the Trust''s own.';
comment on column round.version is 'Rises with every change of a draft, so that two people who edit it notice each other.';
comment on column round.shares_handed is 'Split custody: steps of handing out the shares that are done. Two for each holder: shown, and written down.';

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

create table progress (
    organisation_id uuid not null references organisation,
    round_id text not null,
    told jsonb not null,
    holds_until timestamptz not null,
    primary key (organisation_id, round_id)
);
comment on table progress is
    'How far work on a round is, written by a second connection while the first one works, and deleted when that is over. It refers to no round, for the work holds that.';
comment on column round.sending_paused is 'While this holds no message of the round is begun.';

-- Who may answer a round: the staff list frozen at launch, coarsened to atoms
-- ---------------------------------------------------------------------------

create table frame_member (
    organisation_id uuid not null,
    round_id text not null,
    person_id uuid not null,
    atom smallint not null,
    primary key (organisation_id, round_id, person_id),
    foreign key (organisation_id, round_id) references round
);

-- While a round is open: links, drafts and sealed answers, all keyed by the hash of a token
-- -----------------------------------------------------------------------------------------

create table invitation (
    organisation_id uuid not null,
    round_id text not null,
    token_hash bytea not null,
    invitation_id uuid not null,
    person_id uuid not null,
    atom smallint not null,
    slip boolean not null,
    primary key (round_id, token_hash),
    foreign key (organisation_id, round_id) references round,
    unique (organisation_id, round_id, person_id)
);
comment on table invitation is 'Lives while the round is open; closing deletes it, and with it every way from a link to anything.';
comment on column invitation.slip is 'Its token follows from the code of a printed slip, because its person had no channel at launch.';

create table draft (
    organisation_id uuid not null,
    round_id text not null,
    token_hash bytea not null,
    version integer not null,
    ciphertext bytea not null,
    primary key (round_id, token_hash),
    foreign key (round_id, token_hash) references invitation on delete cascade
) with (fillfactor = 50, toast_tuple_target = 8160);
alter table draft alter column ciphertext set storage external;

create table sealed (
    organisation_id uuid not null,
    round_id text not null,
    token_hash bytea not null,
    draft_version integer not null,
    ciphertext bytea not null,
    primary key (round_id, token_hash),
    foreign key (round_id, token_hash) references invitation on delete cascade
) with (fillfactor = 70, toast_tuple_target = 8160);
alter table sealed alter column ciphertext set storage external;

comment on column sealed.draft_version is 'Which draft was sent, to tell its owner of changes that were not.';

create table answered (
    organisation_id uuid not null,
    round_id text not null,
    token_hash bytea not null,
    primary key (round_id, token_hash),
    foreign key (round_id, token_hash) references invitation on delete cascade
);
comment on table answered is 'Who need not be reminded: those who sent answers, or sent and withdrew them.';

-- For who has no mailbox: a link on request, and shared devices
-- -------------------------------------------------------------

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

-- How a round goes while it is open
-- ---------------------------------

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

-- What is sent to them, and at which pace
-- ----------------------------------------

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
    filled boolean not null,
    primary key (organisation_id, round_id, number),
    foreign key (organisation_id, round_id) references round
);
comment on table wave is 'Which messages of a round have been queued, so that none is queued twice. Nobody is named in it.';
comment on column wave.unreached is 'Once closed, of the invitation: how many people no message reached.';
comment on column wave.filled is 'Everybody''s message of it has been queued. Until then filling goes on, batch by batch.';

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
    failures integer not null,
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
comment on column message.failures is 'How often its provider said that it has not taken it; a worker''s death is none.';

-- After a round has closed: answers and comments that lead to nobody, and what is published of them
-- -------------------------------------------------------------------------------------------------

create table response (
    organisation_id uuid not null,
    round_id text not null,
    response_id uuid not null,
    atom smallint not null,
    answers bytea not null,
    primary key (organisation_id, round_id, response_id),
    foreign key (organisation_id, round_id) references round
);
comment on table response is 'Opened and shuffled at close. The id is random; nothing here has a time, an order or a length of its own.';

create table comment (
    organisation_id uuid not null,
    round_id text not null,
    comment_id uuid not null,
    item_id text not null,
    body text not null,
    primary key (organisation_id, round_id, comment_id),
    foreign key (organisation_id, round_id) references round
);
comment on table comment is 'Free text, shuffled apart from the responses: no unit, no group, no way back to one.';

create table comment_review (
    organisation_id uuid not null,
    round_id text not null,
    comment_id uuid not null,
    marked text,
    primary key (organisation_id, round_id, comment_id),
    foreign key (organisation_id, round_id) references round
);
comment on table comment_review is 'A comment as a reviewer marked it: what stands between [[ and ]] is taken out for others. Null: they see nothing of it.';

create table comment_release (
    organisation_id uuid not null,
    round_id text not null,
    number integer not null,
    digest text not null,
    document text not null,
    released_at timestamptz not null,
    primary key (organisation_id, round_id, number),
    foreign key (organisation_id, round_id) references round
);
comment on table comment_release is 'Comments as everybody may read them: never changed; a later release stands in an earlier one''s place.';

create table release (
    organisation_id uuid not null,
    round_id text not null,
    number integer not null,
    digest text not null,
    document text not null,
    published_at timestamptz not null,
    primary key (organisation_id, round_id, number),
    foreign key (organisation_id, round_id) references round
);

-- Who may look, and do: accounts, one-time links, sessions and API keys, each secret known only by its hash
-- ---------------------------------------------------------------------------------------------------------

create table api_key (
    organisation_id uuid not null references organisation,
    key_hash bytea not null primary key,
    name text not null,
    expires_at timestamptz not null
);

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

create table sign_in (
    organisation_id uuid not null,
    link_hash bytea not null primary key,
    account_id uuid not null,
    binds boolean not null,
    expires_at timestamptz not null,
    foreign key (organisation_id, account_id) references account on delete cascade
);
comment on column sign_in.binds is 'Whether it is an invitation: it then works only together with the provider''s sign-in, and ties the account to it.';

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

create table sent_form (
    organisation_id uuid not null,
    account_id uuid not null,
    mark bytea not null,
    made text not null,
    sent_at timestamptz not null,
    primary key (organisation_id, account_id, mark),
    foreign key (organisation_id, account_id) references account on delete cascade
);
comment on table sent_form is 'Forms that made something, so that the same one sent again makes nothing.';
comment on column sent_form.mark is 'A hash of the form with the random id that it was shown with.';
comment on column sent_form.made is 'The id of what was made.';

-- Who did what
-- ------------

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
