-- Lists of what failed or was cancelled: found by an index that holds nothing else, so that completing a task costs what it did.

CREATE INDEX done_ended_badly ON muster.done (status, id) WHERE status <> 'complete';
