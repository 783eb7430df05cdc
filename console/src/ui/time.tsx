import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';

/** A moment, in the way of the reader's language and time zone. */
export function Time({
  at,
  withTime = true,
}: {
  at: string | null | undefined;
  withTime?: boolean;
}): ReactNode {
  const intl = useIntl();
  if (!at) return '–';
  const shown = intl.formatDate(at, { dateStyle: 'medium', ...(withTime && { timeStyle: 'short' }) });
  return <time dateTime={at}>{shown}</time>;
}

/** An amount of money. */
export function Amount({
  of,
}: {
  of: { amountMinor: number; currency: string } | null | undefined;
}): ReactNode {
  const intl = useIntl();
  if (!of) return '–';
  const options = { style: 'currency', currency: of.currency } as const;
  const digits = new Intl.NumberFormat(intl.locale, options).resolvedOptions().maximumFractionDigits ?? 2;
  return intl.formatNumber(of.amountMinor / 10 ** digits, options);
}
