import './status-pages.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './status-pages.access.ts';

rooms.add({ module: 'status', permissions });
