import { may } from '../../core/rights/rules.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { disconnectUser } from './user-disconnect.commands.ts';
import { users } from './users.access.ts';

commandField(
  'userDisconnect',
  users,
  (arg) => ({
    userId: arg.id({ required: true, description: 'The id of the user.', ...idOf('User') }),
    reason: arg.string({
      required: true,
      description:
        'The reason, which the clients of the user show, at most 100 characters. A socket is closed with 1008 and has room for 109 bytes of it; an event stream ends with `DISCONNECTED`.',
    }),
  }),
  {
    description:
      'Ends the sockets and event streams of a user, on every node: those of its API tokens, too, and no webhook. Its sessions continue, so the user can connect again; one that must stay away is locked with `userStatusSet`.',
    rule: may('users:write'),
    run: (ctx, { userId, reason }) => disconnectUser(ctx, { userId: String(userId), reason }),
  },
);
