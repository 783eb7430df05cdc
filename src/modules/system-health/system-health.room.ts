import './system-health.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './system-health.access.ts';

// It has no table: nodes are in what all nodes share, and the counts are of what other rooms keep.
rooms.add({ permissions });
