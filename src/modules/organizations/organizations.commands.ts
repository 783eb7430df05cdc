import { createInput, updateInput } from '../../core/requests/input.ts';
import { slug, text } from '../../core/requests/input-fields.ts';
import { createCommand } from '../../db/input-commands.ts';
import { openSharedFeed } from './organization-feed.ts';
import { organizationEntity } from './organizations.changes.ts';

// Invariants of this room: the slugs of all organizations differ; an organization has a feed from its creation on,
// which outlives it; an organization with tenants or users cannot be deleted.

const fields = {
  name: text('The name'),
  slug: slug('Name used in URLs, unique among organizations'),
};

export const organizationCreateInput = createInput(fields);

export const organizationUpdateInput = updateInput(fields);

/** Creates an organization and opens its feed; throws UserErrors for a bad input, or a slug that is taken. */
export const createOrganization = createCommand(
  organizationEntity,
  organizationCreateInput,
  async (tx, data) => {
    const organization = await tx.db.organization.create({ data });
    await openSharedFeed(tx, organization);
    return organization;
  },
);
