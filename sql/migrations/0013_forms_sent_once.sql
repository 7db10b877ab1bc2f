-- A form that makes something makes it once, however often it is sent.

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
