import { requireSession, requireViewer } from '../../core/context.ts';
import { type Typist, typingIn } from '../../core/feeds/typing.ts';
import { inherited } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { matches } from '../../core/rights/where.ts';
import type { Message } from '../../generated/prisma/client.ts';
import { outcomeFields, type Payload, settle } from '../../graph/commands/command-field.ts';
import { observeField } from '../../graph/events/observe-field.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { listing } from '../../graph/limits/field-cost.ts';
import { loaderOf } from '../../graph/rows/loader.ts';
import { builder } from '../../graph/schema/builder.ts';
import { tenantArg } from '../../graph/schema/shared-args.ts';
import { users } from '../users/users.access.ts';
import type { Conversation, NamedSubject } from './message-subject.requests.ts';
import { mayReadMessages, mayWriteMessages, messages } from './messages.access.ts';
import { subjectArgs, subjectIn } from './subject-args.graph.ts';
import { setTyping, typingSetInput } from './typing.commands.ts';

/** The users that one event has room for. */
const MAX_TYPISTS = 20;

const userOfId = loaderOf(users);

const TypingUser = builder.objectRef<Typist>('TypingUser').implement({
  description: 'A user who is writing a message.',
  rule: inherited,
  fields: (t) => ({
    user: t.field({
      type: users.type as never,
      nullable: true,
      description: 'The user. Null if the viewer does not see it.',
      resolve: ({ userId }, _args, ctx) => userOfId(ctx, userId) as never,
    }),
    isFromStaff: t.exposeBoolean('isFromStaff', { description: 'Whether the user is of the staff.' }),
    isInternal: t.exposeBoolean('isInternal', {
      description: 'Whether it is a note of the staff, which only staff sees.',
    }),
  }),
});

const TypingChanged = builder.objectRef<{ readonly typing: readonly Typist[] }>('TypingChanged').implement({
  description: 'The users who are writing about a row at this moment, without the viewer.',
  rule: inherited,
  fields: (t) => ({
    users: t.field({
      type: [TypingUser],
      description: `The users, at most ${MAX_TYPISTS}. Empty when no one writes any more.`,
      ...listing(MAX_TYPISTS),
      resolve: ({ typing }) => [...typing],
    }),
  }),
});

interface TypingArgs extends NamedSubject {
  readonly tenantId?: string | null;
}

observeField('typingChanged', {
  type: TypingChanged,
  description:
    'Emits who is writing about a row, at first and whenever it changes. Each sign lasts five seconds. Nothing is emitted of a row that the viewer may not see, beyond the empty beginning.',
  args: ((arg: Parameters<typeof subjectArgs>[0]) => ({
    tenantId: tenantArg(arg),
    ...subjectArgs(arg),
  })) as never,
  spec: {
    rule: mayReadMessages,
    feed: (viewer, args) => {
      subjectIn(args as TypingArgs);
      return messages.scope.feed(viewer, args.tenantId);
    },
    set: typingIn,
    look: async (ctx, feed, args, seen: string | undefined) => {
      const { viewer } = requireViewer(ctx);
      const all = await ctx.typing.latest(feed);
      const typing = typistsFor(all, viewer, subjectIn(args as TypingArgs));
      const now = JSON.stringify(typing.map(({ userId, isInternal }) => [userId, isInternal]));
      return { value: now === seen ? null : { typing }, seen: now };
    },
  },
});

/** Those whom a viewer sees to write in a conversation, each once, in the order of their ids. */
function typistsFor(
  all: readonly Typist[],
  viewer: Viewer,
  { subjectType, conversationId }: Conversation,
): readonly Typist[] {
  const visible = messages.visibleTo(viewer);
  const seen = new Map<string, Typist>();
  for (const one of all) {
    const isThere = one.subjectType === subjectType && one.conversationId === conversationId;
    if (!isThere || one.userId === viewer.userId) continue;
    // A visibility that tests any other column holds for no viewer.
    if (matches(visible, one as unknown as Message)) seen.set(`${one.userId} ${one.isInternal}`, one);
  }
  return [...seen.values()].toSorted((a, b) => (a.userId < b.userId ? -1 : 1)).slice(0, MAX_TYPISTS);
}

const TypingSetInput = inputType('TypingSetInput', 'What the viewer is writing.', typingSetInput);

const TypingSetPayload = builder.objectRef<Payload<true>>('TypingSetPayload').implement({
  description: 'The result of `typingSet`.',
  rule: inherited,
  fields: (t) => outcomeFields(t),
});

builder.mutationField('typingSet', (t) =>
  t.field({
    type: TypingSetPayload,
    rule: mayWriteMessages,
    description:
      'Shows others that the viewer is writing about a row, for five seconds or until its connection closes. It sets a state, so it can be repeated without a key.',
    args: {
      input: t.arg({ type: TypingSetInput, required: true, description: 'What the viewer is writing.' }),
    },
    resolve: (_root, { input }, ctx) => settle(() => setTyping(requireSession(ctx), input)),
  }),
);
