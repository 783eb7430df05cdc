import './sessions.graph.ts';
import './second-factor/second-factor.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { sessionEntity } from './sessions.changes.ts';
import { deleteSessionsOfDeleted, signOutBarredUsers } from './sessions.reactions.ts';

rooms.add({
  entities: [sessionEntity],
  reactions: [signOutBarredUsers, deleteSessionsOfDeleted],
});
