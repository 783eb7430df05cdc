import { expect, test } from '@jest/globals';
import { isInterfaceType, isObjectType } from 'graphql';
import { schema } from '../../src/schema.ts';

// `t.expose…` and `t.relation…` of a type of Prisma's plugin, and `select` of any field, make such a field. Where the row
// was not read by a query that the plugin has planned, the plugin reads it again by its id: past the row's visibility,
// once more for each row, and not from the image of an event.
test('no field lets Prisma’s plugin read its row again, past what the viewer may see', () => {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) || isInterfaceType(type),
  );
  const selecting = types.flatMap((type) =>
    Object.values(type.getFields())
      .filter(({ extensions }) => extensions.pothosPrismaSelect !== undefined)
      .map(({ name }) => `${type.name}.${name}`),
  );
  expect(selecting).toEqual([]);
});
