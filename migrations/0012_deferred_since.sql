-- A wait is bounded when the clock is set back: since when each deferred task waits.
--
-- A retry or a snooze is due some time after it was written. Where that lies ahead of the clock, which was set back, the wait counts from now.
-- What somebody asked for by a date of their own is due on that date.
ALTER TABLE muster.deferred ADD COLUMN since timestamptz NOT NULL DEFAULT muster.clock();
