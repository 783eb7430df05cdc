import { markOf } from '../fan-out/mark.ts';

/** The event that every peer sends: that of Lockstep, with the same 18 fields in it. */
export function customerUpdated(topic: string, sequence: number) {
  return {
    eventId: '019a9f0e-7c3a-7d51-9b6e-3f1f0a6b2c4d',
    occurredAt: new Date().toISOString(),
    changedFields: ['contactName', 'version', 'updatedAt'],
    actor: { kind: 'SYSTEM', name: 'bench' },
    customer: {
      id: '019a9f0e-5b21-7c44-8d7a-90f1e2d3c4b5',
      tenantId: topic,
      company: 'Northwind Property Holdings & Söhne GmbH',
      contactName: markOf(sequence),
      email: 'adaeze.okonkwo@northwind-holdings.example',
      phone: '+49 30 5550 1873',
      status: 'ACTIVE',
      kind: 'COMPANY',
      internalNotes: 'Prefers to be called in the morning.',
      memberCount: 37,
      propertyCount: 118,
      version: sequence + 1,
      createdAt: '2026-03-18T09:41:07.113Z',
      updatedAt: new Date().toISOString(),
    },
  };
}
