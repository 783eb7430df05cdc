-- CreateTable
CREATE TABLE "projection_member" (
    "feed" UUID NOT NULL,
    "member" UUID NOT NULL,
    "from_seq" BIGINT NOT NULL,
    "until_seq" BIGINT,

    CONSTRAINT "projection_member_pkey" PRIMARY KEY ("feed","member","from_seq")
);

-- Before this version no organization shared rows, so there is nothing to repeat: each feed is projected up to its end.
INSERT INTO projection (feed, seq)
SELECT feed, last_seq FROM feed_head JOIN organization ON organization.id = feed ON CONFLICT DO NOTHING;
INSERT INTO projection_member (feed, member, from_seq)
SELECT organization_id, id, 0 FROM tenant;
