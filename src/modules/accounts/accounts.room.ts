import './accounts.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './accounts.access.ts';

// Its rows are those of customers, so it brings no entity of its own.
rooms.add({ permissions });
