-- A change is repeated in a feed once, however many nodes are at it and however often they begin anew.
CREATE UNIQUE INDEX change_feed_projection_of_key ON change (feed, projection_of) WHERE projection_of IS NOT NULL;

-- What the platform's feed has told so far concerned no tenant.
INSERT INTO projection (feed, seq) SELECT feed, last_seq FROM feed_head WHERE feed = '00000000-0000-7000-8000-000000000000';
