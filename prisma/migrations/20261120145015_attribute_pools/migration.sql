-- What models cannot say. NULLs are all different to a unique index, so that of a pool by its tenant lets the platform
-- have two attributes of one name; this one does not.
CREATE UNIQUE INDEX attribute_platform_name_key ON attribute (name) WHERE tenant_id IS NULL;

-- The column that filters ask says the same as the one that decides.
ALTER TABLE attribute ADD CONSTRAINT attribute_scope_check CHECK ((scope = 'PLATFORM') = (tenant_id IS NULL));
