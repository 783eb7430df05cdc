/**
 * The result of a check, as one line for the operator: `ok`; `note` for what could be better; `wrong` for what refuses the
 * start or breaks a promise.
 */
export interface Finding {
  readonly kind: 'ok' | 'note' | 'wrong';
  readonly sentence: string;
}

export const ok = (sentence: string): Finding => ({ kind: 'ok', sentence });
export const note = (sentence: string): Finding => ({ kind: 'note', sentence });
export const wrong = (sentence: string): Finding => ({ kind: 'wrong', sentence });

/** The lines of findings. */
export function linesOf(findings: readonly Finding[]): string {
  return findings.map(({ kind, sentence }) => `${kind.padEnd(5)}  ${sentence}\n`).join('');
}
