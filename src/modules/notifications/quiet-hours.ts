import { daysLater, instantOf, isTimeZone, type WallTime, wallTimeAt } from '../../lib/wall-time.ts';

/** The hours in which a user receives no e-mail, on the clocks of a time zone. They may span midnight. */
export interface QuietHours {
  readonly from: string;
  readonly until: string;
  readonly timeZone: string;
}

/** The hour of the day at which digests are sent. */
const DIGEST_HOUR = 8;

/** The time at which an e-mail may be sent: now, or at the end of the quiet hours that run. Equal times are none. */
export function afterQuietHours(now: Date, quiet: QuietHours | null): Date {
  if (!quiet || !isTimeZone(quiet.timeZone)) return now;
  const wall = wallTimeAt(now, quiet.timeZone);
  const [from, until, present] = [
    minutesOf(quiet.from),
    minutesOf(quiet.until),
    wall.hour * 60 + wall.minute,
  ];
  const isQuiet = from < until ? from <= present && present < until : present >= from || present < until;
  if (from === until || !isQuiet) return now;
  const end = { ...wall, hour: Math.floor(until / 60), minute: until % 60 };
  return instantOf(present < until ? end : daysLater(end, 1), quiet.timeZone);
}

/** The digest that is sent next: its day on the clocks of the user, and the time at which it is sent. */
export function nextDigest(now: Date, timeZone: string | undefined, every: 'DAILY' | 'WEEKLY'): Digest {
  const zone = timeZone && isTimeZone(timeZone) ? timeZone : 'UTC';
  const wall = wallTimeAt(now, zone);
  const today = { ...wall, hour: DIGEST_HOUR, minute: 0 };
  const first = wall.hour < DIGEST_HOUR ? today : daysLater(today, 1);
  const day = every === 'DAILY' ? first : daysLater(first, daysToMonday(first));
  return { day: dayOf(day), at: instantOf(day, zone) };
}

interface Digest {
  readonly day: string;
  readonly at: Date;
}

function daysToMonday({ year, month, day }: WallTime): number {
  return (8 - new Date(Date.UTC(year, month - 1, day)).getUTCDay()) % 7;
}

function dayOf({ year, month, day }: WallTime): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
