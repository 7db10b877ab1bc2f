-- Comments are read by a person before anybody else sees them; what was decided about each, and what was released.

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
