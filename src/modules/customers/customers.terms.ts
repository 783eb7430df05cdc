import { email, longText, optional, text } from '../../core/requests/input-fields.ts';
import { may } from '../../core/rights/rules.ts';

// What the staff, who see a Customer, and its own users, who see it as their Account, read and write alike.

/** The fields of an input that say who a customer is and how to reach it. */
export const contactInputs = {
  company: text('The name of the company or individual'),
  owner: text('Contact person'),
  email: email('Contact e-mail address'),
  phone: optional(longText('The telephone number', { max: 50 })),
};

const rule = may('contacts:read');

/** The fields of a type that say who a customer is, how to reach it and how it stands with the tenant. */
export const contactFields = {
  company: 'The name of the company, or of the individual.',
  owner: 'Contact person.',
  email: { rule, description: 'Contact e-mail address. Null if the viewer may not read contact data.' },
  phone: {
    rule,
    description: 'The telephone number. Null if there is none or the viewer may not read contact data.',
  },
  status: 'Account status of the customer.',
};
