import { DateTimeFilter, enumFilter, filterInput, IdFilter } from '../../graph/filter.ts';
import { BulkJobKind, BulkJobStatus } from './bulk-job-type.graph.ts';

export const BulkJobFilter = filterInput('BulkJob', 'bulk jobs', (t) => ({
  id: t.field({ type: IdFilter, description: 'By id.' }),
  kind: t.field({ type: enumFilter('BulkJobKind', BulkJobKind), description: 'By what is done.' }),
  status: t.field({ type: enumFilter('BulkJobStatus', BulkJobStatus), description: 'By status.' }),
  requestedById: t.field({ type: IdFilter, description: 'By the id of the user who requested it.' }),
  createdAt: t.field({ type: DateTimeFilter, description: 'By the time of the request.' }),
  updatedAt: t.field({ type: DateTimeFilter, description: 'By the time of the last change.' }),
}));
