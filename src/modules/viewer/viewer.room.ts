import './viewer.graph.ts';
import './permissions-changed.graph.ts';
import { rooms } from '../../core/rows/room.ts';

// It shows rows of other rooms, so it brings none.
rooms.add({});
