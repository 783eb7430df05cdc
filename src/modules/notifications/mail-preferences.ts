import { CATALOGUE } from '../../configuration/catalogue/catalogue.ts';
import { effectiveSettings } from '../../configuration/layers/effective-settings.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { QuietHours } from './quiet-hours.ts';

const DIGEST = 'notifications.digest';
const QUIET_HOURS = 'notifications.quietHours';

/** A way to a user beside the dashboard. */
export type Channel = 'EMAIL' | 'SMS' | 'PUSH';

/** The preferences of a user for messages, as they are at this moment. */
export interface MailPreferences {
  readonly digest: 'IMMEDIATELY' | 'DAILY' | 'WEEKLY' | 'NEVER';
  readonly quiet: QuietHours | null;
  /** Whether the user has set the quiet hours, and so chosen their time zone. */
  readonly hasOwnQuiet: boolean;
  /** The channels by which the user wants what has this message key. */
  readonly channels: (messageKey: string) => readonly Channel[];
}

/** Reads the preferences of a user for some kinds of notifications; those of a user without a tenant are the defaults. */
export async function mailPreferencesOf(
  db: Prisma.TransactionClient,
  { userId, tenantId }: { readonly userId: string; readonly tenantId: string | null },
  messageKeys: readonly string[],
): Promise<MailPreferences> {
  const channelsOf = (messageKey: string) => rooms.notices.get(messageKey)?.channels ?? null;
  const names = new Set([DIGEST, QUIET_HOURS, ...messageKeys.flatMap((key) => channelsOf(key) ?? [])]);
  const paths = CATALOGUE.filter(({ path }) => names.has(path));
  const document = tenantId ? (await effectiveSettings(db, tenantId, userId, paths)).document : null;
  const settingAt = (name: string | null) =>
    document?.get(name ?? '')?.value ?? paths.find(({ path }) => path === name)?.default ?? null;
  return {
    digest: settingAt(DIGEST) as MailPreferences['digest'],
    quiet: settingAt(QUIET_HOURS) as QuietHours | null,
    hasOwnQuiet: document?.get(QUIET_HOURS)?.source === 'USER',
    channels: (key) =>
      rooms.notices.has(key) ? ((settingAt(channelsOf(key)) ?? ['EMAIL']) as Channel[]) : [],
  };
}
