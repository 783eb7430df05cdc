import { choice, defaulted, text } from '../../core/requests/input-fields.ts';

/** The fields of an input that say an update of an incident. */
export function messageFields(what: string) {
  return {
    message: text(what, { max: 10_000, hasLines: true }),
    visibility: defaulted(choice('UpdateVisibility', 'Who sees the update'), 'TENANT by default'),
  };
}
