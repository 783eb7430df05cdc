import {
  CUSTOMER_COLUMNS,
  importCustomers,
  keyOfLine,
  mayImportCustomers,
  REQUIRED_COLUMNS,
} from './customer-imports.commands.ts';

/** The import of customers, as its route takes it. */
export const customersImport = {
  name: 'customersImport',
  columns: { known: CUSTOMER_COLUMNS, required: REQUIRED_COLUMNS },
  keyOf: keyOfLine,
  mayImport: mayImportCustomers,
  run: importCustomers,
};
