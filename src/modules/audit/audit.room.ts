import './audit.graph.ts';
import './audit-chain.graph.ts';
import './explain-delivery.graph.ts';
import './activity.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './audit.access.ts';

rooms.add({ permissions });
