import './payments.graph.ts';
import './payment-transitions.graph.ts';
import { rooms } from '../../core/rows/room.ts';
import { permissions } from './payments.access.ts';
import { paymentEntity } from './payments.changes.ts';
import { demo } from './payments.demo.ts';

rooms.add({ entities: [paymentEntity], permissions, demo });
