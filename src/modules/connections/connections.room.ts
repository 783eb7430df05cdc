import './connections.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './connections.access.ts';

// It has no table: connections are in what all nodes share, and end with their nodes.
rooms.add({ permissions });
