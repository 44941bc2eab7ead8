"""The database itself refuses to change or delete an event or a seal, and to add an event to a sealed day."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION engine_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: rows are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER engine_event_frozen BEFORE UPDATE OR DELETE ON engine_event
    FOR EACH ROW EXECUTE FUNCTION engine_frozen();
CREATE TRIGGER engine_event_kept BEFORE TRUNCATE ON engine_event
    FOR EACH STATEMENT EXECUTE FUNCTION engine_frozen();
CREATE TRIGGER engine_seal_frozen BEFORE UPDATE OR DELETE ON engine_seal
    FOR EACH ROW EXECUTE FUNCTION engine_frozen();
CREATE TRIGGER engine_seal_kept BEFORE TRUNCATE ON engine_seal
    FOR EACH STATEMENT EXECUTE FUNCTION engine_frozen();

CREATE FUNCTION engine_day_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM fresh WHERE day <= (SELECT max(day) FROM engine_seal)) THEN
        RAISE EXCEPTION 'an event may not be added to a day that is sealed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER engine_event_day_open AFTER INSERT ON engine_event
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION engine_day_open();
"""

THAW = """
DROP TRIGGER engine_event_day_open ON engine_event;
DROP FUNCTION engine_day_open();
DROP TRIGGER engine_seal_kept ON engine_seal;
DROP TRIGGER engine_seal_frozen ON engine_seal;
DROP TRIGGER engine_event_kept ON engine_event;
DROP TRIGGER engine_event_frozen ON engine_event;
DROP FUNCTION engine_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0001_initial")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
