alter table message add column failures integer not null default 0;
alter table message alter column failures drop default;
comment on column message.failures is 'How often its provider said that it has not taken it; a worker''s death is none.';
