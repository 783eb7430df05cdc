import { parse, print } from 'graphql';
import type { Outcome } from './fuzz.ts';

/** Prints what was asked and, if an answer leaked, the smallest question that shows it. */
export function toReport({ requests, pairs, streams, events, leak }: Outcome): string {
  const asked = `${requests} requests, ${pairs} pairs, ${streams} subscriptions with ${events} results`;
  if (!leak) return `${asked}: nothing foreign was shown.`;
  const { asker, transport, document, variables, twin } = leak.question;
  return [
    `${asked}, and an answer that ${leak.faults.join(' and ')}.`,
    `A ${asker.walker.title}, over ${transport}:`,
    print(parse(document)),
    JSON.stringify(variables, null, 2),
    ...(twin ? [`and its twin:\n${JSON.stringify(twin, null, 2)}`] : []),
  ].join('\n\n');
}
