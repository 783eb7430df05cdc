import './due-work.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './due-work.access.ts';

rooms.add({ permissions });
