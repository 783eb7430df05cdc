/**
 * The result of a check, as one line for the operator: `ok`; `note` for what could be better; `wrong` for what refuses the
 * start or breaks a promise.
 */
export interface Finding {
  readonly kind: 'ok' | 'note' | 'wrong';
  readonly sentence: string;
  /** Absent where nothing is to be done. */
  readonly remedy?: Remedy;
}

/** The thing to do about a finding, and the section that says more, from `docs/`. */
export interface Remedy {
  readonly fix: string;
  readonly see: `${'operations' | 'runbook'}.md#${string}`;
}

export const ok = (sentence: string): Finding => ({ kind: 'ok', sentence });
export const note = (sentence: string, remedy?: Remedy): Finding => ({
  kind: 'note',
  sentence,
  ...(remedy && { remedy }),
});
export const wrong = (sentence: string, remedy: Remedy): Finding => ({ kind: 'wrong', sentence, remedy });

/** The lines of findings. */
export function linesOf(findings: readonly Finding[]): string {
  return findings.map(({ kind, sentence }) => `${kind.padEnd(5)}  ${sentence}\n`).join('');
}

const LEVELS = { ok: 'OK', note: 'WARN', wrong: 'FAIL' } as const;

/** The lines of `doctor`: below each finding its fix and the section that says more. */
export function reportOf(findings: readonly Finding[]): string {
  return findings
    .map(({ kind, sentence, remedy }) => {
      const line = `${LEVELS[kind].padEnd(4)}  ${sentence}\n`;
      return remedy ? `${line}      ${remedy.fix} See docs/${remedy.see}\n` : line;
    })
    .join('');
}

/** The findings of `doctor --json`: an array of `level`, `sentence`, `fix` and `see`. */
export function jsonOf(findings: readonly Finding[]): string {
  const entries = findings.map(({ kind, sentence, remedy }) => ({
    level: LEVELS[kind],
    sentence,
    fix: remedy?.fix ?? null,
    see: remedy ? `docs/${remedy.see}` : null,
  }));
  return `${JSON.stringify(entries, null, 2)}\n`;
}
