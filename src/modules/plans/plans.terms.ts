import { may } from '../../core/rights/rules.ts';

// The fields that Plan, for the staff, and AccountPlan, for a customer's own users, have in common.

/** The limits of a plan. */
export const limitFields = {
  maxProperties: 'The largest number of properties of a customer. Null if there is no limit.',
  maxMembers: 'The largest number of members of a customer. Null if there is no limit.',
};

/** The price of a plan. */
export const priceField = {
  amount: 'monthlyPriceMinor',
  rule: may('prices:read'),
  description: 'The monthly price. Null if the viewer may not read prices.',
} as const;
