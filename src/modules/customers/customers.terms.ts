import { email, emptyAsNull, longText, optional, text } from '../../core/requests/input-fields.ts';
import { may } from '../../core/rights/rules.ts';

// The fields that Customer, for the staff, and Account, for a customer's own users, have in common.

/** The input fields for the name and contact data of a customer. */
export const contactInputs = {
  company: text('The name of the company or individual'),
  contactName: optional(emptyAsNull(text('The name of the contact person'))),
  email: optional(emptyAsNull(email('Contact e-mail address'))),
  phone: optional(longText('The telephone number', { max: 50 })),
};

const rule = may('contacts:read');

/** The fields of a type for the name, contact data and status of a customer. */
export const contactFields = {
  company: 'The name of the company, or of the individual.',
  contactName: 'The name of the contact person. Null if there is none.',
  email: {
    rule,
    description: 'Contact e-mail address. Null if there is none or the viewer may not read contact data.',
  },
  phone: {
    rule,
    description: 'The telephone number. Null if there is none or the viewer may not read contact data.',
  },
  status: 'Account status of the customer.',
};
