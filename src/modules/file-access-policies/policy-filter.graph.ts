import {
  BooleanFilter,
  DateTimeFilter,
  enumFilter,
  filterInput,
  IdFilter,
  StringFilter,
} from '../../graph/filter.ts';
import { FileAccessEffect } from './policy-terms.graph.ts';

export const FileAccessPolicyFilter = filterInput('FileAccessPolicy', 'file-access policies', (t) => ({
  id: t.field({ type: IdFilter, description: 'By id.' }),
  name: t.field({ type: StringFilter, description: 'By name.' }),
  filePattern: t.field({ type: StringFilter, description: 'By pattern.' }),
  condition: t.field({ type: StringFilter, description: 'By the text of the condition.' }),
  effect: t.field({ type: enumFilter('FileAccessEffect', FileAccessEffect), description: 'By effect.' }),
  isEnabled: t.field({ type: BooleanFilter, description: 'By whether the policy is enabled.' }),
  createdAt: t.field({ type: DateTimeFilter, description: 'By the time of creation.' }),
  updatedAt: t.field({ type: DateTimeFilter, description: 'By the time of the last change.' }),
}));
