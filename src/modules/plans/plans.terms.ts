import { may } from '../../core/rights/rules.ts';

// What the staff, who see a Plan, and the users of a customer, who see it as their AccountPlan, read alike.

/** The fields that say what a plan allows. */
export const limitFields = {
  maxProperties: 'How many properties a customer may have. Null if there is no limit.',
  maxMembers: 'How many members a customer may have. Null if there is no limit.',
};

/** The field that says what a plan costs. */
export const priceField = {
  amount: 'monthlyPriceMinor',
  rule: may('prices:read'),
  description: 'What a month costs. Null if the viewer may not read prices.',
} as const;
