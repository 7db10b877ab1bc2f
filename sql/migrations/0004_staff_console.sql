-- Units change on a date and keep their id; staff lists are uploaded through the page and worked through step by step.

alter table unit drop constraint unit_organisation_id_parent_id_name_key;
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
