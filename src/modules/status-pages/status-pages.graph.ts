import { updateField } from '../../graph/commands/row-commands.ts';
import { tenants } from '../tenants/tenants.access.ts';
import { mayPublish } from './status-pages.access.ts';
import { statusPageInput, updateStatusPage } from './status-pages.commands.ts';

updateField(
  'statusPageUpdate',
  { ...tenants, writeRule: mayPublish },
  statusPageInput,
  updateStatusPage,
  'Publishes the public status page of a tenant under a slug, or withdraws it: from then on every reader can read the names and statuses of its public services, and the public updates of their incidents. The page moves with the slug; an old slug leads nowhere, and another tenant may take it.',
);
