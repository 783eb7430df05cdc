import { createField, deleteField, updateField } from '../../graph/commands/row-commands.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { CurrencyFilter, moneyField } from '../../graph/schema/money.ts';
import { plans } from './plans.access.ts';
import { createPlan, planCreateInput, planUpdateInput, updatePlan } from './plans.commands.ts';
import { limitFields, priceField } from './plans.terms.ts';

rowType('Plan', plans, {
  description: 'A plan that a tenant sells to its customers.',
  columns: {
    tenantId: 'The tenant that offers it.',
    name: 'The name, unique in the tenant.',
    ...limitFields,
  },
  fields: (t) => ({
    monthlyPrice: moneyField(t, priceField),
  }),
});

const PlanFilter = filterInput(plans, {
  name: 'By name.',
  monthlyPriceMinor: 'By the monthly price, in the smallest unit of its currency.',
  currency: { type: CurrencyFilter, description: 'By currency.' },
  maxProperties: 'By the largest number of properties of a customer.',
  maxMembers: 'By the largest number of members of a customer.',
});

const PlanOrder = orderInput(plans, ['name', 'asc'], {
  name: 'By name.',
  monthlyPriceMinor:
    'By the monthly price, in the smallest unit of its currency. Sort by CURRENCY first to compare like with like.',
  currency: 'By the code of the currency.',
  maxProperties: 'By the largest number of properties of a customer; no limit comes last, with DESC first.',
  maxMembers: 'By the largest number of members of a customer; no limit comes last, with DESC first.',
});

rowField('plan', plans);

rowsField('plans', plans, { filter: PlanFilter, order: PlanOrder });

createField('planCreate', plans, planCreateInput, createPlan);

updateField('planUpdate', plans, planUpdateInput, updatePlan);

deleteField('planDelete', plans, 'Deletes a plan that no customer has.');

changeFields(plans, PlanFilter, {
  created: 'planCreated',
  updated: 'planUpdated',
  deleted: 'planDeleted',
  all: 'planChanged',
});
