// The rooms, in the order in which a newcomer would read them. Each adds its part to the builder when imported.

import './modules/viewer/viewer.graph.ts';
import './modules/viewer/permissions-changed.graph.ts';
import './modules/sessions/sessions.graph.ts';
import './modules/sessions/second-factor/second-factor.graph.ts';
import './modules/organizations/organizations.graph.ts';
import './modules/tenants/tenants.graph.ts';
import './modules/users/users.graph.ts';
import './modules/users/user-rights.graph.ts';
import './modules/users/user-relations.graph.ts';
import './modules/bulk-jobs/bulk-jobs.graph.ts';
import './modules/bulk-jobs/bulk-job-events.graph.ts';
import './modules/users/bulk-users.graph.ts';
import './modules/plans/plans.graph.ts';
import './modules/customers/customers.graph.ts';
import './modules/customers/customer-stats.graph.ts';
import './modules/customers/customer-relations.graph.ts';
import './modules/accounts/accounts.graph.ts';
import './modules/attributes/attributes.graph.ts';
import './modules/file-access-policies/file-access-policies.graph.ts';
import './modules/file-access-policies/bulk-policies.graph.ts';
import './modules/file-access-policies/access-decision.graph.ts';
import './modules/file-access-policies/policy-preview.graph.ts';
import './modules/properties/properties.graph.ts';
import './modules/properties/units.graph.ts';
import './modules/properties/property-relations.graph.ts';
import './modules/properties/unit-relations.graph.ts';
import './modules/payments/payments.graph.ts';
import './modules/payments/payment-transitions.graph.ts';
import './modules/payments/payment-relations.graph.ts';
import './modules/maintenance/maintenance.graph.ts';
import './modules/maintenance/maintenance-transitions.graph.ts';
import './modules/maintenance/request-relations.graph.ts';
// Last: it shows the changes of all the others.
import './modules/audit/audit.graph.ts';
import './modules/audit/audit-chain.graph.ts';
import { builder } from './graph/builder.ts';
import { everyChange } from './graph/every-change.ts';

everyChange.declare();

/** The schema that the server answers with; building it does no I/O. */
export const schema = builder.toSchema();
