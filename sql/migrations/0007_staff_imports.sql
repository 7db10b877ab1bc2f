-- Who uploaded a staff list, for the audit log; and all differences of a dry run, to be downloaded.

alter table staff_import add column account_id uuid;
alter table staff_import add column differences text;
