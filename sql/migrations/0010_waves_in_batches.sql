alter table wave add column filled boolean not null default true;
alter table wave alter column filled drop default;
comment on column wave.filled is 'Everybody''s message of it has been queued. Until then filling goes on, batch by batch.';
