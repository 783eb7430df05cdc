import './presence.graph.ts';
import { rooms } from '../../core/rows/room.ts';

// It has no entity: presence is a signal, and the choice of a user is no business of others.
rooms.add({
  personal: {
    PresenceChoice: { about: { user: ['userId'] }, remove: ['userId', 'isInvisible', 'changedAt'] },
  },
});
