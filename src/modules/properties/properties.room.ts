import './properties.graph.ts';
import './units.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './properties.access.ts';
import { propertyEntity, unitEntity } from './properties.changes.ts';
import { demo } from './properties.demo.ts';
import { vacateUnits } from './units.reactions.ts';

rooms.add({ entities: [propertyEntity, unitEntity], reactions: [vacateUnits], permissions, demo });
