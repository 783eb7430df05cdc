import { builder } from './builder.ts';

interface NodeShape {
  readonly id: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The fields of every entity. */
export const Node = builder.interfaceRef<NodeShape>('Node').implement({
  description: 'An entity with an identity of its own. Its `id` is unique among all entities.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, a UUID. It never changes and is never used again.' }),
    version: t.exposeInt('version', {
      description: '1 at creation, incremented by every change. Pass it as `expectedVersion`.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
  }),
});
