import './accounts.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './accounts.access.ts';

// It has no entity of its own: an account is the row of a customer.
rooms.add({ permissions });
