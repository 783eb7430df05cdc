import type { ReactNode } from 'react';
import { useText, useWord } from '../app/texts.ts';
import { useMay } from '../app/viewer.tsx';
import { Card, Facts } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import type { CustomerRow } from './customer.ts';

/** What there is to know of a customer itself. */
export function CustomerOverview({ customer }: { customer: CustomerRow }): ReactNode {
  const text = useText();
  const word = useWord();
  const mayReadContacts = useMay('contacts:read');
  return (
    <Card>
      <Facts
        facts={[
          { label: text('customers.contactName'), value: customer.contactName },
          ...(mayReadContacts
            ? [
                { label: text('customers.email'), value: customer.email },
                { label: text('customers.phone'), value: customer.phone },
              ]
            : []),
          { label: text('customers.kind'), value: word('CustomerKind', customer.kind) },
          { label: text('customers.plan'), value: customer.plan?.name ?? text('customers.noPlan') },
          { label: text('customers.propertyCount'), value: customer.propertyCount },
          { label: text('customers.memberCount'), value: customer.memberCount },
          { label: text('customers.since'), value: <Time at={customer.createdAt} withTime={false} /> },
          { label: text('customers.updated'), value: <Time at={customer.updatedAt} /> },
        ]}
      />
    </Card>
  );
}
