import './bulk-jobs.graph.ts';
import './bulk-job-items.graph.ts';
import './bulk-job-progress.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './bulk-jobs.access.ts';
import { bulkJobEntity } from './bulk-jobs.changes.ts';

rooms.add({ entities: [bulkJobEntity], permissions });
